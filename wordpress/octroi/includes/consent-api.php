<?php
/**
 * Speaks with plugins by the WP Consent API, where that is installed: it is told what Octroi's
 * visitors have chosen, and a refusal that reaches it from elsewhere reaches Octroi.
 *
 * @package Octroi
 */

defined( 'ABSPATH' ) || exit;

/** The categories of the WP Consent API that a visitor is asked about, with what declarations often call them. */
const OCTROI_API_CATEGORIES = [
	'preferences'          => [ 'preferences', 'personalisation' ],
	'statistics-anonymous' => [ 'statistics', 'analytics', 'audience' ],
	'statistics'           => [ 'statistics', 'analytics', 'audience' ],
	'marketing'            => [ 'marketing', 'advertising', 'ads' ],
];

/**
 * Tells which id of the declaration each category of the API stands for: as the owner has said, else
 * by its name. What stands for none is denied.
 *
 * @return array<string, string>
 */
function octroi_api_ids(): array {
	$said = octroi_option( 'octroi_consent_api' );
	$ids  = octroi_ids();
	$of   = [];
	foreach ( OCTROI_API_CATEGORIES as $category => $names ) {
		$found           = array_values( array_intersect( $names, $ids ) );
		$id              = $said[ $category ] ?? $found[0] ?? '';
		$of[ $category ] = in_array( $id, $ids, true ) ? $id : '';
	}
	return $of;
}

/** Tells the API that nothing is allowed unless the visitor has said so. */
function octroi_consent_type( $type ) {
	return null === octroi_declaration() ? $type : 'optin';
}

/**
 * Answers whether a category of the API is allowed, by the visitor's record: the API's own cookies may
 * have outlived it.
 *
 * @param bool   $has      what these cookies say.
 * @param string $category of the API.
 */
function octroi_has_consent( $has, $category ) {
	if ( null === octroi_declaration() ) {
		return $has;
	}
	$id = octroi_api_ids()[ $category ] ?? '';
	return 'functional' === $category || ( '' !== $id && octroi_allows( $id ) );
}

/** Loads what connects the two, behind the API's own script; not where the declaration's "signals" do that. */
function octroi_connect_consent_api() {
	$signals = octroi_declaration()->signals ?? [];
	if ( ! function_exists( 'wp_has_consent' ) || null === octroi_declaration() || in_array( 'wordpress', array_column( is_array( $signals ) ? $signals : [], 'vendor' ), true ) ) {
		return;
	}
	wp_enqueue_script( 'octroi-consent-api', plugins_url( 'consent-api.js', OCTROI_FILE ), wp_script_is( 'wp-consent-api', 'registered' ) ? [ 'wp-consent-api' ] : [], OCTROI_VERSION, true );
	wp_add_inline_script( 'octroi-consent-api', 'octroiConsentApi = ' . wp_json_encode( octroi_api_ids(), JSON_HEX_TAG ), 'before' );
}

add_filter( 'wp_get_consent_type', 'octroi_consent_type', PHP_INT_MAX );
add_filter( 'wp_has_consent', 'octroi_has_consent', PHP_INT_MAX, 2 );
add_filter( 'wp_consent_api_registered_' . plugin_basename( OCTROI_FILE ), '__return_true' );
add_action( 'wp_enqueue_scripts', 'octroi_connect_consent_api', PHP_INT_MAX );
