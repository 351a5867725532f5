<?php
// Installs WordPress, activates the plugin, and writes the pages that the tests visit.
define( 'WP_INSTALLING', true );
$_SERVER['HTTP_HOST'] = parse_url( getenv( 'OCTROI_WP_URL' ), PHP_URL_HOST ) . ':' . parse_url( getenv( 'OCTROI_WP_URL' ), PHP_URL_PORT );
$_SERVER['REQUEST_URI'] = '/';
require getenv( 'OCTROI_WP_CORE' ) . '/wp-load.php';
require_once ABSPATH . 'wp-admin/includes/upgrade.php';
require_once ABSPATH . 'wp-admin/includes/plugin.php';
add_filter( 'pre_wp_mail', '__return_true' );
wp_install( 'Shop & Co', 'owner', 'owner@shop.example', true, '', 'secret' );
update_option( 'permalink_structure', '/%postname%/' );
update_option( 'active_plugins', [ 'octroi/octroi.php', 'third/third.php' ] );
switch_theme( getenv( 'OCTROI_WP_THEME' ) );
global $wp_rewrite;
$wp_rewrite->init();
$third = getenv( 'OCTROI_THIRD' );
$pages = [
	'scripts' => '<!-- wp:paragraph --><p>Scripts</p><!-- /wp:paragraph -->',
	'film' => "<!-- wp:html --><iframe title=\"A film\" src=\"$third/social/video.html?block\" width=\"320\" height=\"180\"></iframe><!-- /wp:html -->\n\n<!-- wp:embed {\"url\":\"$third/watch/1\",\"type\":\"video\",\"providerNameSlug\":\"film\"} --><figure class=\"wp-block-embed is-type-video\"><div class=\"wp-block-embed__wrapper\">\n$third/watch/1\n</div></figure><!-- /wp:embed -->",
	'cookies' => '<!-- wp:octroi/policy /-->',
	'short' => '<!-- wp:shortcode -->[octroi_policy]<!-- /wp:shortcode -->',
];
foreach ( $pages as $name => $content ) wp_insert_post( [ 'post_type' => 'page', 'post_status' => 'publish', 'post_name' => $name, 'post_title' => ucfirst( $name ), 'post_content' => $content ] );
update_option( 'show_on_front', 'page' );
update_option( 'page_on_front', get_page_by_path( 'scripts' )->ID );
flush_rewrite_rules();
echo $GLOBALS['wp_version'];
