<?php
// [reader]
define( 'ABSPATH', __DIR__ );
define( 'DAY_IN_SECONDS', 86400 );
require 'includes/declaration.php';
require 'includes/record.php';

$declaration = json_decode( file_get_contents( 'octroi.json' ) );
$visitor     = octroi_read( $_SERVER['HTTP_COOKIE'] ?? '', $declaration, time(), '1' === ( $_SERVER['HTTP_SEC_GPC'] ?? '' ) );
header( 'Vary: Cookie', false );
echo in_array( 'matomo', $visitor['granted'], true ) ? 'counted' : 'not counted';
// [/reader]
