<?php
/**
 * Plugin Name: Third parties
 *
 * What other plugins and themes do: they enqueue scripts of third parties with what belongs before and
 * after them, enqueue scripts of their own that call third parties, and print tags by themselves.
 */
$third = getenv( 'OCTROI_THIRD' );

add_action( 'wp_enqueue_scripts', function () use ( $third ) {
	wp_enqueue_script( 'stats', "$third/order.js?name=main&amp=1", [], null, true );
	wp_add_inline_script( 'stats', 'window.order = [...(window.order || []), "before </p>"];', 'before' );
	wp_add_inline_script( 'stats', 'window.order.push("after"); new Image().src = "' . $third . '/stats/hit?" + window.order.join(" ");', 'after' );
	wp_localize_script( 'stats', 'statsData', [ 'a' => '</script><b>' ] );

	// A script of the site's own that calls a third party: known by its handle alone.
	wp_enqueue_script( 'own-counter', plugins_url( 'counter.js', __FILE__ ), [ 'jquery' ], '1', true );
	wp_localize_script( 'own-counter', 'ownCounter', [ 'third' => $third ] );
	wp_add_inline_script( 'own-counter', 'window.own = ["before"];', 'before' );
	wp_add_inline_script( 'own-counter', 'window.own.push("after");', 'after' );

	// A module, as plugins made them before there were script modules.
	wp_enqueue_script( 'stats-module', "$third/module.js", [], null, true );
	// The site's own, which is nobody's business.
	wp_enqueue_script( 'harmless', plugins_url( 'harmless.js', __FILE__ ), [], '1', true );
} );
add_filter( 'script_loader_tag', fn( $tag, $handle ) => 'stats-module' === $handle ? str_replace( '<script ', '<script type="module" ', preg_replace( '~ type=["\']text/javascript["\']~', '', $tag ) ) : $tag, 10, 2 );

// Tags that nobody has enqueued.
add_action( 'wp_head', function () use ( $third ) {
	echo "<script async src='$third/head.js'></script>\n<noscript><img src='$third/noscript.gif'></noscript>\n<link rel='preload' as='script' href='$third/head.js'>\n";
	wp_print_inline_script_tag( "_stats('head'); function _stats(what) { new Image().src = '$third/stats/inline?' + what; }", [ 'id' => 'printed' ] );
}, 1 );

add_action( 'wp_footer', function () use ( $third ) {
	echo "<img alt='' src='$third/pixel.gif' width='1' height='1'>";
	// Pages that are sent in pieces.
	if ( ob_get_level() ) ob_flush();
	flush();
} );

// A provider of embeds that needs no request.
add_filter( 'pre_oembed_result', fn( $html, $url ) => preg_match( '#^' . preg_quote( $third ) . '/watch/(\d+)#', $url, $found ) ? '<iframe title="Film ' . $found[1] . '" width="320" height="180" src="' . $third . '/social/video.html?embed"></iframe>' : $html, 10, 2 );

// The WP Consent API, as its plugin has it.
if ( get_option( 'third_consent_api' ) ) {
	require __DIR__ . '/consent-api.php';
}
