<?php
/**
 * Plugin Name: Octroi
 * Description: Asks visitors for consent, and keeps scripts, embeds and cookies shut until they agree.
 * Version: 0.0.0
 * Requires at least: 6.0
 * Requires PHP: 7.4
 * License: MIT
 * Text Domain: octroi
 *
 * @package Octroi
 */

defined( 'ABSPATH' ) || exit;

/** The plugin's version, which is that of the files in assets/. */
define( 'OCTROI_VERSION', get_file_data( __FILE__, [ 'version' => 'Version' ] )['version'] );
define( 'OCTROI_FILE', __FILE__ );
define( 'OCTROI_FOLDER', __DIR__ );

require __DIR__ . '/includes/options.php';
require __DIR__ . '/includes/declaration.php';
require __DIR__ . '/includes/record.php';
require __DIR__ . '/includes/addresses.php';
require __DIR__ . '/includes/class-octroi-markup.php';
require __DIR__ . '/includes/gate.php';
require __DIR__ . '/includes/seen.php';
require __DIR__ . '/includes/page.php';
require __DIR__ . '/includes/head.php';
require __DIR__ . '/includes/optimizers.php';
require __DIR__ . '/includes/consent-api.php';
require __DIR__ . '/includes/policy.php';

if ( is_admin() ) {
	require __DIR__ . '/includes/settings.php';
}
