<?php
/**
 * Gates whole pages, with what themes and plugins print by themselves.
 *
 * @package Octroi
 */

defined( 'ABSPATH' ) || exit;

/**
 * Tells whether the page that is made is gated as a whole.
 *
 * @param bool $begins whether that begins now.
 */
function octroi_gates_page( bool $begins = false ): bool {
	static $begun = false;
	$begun        = $begun || $begins;
	return $begun;
}

/** Begins to hold a page back, until it is whole. */
function octroi_hold_page() {
	if ( ! octroi_option( 'octroi_whole' ) || null === octroi_declaration() || is_feed() || is_robots() || is_trackback() || is_embed() || is_customize_preview() || wp_is_json_request() ) {
		return;
	}
	octroi_gates_page( true );
	ob_start( 'octroi_let_page_go' );
}

/**
 * Gates a page as it leaves. Themes send pages in pieces, and a piece may end within a tag: the
 * pieces wait for the last.
 *
 * @param string $piece of the page.
 * @param int    $phase PHP_OUTPUT_HANDLER_… flags.
 */
function octroi_let_page_go( $piece, $phase ) {
	static $page = '';
	$page       .= $piece;
	if ( ! ( $phase & PHP_OUTPUT_HANDLER_FINAL ) ) {
		return '';
	}
	$whole = $page;
	$page  = '';
	foreach ( headers_list() as $header ) {
		if ( 0 === stripos( $header, 'content-type:' ) && false === stripos( $header, 'html' ) ) {
			return $whole;
		}
	}
	try {
		return octroi_gate( $whole );
	} catch ( Throwable $fault ) {
		// The page goes on; in the browser the engine holds what is not gated here.
		return $whole;
	}
}

add_action( 'template_redirect', 'octroi_hold_page', PHP_INT_MIN );
