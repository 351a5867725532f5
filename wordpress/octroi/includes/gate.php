<?php
/**
 * Prints tags gated that belong to a service which needs consent: the engine opens them when the
 * visitor has granted it.
 *
 * @package Octroi
 */

defined( 'ABSPATH' ) || exit;

/** By which attributes elements load something. */
const OCTROI_LOADS = [
	'SCRIPT'   => [ 'src' ],
	'IMG'      => [ 'src', 'srcset' ],
	'IMAGE'    => [ 'src', 'srcset' ],
	'IFRAME'   => [ 'src' ],
	'FRAME'    => [ 'src' ],
	'PORTAL'   => [ 'src' ],
	'EMBED'    => [ 'src' ],
	'OBJECT'   => [ 'data' ],
	'VIDEO'    => [ 'src', 'poster' ],
	'AUDIO'    => [ 'src' ],
	'SOURCE'   => [ 'src', 'srcset' ],
	'TRACK'    => [ 'src' ],
	'INPUT'    => [ 'src' ],
	'LINK'     => [ 'href', 'imagesrcset' ],
	'BODY'     => [ 'background' ],
	'TABLE'    => [ 'background' ],
	'COLGROUP' => [ 'background' ],
	'COL'      => [ 'background' ],
	'THEAD'    => [ 'background' ],
	'TBODY'    => [ 'background' ],
	'TFOOT'    => [ 'background' ],
	'TR'       => [ 'background' ],
	'TD'       => [ 'background' ],
	'TH'       => [ 'background' ],
];

/** The kinds of link that a browser follows by itself. */
const OCTROI_FOLLOWED = [
	'preconnect',
	'dns-prefetch',
	'stylesheet',
	'preload',
	'modulepreload',
	'prefetch',
	'prerender',
	'manifest',
	'icon',
	'apple-touch-icon',
	'apple-touch-icon-precomposed',
	'apple-touch-startup-image',
	'mask-icon',
	'compression-dictionary',
];

/** What the id of a tag has behind the handle that it was enqueued by. */
const OCTROI_HANDLE = '/^(.+)-js(?:-(?:before|after|extra|translations|module|modulepreload))?$/s';

/**
 * Returns the handle of a tag that WordPress prints for an enqueued script; '' for none.
 *
 * @param string|true|null $id of the tag.
 */
function octroi_handle( $id ): string {
	return is_string( $id ) && preg_match( OCTROI_HANDLE, $id, $found ) ? $found[1] : '';
}

/**
 * Leaves of ids those that a tag has to wait for, in the form of data-octroi.
 *
 * @param string[] $ids of services or categories.
 */
function octroi_asked( array $ids ): string {
	$essential = [];
	foreach ( octroi_declared( 'categories' ) as $category ) {
		if ( true === ( $category->required ?? false ) ) {
			$essential[ $category->id ] = true;
		}
	}
	foreach ( octroi_declared( 'services' ) as $service ) {
		if ( isset( $essential[ $service->category ?? '' ] ) ) {
			$essential[ $service->id ] = true;
		}
	}
	return implode( ' ', array_unique( array_filter( $ids, fn( $id ) => '' !== $id && ! isset( $essential[ $id ] ) ) ) );
}

/**
 * Returns the services of an inline script, by the parts of its text that they declare.
 *
 * @param string $text of the script.
 * @return string[] ids
 */
function octroi_services_of_text( string $text ): array {
	$ids = [];
	foreach ( '' === trim( $text ) ? [] : octroi_declared( 'services' ) as $service ) {
		foreach ( octroi_texts( $service, 'inline' ) as $part ) {
			if ( '' !== $part && false !== strpos( $text, $part ) ) {
				$ids[] = $service->id;
				break;
			}
		}
	}
	return $ids;
}

/**
 * Returns what a handle waits for: as the owner has said, and the services of the script's address. So
 * what a plugin adds before and after a script waits with it.
 *
 * @param string $handle   '' for none.
 * @param array  $patterns of octroi_patterns.
 * @return string[] ids
 */
function octroi_services_of_handle( string $handle, array $patterns ): array {
	if ( '' === $handle ) {
		return [];
	}
	$ids    = [ octroi_option( 'octroi_handles' )[ $handle ] ?? '' ];
	$script = wp_scripts()->registered[ $handle ] ?? null;
	return $script && is_string( $script->src ) && '' !== $script->src ? array_merge( $ids, octroi_services_of( $script->src, $patterns ) ) : $ids;
}

/**
 * Returns the addresses of an attribute's value.
 *
 * @param string $attribute as "srcset".
 * @param string $value     of it.
 * @return string[]
 */
function octroi_addresses_in( string $attribute, string $value ): array {
	return 'srcset' === substr( $attribute, -6 ) ? preg_split( '/(?:^|,)\s*|\s[^,]*(?:,\s*|$)/', $value, -1, PREG_SPLIT_NO_EMPTY ) : [ $value ];
}

