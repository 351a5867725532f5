<?php
// Runs functions of the WordPress plugin without WordPress: of core it has what the plugin's files call.
// Reads [declaration, handles, home, [[function, arguments…]…]] as JSON from standard input, and prints what
// each call returns.
define( 'ABSPATH', __DIR__ );
error_reporting( E_ALL );
set_error_handler( function ( $level, $message, $file, $line ) {
	throw new ErrorException( $message, 0, $level, $file, $line );
} );
list( $declaration, $handles, $home, $calls ) = json_decode( stream_get_contents( STDIN ), true );
$options = [ 'octroi_declaration' => $declaration, 'octroi_handles' => $handles ];

define( 'DAY_IN_SECONDS', 86400 );
function get_option( $name, $default ) { return $GLOBALS['options'][ $name ] ?? $default; }
function add_filter() {}
function add_action() {}
function is_admin() { return false; }
function did_action() { return 0; }
function home_url() { return $GLOBALS['home']; }
function wp_scripts() { return (object) [ 'registered' => [ 'known' => (object) [ 'src' => 'https://stats.example/known.js' ], 'alias' => (object) [ 'src' => false ] ] ]; }
function wp_parse_url( $url ) { return parse_url( $url ); }

$folder = $argv[1];
foreach ( [ 'options', 'declaration', 'record', 'addresses', 'class-octroi-markup', 'gate', 'seen', 'page' ] as $name ) {
	require "$folder/includes/$name.php";
}

// The services of an address, by the declaration's patterns.
function services_of( $address ) { return octroi_services_of( $address, octroi_patterns( octroi_declared( 'services' ) ) ); }

// What a record says: the header Cookie, Unix milliseconds, and a declaration of its own.
function reads( $cookies, $now, $gpc, $declaration ) { return octroi_read( $cookies, json_decode( $declaration ), intdiv( $now, 1000 ), $gpc ); }

// What elements load by, and the links that are followed.
function tables() { return [ OCTROI_LOADS, OCTROI_FOLLOWED ]; }

// What ob_start would be given, in pieces.
function in_pieces( $pieces ) {
	$out = '';
	foreach ( $pieces as $i => $piece ) $out .= octroi_let_page_go( $piece, $i === count( $pieces ) - 1 ? PHP_OUTPUT_HANDLER_FINAL : PHP_OUTPUT_HANDLER_FLUSH );
	return $out;
}

// The tags of a piece of HTML, each with its attributes' values.
function tags_of( $html, $names ) {
	$all = [];
	$markup = new Octroi_Markup( $html );
	while ( $markup->next_tag() ) {
		$all[] = [ strtolower( $markup->get_tag() ), (object) array_filter( array_combine( $names, array_map( [ $markup, 'get_attribute' ], $names ) ), fn( $value ) => null !== $value ), $markup->get_modifiable_text() ];
	}
	return $all;
}

echo json_encode( array_map( fn( $call ) => $call[0]( ...array_slice( $call, 1 ) ), $calls ), JSON_UNESCAPED_SLASHES );
