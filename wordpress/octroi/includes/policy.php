<?php
/**
 * The cookie policy as a block, octroi/policy, and as a shortcode, [octroi_policy].
 *
 * @package Octroi
 */

defined( 'ABSPATH' ) || exit;

/**
 * Returns the policy's text as the engine wrote it when the declaration was saved; '' where it has
 * not, or the declaration was changed elsewhere since. In the page octroi.js writes it anew.
 *
 * @param string $language a BCP 47 tag.
 */
function octroi_policy_text( string $language ): string {
	$kept = octroi_option( 'octroi_policy' );
	if ( ( $kept['of'] ?? '' ) !== md5( octroi_option( 'octroi_declaration' ) ) ) {
		return '';
	}
	$texts = $kept['texts'] ?? [];
	$main  = octroi_declaration()->language ?? 'en';
	foreach ( [ $language, strtok( $language, '-' ), is_string( $main ) ? $main : 'en' ] as $wanted ) {
		if ( isset( $texts[ $wanted ] ) ) {
			return $texts[ $wanted ];
		}
	}
	return (string) reset( $texts );
}

/**
 * Renders the policy.
 *
 * @param string $attributes of its element.
 */
function octroi_policy( string $attributes = '' ): string {
	return '<div ' . $attributes . ' data-octroi-declaration>' . octroi_policy_text( (string) get_bloginfo( 'language' ) ) . '</div>';
}

/** Registers the block and the shortcode. */
function octroi_register_policy() {
	register_block_type(
		OCTROI_FOLDER . '/block',
		[ 'render_callback' => fn() => octroi_policy( get_block_wrapper_attributes() ) ]
	);
	add_shortcode( 'octroi_policy', fn() => octroi_policy() );
}

add_action( 'init', 'octroi_register_policy' );
