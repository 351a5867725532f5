<?php
/**
 * Reads and changes the tags of a piece of HTML.
 *
 * @package Octroi
 */

defined( 'ABSPATH' ) || exit;

/**
 * Stands in for core's WP_HTML_Tag_Processor, with the same names, where that cannot tell the text of
 * a script: before WordPress 6.5. It goes by the states of the HTML standard's tokenizer; what is
 * incomplete at the end is left as it is.
 */
final class Octroi_Markup {

	/** Elements whose content holds no tags. Content of noscript is read: it is for those without JavaScript. */
	private const TEXT_ONLY = [ 'SCRIPT', 'STYLE', 'TEXTAREA', 'TITLE', 'IFRAME', 'NOEMBED', 'NOFRAMES', 'XMP' ];

	private const SPACE = '[ \t\n\f\r]';

	/** The HTML. @var string */
	private $html;

	/** Up to where it has been read. @var int */
	private $at = 0;

	/** The name of the tag that is read. @var string */
	private $tag = '';

	/** The place behind that name. @var int */
	private $name_end = 0;

	/** Its attributes by name: "value", and a "start" and "length" for each time it stands there. @var array<string, array> */
	private $attributes = [];

	/** The text of an element that holds no tags. @var string */
	private $text = '';

	/** What takes the place of what: lists of start, length and text. @var array[] */
	private $edits = [];

	/**
	 * Chooses core's processor where it can tell the text of a script.
	 *
	 * @param string $html to read.
	 * @return self|WP_HTML_Tag_Processor
	 */
	public static function of( string $html ) {
		return method_exists( 'WP_HTML_Tag_Processor', 'get_modifiable_text' ) ? new WP_HTML_Tag_Processor( $html ) : new self( $html );
	}

	/**
	 * Takes a piece of HTML.
	 *
	 * @param string $html to read.
	 */
	public function __construct( string $html ) {
		$this->html = $html;
	}

	/** Goes to the next tag that opens an element; tells whether there is one. */
	public function next_tag(): bool {
		while ( false !== ( $start = strpos( $this->html, '<', $this->at ) ) ) { // phpcs:ignore
			$this->at = $start + 1;
			$next     = substr( $this->html, $this->at, 1 );
			if ( '!' === $next && '--' === substr( $this->html, $start + 2, 2 ) ) {
				$this->at = $this->behind( '/\G(?:-?>|.*?--!?>)/s', $start + 4 );
			} elseif ( '!' === $next || '?' === $next || ( '/' === $next && preg_match( '/[^a-z]/i', substr( $this->html, $start + 2, 1 ) ) ) ) {
				$this->at = $this->behind( '/\G[^>]*+>/', $start + 1 );
			} elseif ( preg_match( '~\G/?([a-z][^ \t\n\f\r/>]*+)~i', $this->html, $found, 0, $this->at ) ) {
				$closes         = '/' === $next;
				$this->tag      = strtoupper( $found[1] );
				$this->name_end = $this->at + strlen( $found[0] );
				if ( ! $this->read_attributes() ) {
					break;
				}
				if ( $closes ) {
					continue;
				}
				return $this->read_text();
			}
		}
		$this->at         = strlen( $this->html );
		$this->attributes = [];
		return false;
	}

	/**
	 * Returns the place behind what an expression matches, or the end.
	 *
	 * @param string $expression anchored by \G.
	 * @param int    $from       where.
	 */
	private function behind( string $expression, int $from ): int {
		return preg_match( $expression, $this->html, $found, 0, $from ) ? $from + strlen( $found[0] ) : strlen( $this->html );
	}

