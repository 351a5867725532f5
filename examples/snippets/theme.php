<?php
// [theme]
if ( function_exists( 'octroi_allows' ) && octroi_allows( 'statistics' ) ) {
	count_this_visit();
}
// [/theme]
