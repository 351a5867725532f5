<?php
// Serves WordPress by php -S: files of core from its folder, those of the content folder from there.
$path = rawurldecode( parse_url( $_SERVER['REQUEST_URI'], PHP_URL_PATH ) );
$kinds = [ 'js' => 'text/javascript', 'css' => 'text/css', 'json' => 'application/json', 'svg' => 'image/svg+xml', 'woff2' => 'font/woff2', 'png' => 'image/png', 'html' => 'text/html; charset=utf-8' ];
if ( preg_match( '~^/wp-content(/.*)$~', $path, $found ) && is_file( $file = getenv( 'OCTROI_WP_CONTENT' ) . $found[1] ) ) {
	header( 'Content-Type: ' . ( $kinds[ pathinfo( $file, PATHINFO_EXTENSION ) ] ?? 'application/octet-stream' ) );
	readfile( $file );
	return true;
}
$file = $_SERVER['DOCUMENT_ROOT'] . $path;
if ( is_file( $file ) && 'php' !== pathinfo( $file, PATHINFO_EXTENSION ) ) return false;
if ( is_dir( $file ) && is_file( rtrim( $file, '/' ) . '/index.php' ) ) $path = rtrim( $path, '/' ) . '/index.php';
if ( ! is_file( $_SERVER['DOCUMENT_ROOT'] . $path ) || 'php' !== pathinfo( $path, PATHINFO_EXTENSION ) ) $path = '/index.php';
$_SERVER['SCRIPT_NAME'] = $_SERVER['PHP_SELF'] = $path;
$_SERVER['SCRIPT_FILENAME'] = $_SERVER['DOCUMENT_ROOT'] . $path;
chdir( dirname( $_SERVER['SCRIPT_FILENAME'] ) );
require $_SERVER['SCRIPT_FILENAME'];
