<?php
/**
 * Reads the visitor's record, for what PHP itself has to decide: the project's docs/record.md has the
 * format and the rules, and docs/record-vectors.json what the engine answers.
 *
 * A page whose HTML depends on it must not come from a cache that all visitors share.
 *
 * @package Octroi
 */

defined( 'ABSPATH' ) || exit;

/** Why a category has to be asked for, the strongest reason last. */
const OCTROI_REASONS = [ '', 'service', 'purpose', 'policy', 'expired', 'undecided' ];

/** 2020-01-01T00:00Z, in Unix seconds. */
const OCTROI_EPOCH = 1577836800;

/** The bit of a service's print that says that it is granted. */
const OCTROI_GRANTED = 1 << 23;

/**
 * Tells whether the visitor has granted all of some ids. Nothing is without a record and a declaration.
 *
 * @param string $ids of categories or services, divided by spaces.
 */
function octroi_allows( string $ids ): bool {
	static $of = null, $state = null;
	$cookies = (string) ( $_SERVER['HTTP_COOKIE'] ?? '' ); // phpcs:ignore
	$text    = octroi_option( 'octroi_declaration' );
	if ( [ $cookies, $text ] !== $of ) {
		$of    = [ $cookies, $text ];
		$state = null === octroi_declaration() ? [ 'granted' => [] ] : octroi_read( $cookies, octroi_declaration(), time() );
	}
	$named = preg_split( '/[ \t\n\r\f]+/', $ids, -1, PREG_SPLIT_NO_EMPTY );
	return $named && ! array_diff( $named, $state['granted'] );
}

/**
 * Hashes a text by FNV-1a, 32 bits.
 *
 * @param string $bytes of the text.
 */
function octroi_hash( string $bytes ): int {
	return hexdec( hash( 'fnv1a32', $bytes ) );
}

/**
 * Returns the instant 13 calendar months later, in UTC; a day that the month lacks becomes its last.
 *
 * @param int $at Unix seconds.
 */
function octroi_longest_after( int $at ): int {
	list( $year, $month, $day, $rest ) = [ (int) gmdate( 'Y', $at ) + 1, (int) gmdate( 'n', $at ) + 1, (int) gmdate( 'j', $at ), $at % DAY_IN_SECONDS ];
	return gmmktime( 0, 0, 0, $month, min( $day, (int) gmdate( 't', gmmktime( 0, 0, 0, $month, 1, $year ) ) ), $year ) + $rest;
}

/**
 * Returns the bytes of a record before its checksum; null where that is wrong, or the text has another spelling.
 *
 * @param string $text base64url.
 */
function octroi_record_bytes( string $text ): ?string {
	$bytes = strlen( $text ) > 32768 || preg_match( '/[^A-Za-z0-9_-]/', $text ) ? false : base64_decode( strtr( $text, '-_', '+/' ), true );
	if ( false === $bytes || strlen( $bytes ) < 5 || rtrim( strtr( base64_encode( $bytes ), '+/', '-_' ), '=' ) !== $text ) {
		return null;
	}
	$body = substr( $bytes, 0, -4 );
	return unpack( 'V', substr( $bytes, -4 ) )[1] === octroi_hash( $body ) ? $body : null;
}

/** Thrown where a record is as no engine writes it. */
final class Octroi_Damaged extends Exception {}

/**
 * Decodes a record.
 *
 * @param string $text the cookie's value, before the first dot.
 * @return array{seen: int, choices: array<int, array>}|null null where it is damaged, or of another format
 */
function octroi_decode( string $text ): ?array {
	$bytes = PHP_INT_SIZE < 8 ? null : octroi_record_bytes( $text );
	if ( null === $bytes ) {
		return null;
	}
	$at     = 0;
	$must   = function ( bool $good ) {
		if ( ! $good ) {
			throw new Octroi_Damaged();
		}
	};
	$number = function ( int $count ) use ( $bytes, &$at, $must ): int {
		$must( $at + $count <= strlen( $bytes ) );
		$value = 0;
		for ( $i = 0; $i < $count; $i++ ) {
			$value |= ord( $bytes[ $at++ ] ) << ( 8 * $i );
		}
		return $value;
	};
	$varint = function () use ( $number, $must ): int {
		$value = 0;
		for ( $i = 0; $i < 5; $i++ ) {
			$byte   = $number( 1 );
			$value |= ( $byte & 0x7f ) << ( 7 * $i );
			if ( $byte < 0x80 ) {
				$must( $byte > 0 || 0 === $i );
				return $value;
			}
		}
		throw new Octroi_Damaged();
	};
	$instant = function () use ( $varint ): int {
		$minutes = $varint();
		return $minutes ? OCTROI_EPOCH + 60 * $minutes : 0;
	};
	try {
		$must( 2 === $number( 1 ) && $varint() < 2 ** 32 );
		$record = [
			'seen'    => $instant(),
			'choices' => [],
		];
		$instant();
		$category = -1;
		$shared   = null;
		while ( $at < strlen( $bytes ) ) {
			$before   = $category;
			$category = $number( 4 );
			$flags    = $number( 1 );
			if ( ! ( $flags & 2 ) ) {
				$own    = $shared;
				$how    = $number( 1 );
				$made   = $instant();
				$shared = [ $how, $made, $made + 60 * $varint(), $instant(), $number( 4 ) ];
				$must( $how > 0 && $how < 7 && $shared[2] <= octroi_longest_after( $made ) && $shared !== $own );
			}
			$must( null !== $shared && $flags < 4 && $category > $before );
			$services = [];
			for ( $left = $varint(); $left > 0; $left-- ) {
				$id = $number( 4 );
				$must( ! isset( $services[ $id ] ) );
				$services[ $id ] = $number( 3 );
			}
			$record['choices'][ $category ] = [
				'granted'  => (bool) ( $flags & 1 ),
				'at'       => $shared[1],
				'until'    => $shared[2],
				'visit'    => $shared[3],
				'revision' => $shared[4],
				'services' => $services,
			];
		}
		$must( (bool) $record['choices'] );
	} catch ( Octroi_Damaged $damaged ) {
		return null;
	}
	return $record;
}

