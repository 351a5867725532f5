<?php
/**
 * Prints the declaration and octroi.js, first of what WordPress puts into the head.
 *
 * @package Octroi
 */

defined( 'ABSPATH' ) || exit;

/** By these attributes plugins that defer or delay scripts, and Cloudflare's Rocket Loader, leave one as it is. */
const OCTROI_LEFT_ALONE = [
	'data-cfasync'       => 'false',
	'data-nowprocket'    => '1',
	'data-no-optimize'   => '1',
	'data-no-defer'      => '1',
	'data-no-minify'     => '1',
	'data-noptimize'     => '1',
	'data-jetpack-boost' => 'ignore',
	'nitro-exclude'      => '1',
];

/**
 * Returns the address of one of Octroi's files.
 *
 * @param string $file as "octroi.js".
 */
function octroi_file_url( string $file ): string {
	return plugins_url( 'assets/' . $file, OCTROI_FILE );
}

/**
 * Returns what stands in the address of octroi.js: another for another file, so that no cache
 * answers with an earlier one. An integrity would have browsers refuse a later one where a page
 * cache has kept the page, and run what it holds.
 */
function octroi_build(): string {
	$file  = OCTROI_FOLDER . '/assets/octroi.js';
	$stamp = is_readable( $file ) ? OCTROI_VERSION . ' ' . filesize( $file ) . ' ' . filemtime( $file ) : '';
	if ( '' === $stamp ) {
		return OCTROI_VERSION;
	}
	$kept = octroi_option( 'octroi_build' );
	if ( ( $kept['of'] ?? '' ) !== $stamp ) {
		$kept = [
			'of'    => $stamp,
			'build' => substr( hash_file( 'sha256', $file ), 0, 16 ),
		];
		update_option( 'octroi_build', $kept );
	}
	return $kept['build'];
}

/** Returns the declaration for a page: ASCII, so that it may stand before <meta charset>, and without "<". */
function octroi_declaration_json(): string {
	return (string) wp_json_encode( octroi_declaration(), JSON_HEX_TAG | JSON_HEX_AMP | JSON_UNESCAPED_SLASHES );
}

/**
 * Writes the attributes of a script as core would, with what plugins add to all scripts, as a nonce.
 *
 * @param string $filter     core's, of the attributes.
 * @param array  $attributes by name.
 * @param string $text       of the script.
 */
function octroi_attributes( string $filter, array $attributes, string $text = '' ): string {
	$attributes = apply_filters( $filter, $attributes, $text ) + $attributes; // phpcs:ignore
	return wp_sanitize_script_attributes( OCTROI_LEFT_ALONE + $attributes );
}

/** Prints both tags. Without a declaration nothing is printed: there is nothing to decide. */
function octroi_print_head() {
	if ( null === octroi_declaration() ) {
		return;
	}
	$json   = octroi_declaration_json();
	$src    = add_query_arg( 'ver', octroi_build(), octroi_file_url( 'octroi.js' ) );
	$script = [
		'src' => esc_url_raw( $src ),
		'id'  => 'octroi-js',
	];
	if ( ! ( octroi_address( $src )['own'] ?? true ) ) {
		$script['crossorigin'] = 'anonymous';
	}
	$config = [
		'type' => 'application/json',
		'id'   => 'octroi-config',
	];
	// phpcs:disable WordPress.Security.EscapeOutput, WordPress.WP.EnqueuedResources
	echo '<script' . octroi_attributes( 'wp_inline_script_attributes', $config, $json ) . '>' . $json . "</script>\n";
	$needs = octroi_declaration();
	if ( isset( $needs->app ) || isset( $needs->inherit ) ) {
		echo '<script' . octroi_attributes( 'wp_script_attributes', [ 'src' => esc_url_raw( octroi_file_url( 'octroi.rest.js' ) ) ] ) . "></script>\n";
	}
	echo '<script' . octroi_attributes( 'wp_script_attributes', $script ) . "></script>\n";
	// phpcs:enable
}

add_action( 'wp_head', 'octroi_print_head', PHP_INT_MIN );
