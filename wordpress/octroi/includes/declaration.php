<?php
/**
 * The declaration, as the plugin needs it. What it means is decided by the engine, in the visitor's
 * browser; here it only tells which tags to print gated.
 *
 * @package Octroi
 */

defined( 'ABSPATH' ) || exit;

/** Decodes the declaration; null where there is none, or it is no JSON object. */
function octroi_declaration(): ?stdClass {
	static $text = null, $decoded = null;
	$now = octroi_option( 'octroi_declaration' );
	if ( $now !== $text ) {
		$text    = $now;
		$decoded = json_decode( $text );
	}
	return $decoded instanceof stdClass ? $decoded : null;
}

/**
 * Reads a list of objects of the declaration, without what is no object: a faulty declaration must not
 * break a page.
 *
 * @param string        $key         as "services".
 * @param stdClass|null $declaration the site's unless given.
 * @return stdClass[]
 */
function octroi_declared( string $key, ?stdClass $declaration = null ): array {
	$list = ( $declaration ?? octroi_declaration() )->$key ?? [];
	return is_array( $list ) ? array_filter( $list, fn( $one ) => $one instanceof stdClass && is_string( $one->id ?? null ) ) : [];
}

/** Returns the ids that a tag may be gated for, those of categories first; none is essential. */
function octroi_ids(): array {
	$ids      = [];
	$services = [];
	foreach ( octroi_declared( 'categories' ) as $category ) {
		if ( true !== ( $category->required ?? false ) ) {
			$ids[ $category->id ] = $category->id;
		}
	}
	foreach ( octroi_declared( 'services' ) as $service ) {
		if ( isset( $ids[ $service->category ?? '' ] ) ) {
			$services[ $service->id ] = $service->id;
		}
	}
	return array_values( $ids + $services );
}

/**
 * Returns the texts of a service's key that is a list of texts.
 *
 * @param stdClass $service of the declaration.
 * @param string   $key     "urls" or "inline".
 * @return string[]
 */
function octroi_texts( stdClass $service, string $key ): array {
	$list = $service->$key ?? [];
	return is_array( $list ) ? array_filter( $list, 'is_string' ) : [];
}
