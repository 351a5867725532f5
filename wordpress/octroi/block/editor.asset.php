<?php
/**
 * What editor.js needs.
 *
 * @package Octroi
 */

return [
	'dependencies' => [ 'wp-blocks', 'wp-block-editor', 'wp-element', 'wp-server-side-render', 'wp-components', 'wp-i18n' ],
	'version'      => defined( 'OCTROI_VERSION' ) ? OCTROI_VERSION : '',
];
