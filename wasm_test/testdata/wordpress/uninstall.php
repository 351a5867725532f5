<?php
// Deletes the plugin as the list of plugins does, and prints what the database still has of it.
$_SERVER['HTTP_HOST'] = 'localhost';
require getenv( 'OCTROI_WP_CORE' ) . '/wp-load.php';
require_once ABSPATH . 'wp-admin/includes/plugin.php';
$left = function () {
	global $wpdb;
	return array_merge(
		$wpdb->get_col( "SELECT option_name FROM $wpdb->options WHERE option_name LIKE '%octroi%' OR ( option_name <> 'cron' AND option_value LIKE '%octroi%' )" ),
		$wpdb->get_col( "SELECT meta_key FROM $wpdb->usermeta WHERE meta_key LIKE '%octroi%'" ),
		$wpdb->get_col( "SELECT meta_key FROM $wpdb->postmeta WHERE meta_key LIKE '%octroi%'" )
	);
};
$before = $left();
deactivate_plugins( 'octroi/octroi.php' );
uninstall_plugin( 'octroi/octroi.php' );
echo json_encode( [ $before, array_values( array_diff( $left(), [ 'uninstall_plugins' ] ) ) ] );