/**
 * Tells what the attributes of a tag become where it has to wait; [] where it may load.
 *
 * @param string   $tag    its name, in upper case.
 * @param callable $read   gives an attribute by its name: a text, true, or null.
 * @param string   $text   of an inline script.
 * @return array<string, string|null> by name, null for one to remove
 */
function octroi_gated( string $tag, callable $read, string $text = '' ): array {
	static $of = null, $patterns = [];
	if ( octroi_declaration() !== $of ) {
		$of       = octroi_declaration();
		$patterns = octroi_patterns( octroi_declared( 'services' ) );
	}
	if ( null === $of || null !== $read( 'data-octroi' ) ) {
		return [];
	}
	$changes = [];
	$ids     = [];
	$type    = is_string( $read( 'type' ) ) ? strtolower( trim( $read( 'type' ) ) ) : '';
	if ( 'SCRIPT' === $tag ) {
		if ( ! preg_match( '~^$|^module$|^(?:text|application)/(?:x-)?(?:java|ecma|j|live)script~', $type ) || 'octroi-js' === $read( 'id' ) ) {
			return [];
		}
		$ids             = octroi_services_of_text( $text );
		$changes['type'] = 'text/plain';
		if ( 'module' === $type ) {
			$changes['data-type'] = $type;
		}
	} elseif ( 'LINK' === $tag && ! array_intersect( preg_split( '/\s+/', strtolower( (string) $read( 'rel' ) ) ), OCTROI_FOLLOWED ) ) {
		return [];
	} elseif ( 'INPUT' === $tag && 'image' !== $type ) {
		return [];
	}
	if ( 'SCRIPT' === $tag || 'LINK' === $tag ) {
		array_push( $ids, ...octroi_services_of_handle( octroi_handle( $read( 'id' ) ), $patterns ) );
	}
	foreach ( OCTROI_LOADS[ $tag ] ?? [] as $name ) {
		$value = $read( $name );
		if ( ! is_string( $value ) || '' === trim( $value ) ) {
			continue;
		}
		foreach ( octroi_addresses_in( $name, $value ) as $address ) {
			array_push( $ids, ...octroi_services_of( $address, $patterns ) );
		}
		$changes[ $name ]           = null;
		$changes[ 'data-' . $name ] = $value;
	}
	$asked = octroi_asked( $ids );
	octroi_saw( $tag, $read, $asked );
	return '' === $asked ? [] : [ 'data-octroi' => $asked ] + $changes;
}

/**
 * Gates the tags of a piece of HTML.
 *
 * @param string $html of a page or a part of one.
 */
function octroi_gate( string $html ): string {
	if ( false === strpos( $html, '<' ) || null === octroi_declaration() ) {
		return $html;
	}
	$markup = Octroi_Markup::of( $html );
	$read   = [ $markup, 'get_attribute' ];
	while ( $markup->next_tag() ) {
		$tag = $markup->get_tag();
		if ( ! isset( OCTROI_LOADS[ $tag ] ) ) {
			continue;
		}
		foreach ( octroi_gated( $tag, $read, 'SCRIPT' === $tag ? $markup->get_modifiable_text() : '' ) as $name => $value ) {
			if ( null === $value ) {
				$markup->remove_attribute( $name );
			} else {
				$markup->set_attribute( $name, $value );
			}
		}
	}
	return $markup->get_updated_html();
}

/**
 * Gates a script whose attributes WordPress is about to print.
 *
 * @param array  $attributes by name; true for one without a value.
 * @param string $text       of an inline script.
 */
function octroi_gate_attributes( $attributes, $text = '' ) {
	if ( ! is_array( $attributes ) || is_admin() ) {
		return $attributes;
	}
	$read = function ( $name ) use ( $attributes ) {
		$value = $attributes[ $name ] ?? null;
		return false === $value ? null : $value;
	};
	foreach ( octroi_gated( 'SCRIPT', $read, (string) $text ) as $name => $value ) {
		if ( null === $value ) {
			unset( $attributes[ $name ] );
		} else {
			$attributes[ $name ] = $value;
		}
	}
	return $attributes;
}

/**
 * Gates what WordPress is about to put into a page of the site, unless the whole page is gated.
 *
 * @param string $html of an enqueued script with what stands before and after it, an embed, or a block.
 */
function octroi_gate_part( $html ) {
	$apart = is_admin() || ( defined( 'REST_REQUEST' ) && REST_REQUEST ) || octroi_gates_page();
	return $apart || ! is_string( $html ) ? $html : octroi_gate( $html );
}

add_filter( 'wp_script_attributes', 'octroi_gate_attributes', PHP_INT_MAX );
add_filter( 'wp_inline_script_attributes', 'octroi_gate_attributes', PHP_INT_MAX, 2 );
add_filter( 'script_loader_tag', 'octroi_gate_part', PHP_INT_MAX );
add_filter( 'embed_oembed_html', 'octroi_gate_part', PHP_INT_MAX );
add_filter( 'render_block', 'octroi_gate_part', PHP_INT_MAX );
