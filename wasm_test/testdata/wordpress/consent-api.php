<?php
// What the WP Consent API offers, by its documentation: cookies wp_consent_CATEGORY that hold allow or
// deny, functions that set and read them in PHP and JavaScript, and an event.
function wp_get_consent_type() { return apply_filters( 'wp_get_consent_type', false ); }
function wp_has_consent( $category, $by = false ) {
	$has = ! wp_get_consent_type() || 'allow' === ( $_COOKIE[ "wp_consent_$category" ] ?? '' );
	return apply_filters( 'wp_has_consent', $has, $category, $by );
}
add_action( 'wp_enqueue_scripts', function () {
	wp_enqueue_script( 'wp-consent-api', plugins_url( 'consent-api.js', __FILE__ ), [], '1', true );
	wp_add_inline_script( 'wp-consent-api', 'consent_api = ' . wp_json_encode( [ 'consent_type' => wp_get_consent_type() ] ), 'before' );
}, PHP_INT_MAX - 100 );
add_action( 'wp_footer', function () {
	$said = [];
	foreach ( [ 'functional', 'preferences', 'statistics', 'marketing' ] as $category ) $said[] = $category . '=' . ( wp_has_consent( $category ) ? 'yes' : 'no' );
	echo '<p id="php-says">' . implode( ' ', $said ) . '</p>';
} );