/**
 * Tells whether a record may be believed: it is not too old, nor from the future.
 *
 * @param array $record of octroi_decode.
 * @param int   $now    Unix seconds.
 */
function octroi_believes( array $record, int $now ): bool {
	$last = max( array_column( $record['choices'], 'at' ) );
	return $now < octroi_longest_after( $last ) && $now + 60 >= max( $record['seen'], $last );
}

/**
 * Returns the fingerprint of a service: another provider or purpose has another.
 *
 * @param stdClass $service     of the declaration.
 * @param string   $language the declaration's.
 */
function octroi_print( stdClass $service, string $language ): int {
	$purpose = $service->purposeId ?? '';
	$text    = $service->purpose ?? '';
	if ( '' === $purpose ) {
		$texts   = (array) $text;
		$purpose = is_string( $text ) ? $text : $texts[ $language ] ?? $texts[ strtok( $language, '-' ) ] ?? (string) reset( $texts );
	}
	return octroi_hash( ( $service->provider ?? '' ) . "\0" . $purpose ) % OCTROI_GRANTED;
}

/**
 * Tells how a category stands by one record.
 *
 * @param stdClass   $category    of the declaration.
 * @param stdClass   $declaration whole.
 * @param array|null $record      null for none that is believed.
 * @param int        $now         Unix seconds.
 * @return array{int, string[]} the place of the reason to ask, and the ids that are granted
 */
function octroi_stand( stdClass $category, stdClass $declaration, ?array $record, int $now ): array {
	$none   = fn( $reason ) => [ array_search( $reason, OCTROI_REASONS, true ), [] ];
	$choice = $record['choices'][ octroi_hash( $category->id ) ] ?? null;
	if ( ! $choice ) {
		return $none( 'undecided' );
	}
	// Which visit this is, the page alone knows.
	if ( max( $now, $record['seen'] ) >= $choice['until'] || $choice['visit'] ) {
		return $none( 'expired' );
	}
	if ( ! $choice['granted'] && ! array_filter( $choice['services'], fn( $print ) => $print >= OCTROI_GRANTED ) ) {
		return $none( '' );
	}
	if ( octroi_hash( $declaration->policy->revision ?? '' ) !== $choice['revision'] ) {
		return $none( 'policy' );
	}
	$reason   = 0;
	$granted  = [];
	$services = array_filter( octroi_declared( 'services', $declaration ), fn( $service ) => ( $service->category ?? '' ) === $category->id );
	foreach ( $services as $service ) {
		$had = $choice['services'][ octroi_hash( $service->id ) ] ?? null;
		if ( null === $had ) {
			$reason = max( $reason, 1 );
		} elseif ( octroi_print( $service, $declaration->language ?? 'en' ) !== $had % OCTROI_GRANTED ) {
			$reason = max( $reason, 2 );
		} elseif ( $had >= OCTROI_GRANTED ) {
			$granted[] = $service->id;
		}
	}
	if ( $choice['granted'] && count( $granted ) === count( $services ) ) {
		$granted[] = $category->id;
	}
	return [ $reason, $granted ];
}

/**
 * Reads what a visitor has granted.
 *
 * @param string   $cookies     the header Cookie, whole: of several cookies of one name PHP keeps one.
 * @param stdClass $declaration without faults.
 * @param int      $now         Unix seconds.
 * @param bool     $objects     whether the browser sends Sec-GPC: 1.
 * @return array{granted: string[], ask: array<string, string>} ids, and why each category has to be asked for, '' for not
 */
function octroi_read( string $cookies, stdClass $declaration, int $now, bool $objects = false ): array {
	$records = [];
	foreach ( explode( ';', $cookies ) as $pair ) {
		list( $name, $value ) = array_pad( explode( '=', $pair, 2 ), 2, '' );
		$record               = trim( $name ) === ( $declaration->name ?? 'octroi' ) ? octroi_decode( explode( '.', trim( $value ), 2 )[0] ) : null;
		if ( $record ) {
			$records[] = octroi_believes( $record, $now ) ? $record : null;
		}
	}
	$state = [
		'granted' => [],
		'ask'     => [],
	];
	foreach ( octroi_declared( 'categories', $declaration ) as $category ) {
		$services = array_filter( octroi_declared( 'services', $declaration ), fn( $service ) => ( $service->category ?? '' ) === $category->id );
		$granted  = array_merge( array_column( $services, 'id' ), [ $category->id ] );
		$reason   = '';
		if ( true !== ( $category->required ?? false ) ) {
			// Another host of the site can set a cookie of the same name: what one grants, all have to.
			$stands  = array_map( fn( $record ) => octroi_stand( $category, $declaration, $record, $now ), $records ? $records : [ null ] );
			$granted = array_intersect( $granted, ...array_column( $stands, 1 ) );
			$reason  = OCTROI_REASONS[ max( array_column( $stands, 0 ) ) ];
		}
		if ( $objects && 'refuse' === ( $category->gpc ?? '' ) && in_array( $reason, [ 'expired', 'undecided' ], true ) ) {
			$reason = '';
		}
		array_push( $state['granted'], ...array_values( $granted ) );
		$state['ask'][ $category->id ] = $reason;
	}
	return $state;
}
