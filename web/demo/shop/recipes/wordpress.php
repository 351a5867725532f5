<?php
// The drop-in comes first in the head, before whatever plugins print there.
add_action('wp_head', function () {
    echo '<script type="application/json" id="octroi-config">' . file_get_contents(__DIR__ . '/octroi.json') . '</script>';
    echo '<script src="' . esc_url(content_url('/octroi/octroi.js')) . '"></script>';
}, -1000);

// Scripts that plugins enqueue, by their handle.
const OCTROI = ['matomo' => 'matomo', 'pixel' => 'pixel'];
add_filter('script_loader_tag', function ($tag, $handle) {
    if (!isset(OCTROI[$handle])) return $tag;
    return preg_replace(['/\stype=([\'"]).*?\1/', '/<script\s/', '/\ssrc=/'],
        ['', '<script type="text/plain" data-octroi="' . OCTROI[$handle] . '" ', ' data-src='], $tag, 1);
}, 10, 2);

// What the editor embeds by its address.
add_filter('embed_oembed_html', fn ($html) => preg_replace('/<iframe(.*?)\ssrc=/s', '<iframe$1 data-octroi="player" data-src=', $html));