	/** Reads the attributes of a tag; tells whether the tag ends. */
	private function read_attributes(): bool {
		$this->attributes = [];
		$this->at         = $this->name_end;
		$space            = self::SPACE;
		$attribute        = "~\G(?:$space|/)*+(=?[^ \t\n\f\r/>=]*+)($space*+=$space*+(?:\"([^\"]*+)\"|'([^']*+)'|(?![\"'])([^ \t\n\f\r>]*+)))?~";
		while ( ! preg_match( "~\G(?:$space|/)*+>~", $this->html, $end, 0, $this->at ) ) {
			if ( ! preg_match( $attribute, $this->html, $found, PREG_OFFSET_CAPTURE | PREG_UNMATCHED_AS_NULL, $this->at ) || '' === $found[1][0] ) {
				return false;
			}
			$name  = strtolower( $found[1][0] );
			$value = $found[3][0] ?? $found[4][0] ?? $found[5][0] ?? null;
			$stop  = $found[0][1] + strlen( $found[0][0] );

			$this->attributes += [
				$name => [
					'value'  => null === $value ? true : html_entity_decode( $value, ENT_QUOTES | ENT_HTML5, 'UTF-8' ),
					'places' => [],
				],
			];

			$this->attributes[ $name ]['places'][] = [ $found[1][1], $stop - $found[1][1] ];
			$this->at                              = $stop;
		}
		$this->at += strlen( $end[0] );
		return true;
	}

	/** Reads over the content of an element that holds no tags; tells whether the element ends. */
	private function read_text(): bool {
		$this->text = '';
		if ( 'PLAINTEXT' === $this->tag ) {
			$this->at = strlen( $this->html );
			return true;
		}
		if ( ! in_array( $this->tag, self::TEXT_ONLY, true ) ) {
			return true;
		}
		$from    = $this->at;
		$escaped = 0;
		$marks   = '~<(?=/?' . $this->tag . '[ \t\n\f\r/>])' . ( 'SCRIPT' === $this->tag ? '|<!--|-->' : '' ) . '~i';
		while ( preg_match( $marks, $this->html, $found, PREG_OFFSET_CAPTURE, $this->at ) ) {
			list( $mark, $place ) = $found[0];
			$this->at             = $place + strlen( $mark );
			$closes               = '/' === substr( $this->html, $this->at, 1 );
			// A script in a comment in a script ends that one alone: "script data double escaped".
			if ( '<!--' === $mark ) {
				$escaped  = max( $escaped, 1 );
				$this->at = $place + 2;
			} elseif ( '-->' === $mark ) {
				$escaped = 0;
			} elseif ( 'SCRIPT' === $this->tag && $escaped && ! $closes ) {
				$escaped = 2;
			} elseif ( $closes && 2 === $escaped ) {
				$escaped = 1;
			} elseif ( $closes ) {
				$this->text = substr( $this->html, $from, $place - $from );
				$this->at   = $place;
				return true;
			}
		}
		return false;
	}

	/** Returns the tag's name, in upper case. */
	public function get_tag(): string {
		return $this->tag;
	}

	/** Returns the text of an element that holds no tags. */
	public function get_modifiable_text(): string {
		return $this->text;
	}

	/**
	 * Returns an attribute as it was read: true where it has no value, null where it is not there.
	 *
	 * @param string $name in lower case.
	 * @return string|true|null
	 */
	public function get_attribute( $name ) {
		return $this->attributes[ $name ]['value'] ?? null;
	}

	/**
	 * Sets an attribute.
	 *
	 * @param string $name  in lower case.
	 * @param string $value as text.
	 */
	public function set_attribute( $name, $value ): void {
		$markup = $name . '="' . strtr(
			$value,
			[
				'&' => '&amp;',
				'"' => '&quot;',
				'<' => '&lt;',
				'>' => '&gt;',
			]
		) . '"';
		$this->remove_attribute( $name );
		$this->edits[] = [ $this->name_end, 0, ' ' . $markup ];
	}

	/**
	 * Removes an attribute, each time that it stands there.
	 *
	 * @param string $name in lower case.
	 */
	public function remove_attribute( $name ): void {
		foreach ( $this->attributes[ $name ]['places'] ?? [] as $place ) {
			$this->edits[] = [ $place[0], $place[1], '' ];
		}
	}

	/** Returns the HTML with all changes. */
	public function get_updated_html(): string {
		$out  = '';
		$from = 0;
		usort( $this->edits, fn( $a, $b ) => $a[0] <=> $b[0] );
		foreach ( $this->edits as list( $start, $length, $text ) ) {
			$out .= substr( $this->html, $from, $start - $from ) . $text;
			$from = $start + $length;
		}
		return $out . substr( $this->html, $from );
	}
}
