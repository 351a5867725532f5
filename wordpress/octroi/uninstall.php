<?php
/**
 * Takes away all that the plugin has kept, on each site of a network.
 *
 * @package Octroi
 */

defined( 'WP_UNINSTALL_PLUGIN' ) || exit;

require_once __DIR__ . '/includes/options.php';

/** Deletes the options of the site that is switched to. */
function octroi_forget() {
	array_map( 'delete_option', array_keys( octroi_defaults() ) );
}

if ( is_multisite() ) {
	$octroi_sites = get_sites(
		[
			'fields' => 'ids',
			'number' => 0,
		]
	);
	foreach ( $octroi_sites as $octroi_site ) {
		switch_to_blog( $octroi_site );
		octroi_forget();
		restore_current_blog();
	}
} else {
	octroi_forget();
}
