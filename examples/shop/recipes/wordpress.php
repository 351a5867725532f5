<?php
// The plugin (docs/wordpress.md) does all this, and has a settings page. For a theme of your own
// that brings no plugin, WordPress 6.4 or newer. In its folder:
//   octroi build octroi.json -o wp-content/octroi
$built = function () {
    $manifest = json_decode(file_get_contents(WP_CONTENT_DIR . '/octroi/manifest.json'), true);
    echo '<script src="' . esc_url(content_url('/octroi/octroi.js?v=' . ($manifest['build'] ?? ''))) . '"></script>';
};

// The drop-in, if you build nothing: dist/ is in wp-content/octroi, and octroi.json beside this file.
$drop_in = function () {
    $declaration = json_decode(file_get_contents(__DIR__ . '/octroi.json'));
    echo '<script type="application/json" id="octroi-config">' . wp_json_encode($declaration, JSON_HEX_TAG) . '</script>';
    echo '<script src="' . esc_url(content_url('/octroi/octroi.js')) . '"></script>';
};

// First in the head, before whatever plugins print there: $built, or $drop_in.
add_action('wp_head', $built, -1000);

// Scripts that plugins enqueue, by their handle, with what is added inline before and after.
const OCTROI = ['matomo' => 'matomo', 'pixel' => 'pixel'];
$octroi = function ($attributes) {
    $handle = preg_replace('/-js(-(extra|before|after))?$/', '', $attributes['id'] ?? '');
    $runs = preg_match('/^$|^module$|javascript/i', $attributes['type'] ?? '');
    if (!isset(OCTROI[$handle]) || !$runs) return $attributes;
    $held = ['type' => 'text/plain', 'data-octroi' => OCTROI[$handle]];
    foreach (['type' => 'data-type', 'src' => 'data-src'] as $name => $data) {
        if (isset($attributes[$name])) $held[$data] = $attributes[$name];
        unset($attributes[$name]);
    }
    return $held + $attributes;
};
add_filter('wp_script_attributes', $octroi, 1000);
add_filter('wp_inline_script_attributes', $octroi, 1000);

// What the editor embeds by its address.
add_filter('embed_oembed_html', function ($html) {
    $tags = new WP_HTML_Tag_Processor($html);
    while ($tags->next_tag('iframe')) {
        if (!is_string($src = $tags->get_attribute('src'))) continue;
        $tags->set_attribute('data-octroi', 'player');
        $tags->set_attribute('data-src', $src);
        $tags->remove_attribute('src');
    }
    return $tags->get_updated_html();
});
