<?php
/**
 * Keeps plugins that combine, defer or delay scripts away from octroi.js and its declaration: both
 * have to stand first, and run before anything else does. That pages are cached does no harm, for
 * they are the same for all visitors.
 *
 * @package Octroi
 */

defined( 'ABSPATH' ) || exit;

/**
 * Adds what octroi.js is known by to a list of exclusions.
 *
 * @param mixed $list a list, or a text divided by commas.
 */
function octroi_exclude( $list ) {
	$own = [ '/assets/octroi.js', '/assets/octroi.rest.js', 'octroi-config' ];
	return is_string( $list ) ? trim( $list . ',' . implode( ',', $own ), ',' ) : array_merge( (array) $list, $own );
}

foreach (
	[
		// WP Rocket.
		'rocket_delay_js_exclusions',
		'rocket_exclude_defer_js',
		'rocket_exclude_js',
		'rocket_minify_excluded_external_js',
		'rocket_excluded_inline_js_content',
		'rocket_defer_inline_exclusions',
		// Autoptimize.
		'autoptimize_filter_js_exclude',
		// LiteSpeed Cache.
		'litespeed_optimize_js_excludes',
		'litespeed_optm_js_defer_exc',
		'litespeed_optm_gm_js_exc',
		// SiteGround Speed Optimizer.
		'sgo_js_minify_exclude',
		'sgo_javascript_combine_exclude',
		'sgo_javascript_combine_excluded_inline_content',
		'sgo_js_async_exclude',
		// Perfmatters and FlyingPress.
		'perfmatters_delay_js_exclusions',
		'perfmatters_defer_js_exclusions',
		'perfmatters_minify_js_exclusions',
		'flying_press_exclude_from_minify:js',
		'flying_press_exclude_from_delay:js',
		'flying_press_exclude_from_defer:js',
		// WP-Optimize.
		'wp-optimize-minify-default-exclusions',
	] as $octroi_filter
) {
	add_filter( $octroi_filter, 'octroi_exclude' );
}
