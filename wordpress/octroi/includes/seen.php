<?php
/**
 * Remembers what pages load when an administrator looks at them, for the settings to propose services.
 * Other visitors' pages write nothing.
 *
 * @package Octroi
 */

defined( 'ABSPATH' ) || exit;

/** How many scripts and addresses are remembered. */
const OCTROI_SEEN_MOST = 200;

/**
 * Takes note of a tag that loads something.
 *
 * @param string   $tag   its name, in upper case.
 * @param callable $read  gives an attribute by its name.
 * @param string   $asked what it waits for, '' for nothing.
 */
function octroi_saw( string $tag, callable $read, string $asked ) {
	if ( is_admin() || ! did_action( 'template_redirect' ) || ! current_user_can( 'manage_options' ) ) {
		return;
	}
	$handle = octroi_handle( $read( 'id' ) );
	$names  = OCTROI_LOADS[ $tag ];
	$source = $read( $names[0] );
	$source = is_string( $source ) ? strtok( $source, '?#' ) : '';
	$own    = octroi_address( $source )['own'] ?? true;
	// Of the site's own files scripts alone are worth a look, by their handle, and of these none of WordPress.
	$core = 0 === strpos( $source, includes_url() ) || 0 === strpos( $source, wp_make_link_relative( includes_url() ) );
	if ( $own && ( '' === $handle || 'SCRIPT' !== $tag || $core ) ) {
		return;
	}
	$key = '' === $handle ? $source : $handle;
	octroi_seen_now(
		[
			$key => [
				'handle' => $handle,
				'tag'    => strtolower( $tag ),
				'source' => $source,
				'asked'  => $asked,
			],
		]
	);
}

/**
 * Collects what was seen on this page, and returns it.
 *
 * @param array[] $more entries by handle or address.
 * @return array[]
 */
function octroi_seen_now( array $more = [] ): array {
	static $seen = [];
	static $hook = false;
	foreach ( $more as $key => $entry ) {
		// An inline script that comes first has the handle, and not yet the address.
		$source       = $entry['source'] ? $entry['source'] : $seen[ $key ]['source'] ?? '';
		$seen[ $key ] = [ 'source' => $source ] + $entry;
	}
	if ( $more && ! $hook ) {
		$hook = true;
		// Behind the end of all buffers, where the page's tags are read.
		add_action( 'shutdown', 'octroi_remember_seen', PHP_INT_MAX );
	}
	return $seen;
}

/** Keeps what was seen, the latest first. */
function octroi_remember_seen() {
	$before = octroi_option( 'octroi_seen' );
	$seen   = array_slice( octroi_seen_now() + $before, 0, OCTROI_SEEN_MOST, true );
	if ( $seen !== $before ) {
		update_option( 'octroi_seen', $seen, false );
	}
}
