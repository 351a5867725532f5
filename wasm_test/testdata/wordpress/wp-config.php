<?php
// WordPress as the tests run it: everything that is not core's own lies in the folder OCTROI_WP_CONTENT,
// the database too, and the site is at OCTROI_WP_URL.
define( 'WP_CONTENT_DIR', getenv( 'OCTROI_WP_CONTENT' ) );
define( 'WP_CONTENT_URL', getenv( 'OCTROI_WP_URL' ) . '/wp-content' );
define( 'WP_HOME', getenv( 'OCTROI_WP_URL' ) );
define( 'WP_SITEURL', getenv( 'OCTROI_WP_URL' ) );
define( 'DB_DIR', WP_CONTENT_DIR . '/database/' );
define( 'DB_FILE', 'wordpress.sqlite' );
foreach ( [ 'DB_NAME', 'DB_USER', 'DB_PASSWORD', 'DB_HOST' ] as $name ) define( $name, 'unused' );
define( 'DB_CHARSET', 'utf8mb4' );
define( 'DB_COLLATE', '' );
foreach ( [ 'AUTH_KEY', 'SECURE_AUTH_KEY', 'LOGGED_IN_KEY', 'NONCE_KEY', 'AUTH_SALT', 'SECURE_AUTH_SALT', 'LOGGED_IN_SALT', 'NONCE_SALT' ] as $name ) define( $name, "of the tests: $name" );
// Nothing leaves the machine.
define( 'WP_HTTP_BLOCK_EXTERNAL', true );
define( 'DISABLE_WP_CRON', true );
define( 'AUTOMATIC_UPDATER_DISABLED', true );
define( 'CONCATENATE_SCRIPTS', false );
define( 'WP_DEBUG', true );
define( 'WP_DEBUG_LOG', WP_CONTENT_DIR . '/debug.log' );
define( 'WP_DEBUG_DISPLAY', false );
$table_prefix = 'wp_';
if ( ! defined( 'ABSPATH' ) ) define( 'ABSPATH', getenv( 'OCTROI_WP_CORE' ) . '/' );
require_once ABSPATH . 'wp-settings.php';
