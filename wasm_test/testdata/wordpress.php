<?php
// What WordPress 6.4 gives the recipe: hooks, and its printing of an enqueued script.
$filters = [];
function add_filter($name, $fn) { $GLOBALS['filters'][$name][] = $fn; }
function add_action($name, $fn) { add_filter($name, $fn); }
function apply($name, $value) { foreach ($GLOBALS['filters'][$name] ?? [] as $fn) $value = $fn($value); return $value; }
function wp_json_encode($data, $options = 0) { return json_encode($data, $options); }
function esc_url($url) { return $url; }
function content_url($path) { return "/wp-content$path"; }
function printed($filter, $attributes, $text = '') {
    $out = '<script';
    foreach (apply($filter, $attributes) as $name => $value) $out .= $value === true ? " $name" : " $name=\"" . htmlspecialchars($value) . '"';
    return "$out>$text</script>\n";
}
define('WP_CONTENT_DIR', dirname($argv[1]) . '/wp-content');
include $argv[1];
foreach ($filters['wp_head'] as $fn) $fn();
foreach (['matomo', 'jquery'] as $handle) {
    echo printed('wp_inline_script_attributes', ['id' => "$handle-js-before"], 'before()');
    echo printed('wp_script_attributes', ['src' => "https://x.example/$handle.js?a=1&b=2", 'id' => "$handle-js", 'defer' => true]);
    echo printed('wp_inline_script_attributes', ['id' => "$handle-js-after"], 'after()');
}
