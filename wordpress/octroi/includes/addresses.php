<?php
/**
 * Whose an address is, by the patterns of a declaration's "urls".
 *
 * The engine judges each address again, in the browser. This finds the same services, so that
 * browsers do not even ask for what a page's HTML names.
 *
 * @package Octroi
 */

defined( 'ABSPATH' ) || exit;

/**
 * Takes an address apart as a browser does.
 *
 * @param string $address as markup has it.
 * @return array{host: string, port: string, path: string, own: bool}|null null for what has no host, as data:
 */
function octroi_address( string $address ): ?array {
	$address = preg_replace( '/[\t\n\r]/', '', trim( $address, " \t\n\r\f\0" ) );
	$address = explode( '#', $address, 2 )[0];
	$home    = wp_parse_url( home_url() );
	$scheme  = preg_match( '/^([a-z][a-z0-9+.-]*):/i', $address, $found ) ? strtolower( $found[1] ) : '';
	$ports   = [
		'https' => '443',
		'wss'   => '443',
		'http'  => '80',
		'ws'    => '80',
	];
	if ( $scheme && ! isset( $ports[ $scheme ] ) ) {
		return null;
	}
	// Of these schemes a backslash is a slash, but in a query.
	list( $path, $query ) = array_pad( explode( '?', substr( $address, $scheme ? strlen( $scheme ) + 1 : 0 ), 2 ), 2, null );
	$rest                 = strtr( $path, '\\', '/' ) . ( null === $query ? '' : '?' . $query );
	$own                  = [
		'host' => strtolower( $home['host'] ?? '' ),
		'port' => (string) ( $home['port'] ?? $ports[ $home['scheme'] ?? 'https' ] ),
	];
	if ( ! $scheme && 0 !== strpos( $rest, '//' ) ) {
		return $own + [
			'path' => '/' === substr( $rest, 0, 1 ) ? $rest : '/' . $rest,
			'own'  => true,
		];
	}
	preg_match( '~^/*([^/?]*)(.*)$~s', $rest, $found );
	$path = $found[2];
	preg_match( '/^(.*?)(?::(\d*))?$/s', strtolower( preg_replace( '/^.*@/s', '', $found[1] ) ), $found );
	$host = rawurldecode( preg_replace( '/(?<=.)\.$/', '', $found[1] ) );
	if ( preg_match( '/[^\x00-\x7f]/', $host ) && function_exists( 'idn_to_ascii' ) ) {
		$ascii = idn_to_ascii( $host );
		$host  = false === $ascii ? $host : $ascii;
	}
	$other = [
		'host' => $host,
		'port' => ( $found[2] ?? '' ) ? $found[2] : $ports[ $scheme ? $scheme : $home['scheme'] ?? 'https' ],
	];
	return $other + [
		'path' => '/' === substr( $path, 0, 1 ) ? $path : '/' . $path,
		'own'  => $own === $other,
	];
}

/**
 * Writes a path as most servers read it, so that no other spelling of the same gets by: what is
 * percent-encoded without need stands plainly, slashes are single, and "." and ".." are resolved.
 *
 * @param string $path  with its query.
 * @param bool   $whole whether nothing may follow, as behind a pattern.
 */
function octroi_plain_path( string $path, bool $whole ): string {
	$path = preg_replace_callback(
		'/%([0-9a-f]{2})/i',
		function ( $found ) {
			$char = chr( hexdec( $found[1] ) );
			return $char <= ' ' || $char >= "\x7f" || false !== strpos( '%?#*', $char ) ? strtoupper( $found[0] ) : $char;
		},
		$path
	);
	list( $path, $query ) = array_pad( explode( '?', $path, 2 ), 2, null );
	$path                 = preg_replace( '~/{2,}~', '/', $path );
	$segments             = [];
	$parts                = explode( '/', $path );
	$last                 = count( $parts ) - 1;
	foreach ( $parts as $i => $part ) {
		$ended = $i < $last || null !== $query || $whole;
		if ( $ended && ( '.' === $part || '..' === $part ) ) {
			if ( '..' === $part && count( $segments ) > 1 ) {
				array_pop( $segments );
			}
			if ( $i === $last ) {
				$segments[] = '';
			}
			continue;
		}
		$segments[] = $part;
	}
	return implode( '/', $segments ) . ( null === $query ? '' : '?' . $query );
}

/**
 * Reads a pattern of "urls": host, *.host, host/path, host:port or /path, with or without a scheme.
 *
 * @param string $text as declared.
 * @return array{host: string, port: string, below: bool, path: string, literal: int}
 */
function octroi_pattern( string $text ): array {
	$pattern = [
		'host'  => '',
		'port'  => '',
		'below' => false,
		'path'  => $text,
	];
	if ( ! preg_match( '~^/(?!/)~', $text ) ) {
		preg_match( '~^(?:(?:[a-z][a-z0-9+.-]*:)?//)?(?:[^/?@]*@)?([^/?:]*)(?::(\d+))?(.*)$~is', $text, $found );
		$host             = strtolower( preg_replace( '/(?<=.)\.$/', '', $found[1] ) );
		$pattern['below'] = 0 === strpos( $host, '*.' );
		$pattern['host']  = $pattern['below'] ? substr( $host, 2 ) : $host;
		$pattern['port']  = $found[2];
		$pattern['path']  = '/' === $found[3] ? '' : $found[3];
	}
	$pattern['path']    = octroi_plain_path( $pattern['path'], false );
	$pattern['literal'] = strcspn( $pattern['path'], '*' );
	return $pattern;
}

/**
 * Reads the patterns of services, by host.
 *
 * @param stdClass[] $services of a declaration.
 * @return array<string, array[]> each pattern with the "id" of its service
 */
function octroi_patterns( array $services ): array {
	$patterns = [];
	foreach ( $services as $service ) {
		foreach ( octroi_texts( $service, 'urls' ) as $text ) {
			$pattern                        = octroi_pattern( $text ) + [ 'id' => $service->id ];
			$patterns[ $pattern['host'] ][] = $pattern;
		}
	}
	return $patterns;
}

/**
 * Returns the services that an address belongs to: those of the longest host, and of its patterns
 * those with the longest path.
 *
 * @param string $address  as markup has it.
 * @param array  $patterns of octroi_patterns.
 * @return string[] ids
 */
function octroi_services_of( string $address, array $patterns ): array {
	$parts = $patterns ? octroi_address( $address ) : null;
	if ( ! $parts ) {
		return [];
	}
	$path  = octroi_plain_path( $parts['path'], true );
	$hosts = $parts['own'] ? [ '' ] : [];
	for ( $host = $parts['host']; '' !== $host && false !== $host; $host = substr( strstr( $host, '.' ), 1 ) ) {
		$hosts[] = $host;
	}
	foreach ( $hosts as $host ) {
		$longest = -1;
		$ids     = [];
		foreach ( $patterns[ $host ] ?? [] as $pattern ) {
			$above = '' !== $host && $host !== $parts['host'];
			if ( $pattern['literal'] < $longest || ( $above && ! $pattern['below'] ) || ( '' !== $pattern['port'] && $pattern['port'] !== $parts['port'] ) ) {
				continue;
			}
			$expression = '~^' . str_replace( '\*', '.*', preg_quote( $pattern['path'], '~' ) ) . '~s';
			if ( ! preg_match( $expression, $path ) ) {
				continue;
			}
			$ids     = $pattern['literal'] > $longest ? [] : $ids;
			$longest = $pattern['literal'];
			$ids[]   = $pattern['id'];
		}
		if ( $ids ) {
			return array_values( array_unique( $ids ) );
		}
	}
	return [];
}
