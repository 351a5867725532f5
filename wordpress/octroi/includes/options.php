<?php
/**
 * What the plugin keeps.
 *
 * @package Octroi
 */

defined( 'ABSPATH' ) || exit;

/**
 * Lists all options with their defaults: nothing else is kept anywhere.
 *
 * @return array<string, mixed>
 */
function octroi_defaults(): array {
	return [
		// The declaration, as its owner wrote it: JSON.
		'octroi_declaration' => '',
		// The category or service of each script handle that the owner has assigned.
		'octroi_handles'     => [],
		// Whether the whole page is gated, not only what WordPress itself prints.
		'octroi_whole'       => '1',
		// The category or service that each category of the WP Consent API stands for.
		'octroi_consent_api' => [],
		// The cookie policy as HTML by language, and the hash of the declaration that it was made of.
		'octroi_policy'      => [],
		// What pages loaded when an administrator looked at them, by handle or address.
		'octroi_seen'        => [],
		// What octroi.js is told apart by, and the size and time of the file that it is of.
		'octroi_build'       => [],
	];
}

/**
 * Reads an option.
 *
 * @param string $name with its prefix.
 * @return mixed of the default's type
 */
function octroi_option( string $name ) {
	$default = octroi_defaults()[ $name ];
	$value   = get_option( $name, $default );
	return gettype( $value ) === gettype( $default ) ? $value : $default;
}
