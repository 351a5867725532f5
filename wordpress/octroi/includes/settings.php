<?php
/**
 * The settings: Settings → Octroi.
 *
 * @package Octroi
 */

defined( 'ABSPATH' ) || exit;

/** Adds the page to the menu. */
function octroi_add_settings() {
	$page = add_options_page( 'Octroi', 'Octroi', 'manage_options', 'octroi', 'octroi_print_settings' );
	add_action( "admin_print_styles-$page", 'octroi_style_settings' );
}

/** Brings the page's styles. */
function octroi_style_settings() {
	wp_enqueue_style( 'octroi-settings', plugins_url( 'admin/settings.css', OCTROI_FILE ), [], OCTROI_VERSION );
}

/** Registers what the page sets. The declaration is first: the policy's hash is of what has been saved. */
function octroi_register_settings() {
	$checks = [
		'octroi_declaration' => 'octroi_take_declaration',
		'octroi_handles'     => fn( $value ) => octroi_take_ids( $value ?? octroi_option( 'octroi_handles' ) ),
		'octroi_whole'       => fn( $value ) => $value ? '1' : '0',
		'octroi_consent_api' => fn( $value ) => octroi_take_ids( $value ?? octroi_option( 'octroi_consent_api' ) ),
		'octroi_policy'      => 'octroi_take_policy',
	];
	foreach ( $checks as $option => $check ) {
		register_setting(
			'octroi',
			$option,
			[
				'sanitize_callback' => $check,
				'default'           => octroi_defaults()[ $option ],
			]
		);
	}
}

/**
 * Takes a declaration if it is a JSON object, or nothing at all. What else is wrong with it the engine
 * tells in the page.
 *
 * @param mixed $value as it was sent.
 */
function octroi_take_declaration( $value ): string {
	$text = is_string( $value ) ? trim( $value ) : '';
	if ( '' === $text || json_decode( $text ) instanceof stdClass ) {
		return $text;
	}
	$reason = json_last_error() ? json_last_error_msg() : __( 'It has to begin with {', 'octroi' );
	/* translators: %s: what PHP says is wrong */
	add_settings_error( 'octroi_declaration', 'octroi', sprintf( __( 'The declaration was not saved, since it is no JSON object (%s). The one before still stands.', 'octroi' ), $reason ) );
	return octroi_option( 'octroi_declaration' );
}

/**
 * Takes ids by name. An id that nothing has would shut a tag for ever, which is safe.
 *
 * @param mixed $value as it was sent.
 * @return array<string, string>
 */
function octroi_take_ids( $value ): array {
	$ids = [];
	foreach ( is_array( $value ) ? $value : [] as $name => $id ) {
		if ( is_string( $id ) && preg_match( '/^[\w-]{1,64}$/', $id ) ) {
			$ids[ sanitize_text_field( $name ) ] = $id;
		}
	}
	return $ids;
}

/**
 * Takes the policy as the engine has written it in the page: JSON, HTML by language.
 *
 * @param mixed $value as it was sent.
 */
function octroi_take_policy( $value ): array {
	$texts = is_string( $value ) ? json_decode( $value, true ) : ( $value['texts'] ?? [] );
	$safe  = [];
	foreach ( is_array( $texts ) ? $texts : [] as $language => $html ) {
		if ( is_string( $html ) && preg_match( '/^[a-z]{2,3}(-[a-z0-9]{2,8})*$/i', $language ) ) {
			$safe[ $language ] = wp_kses_post( $html );
		}
	}
	return $safe ? [
		'of'    => md5( octroi_option( 'octroi_declaration' ) ),
		'texts' => $safe,
	] : [];
}

/** Returns a declaration to begin with. */
function octroi_beginning(): string {
	$language = strtok( (string) get_bloginfo( 'language' ), '-' );
	$policy   = get_privacy_policy_url();
	$cookie   = fn( $name, $life ) => [
		'name' => $name,
		'life' => $life,
	];
	$category = fn( $id, $label, $text ) => [
		'id'    => $id,
		'label' => $label,
		'text'  => $text,
	];
	$begin    = [
		'language'   => $language,
		'site'       => [
			'name'       => get_bloginfo( 'name' ) ? get_bloginfo( 'name' ) : 'My site',
			'controller' => get_bloginfo( 'name' ) ? get_bloginfo( 'name' ) : 'My company',
			'contact'    => 'mailto:' . get_option( 'admin_email' ),
		],
		'policy'     => [
			'url'      => $policy ? wp_make_link_relative( $policy ) : '/',
			'revision' => '1',
		],
		'categories' => [
			$category( 'essential', __( 'Essential', 'octroi' ), __( 'Keeps your choices, and you signed in.', 'octroi' ) ) + [ 'required' => true ],
			$category( 'statistics', __( 'Statistics', 'octroi' ), __( 'Counts visits, so that we can make the site better.', 'octroi' ) ),
			$category( 'marketing', __( 'Marketing', 'octroi' ), __( 'Shows advertisements that fit you.', 'octroi' ) ),
			$category( 'media', __( 'Videos and maps', 'octroi' ), __( 'Shows videos and maps of other sites.', 'octroi' ) ),
		],
		'services'   => [
			[
				'id'       => 'wordpress',
				'category' => 'essential',
				'name'     => 'WordPress',
				'provider' => get_bloginfo( 'name' ) ? get_bloginfo( 'name' ) : 'My company',
				'purpose'  => __( 'Keeps those signed in who have an account, and their settings.', 'octroi' ),
				'cookies'  => [
					$cookie( 'wordpress_*', '14 days' ),
					$cookie( 'wordpress_test_cookie', 'session' ),
					$cookie( 'wp-settings-*', '12 months' ),
					$cookie( 'wp-postpass_*', '10 days' ),
					$cookie( 'wp_lang', 'session' ),
					$cookie( 'comment_author_*', '12 months' ),
				],
				'storage'  => [
					$cookie( 'WP_DATA_USER_*', '12 months' ),
					$cookie( 'WP_PREFERENCES_USER_*', '12 months' ),
					$cookie( 'wp-autosave-*', 'session' ),
					$cookie( 'wpEmojiSettingsSupports', 'session' ),
				],
			],
		],
	];
	return wp_json_encode( $begin, JSON_PRETTY_PRINT | JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE );
}

/**
 * Proposes a service for each thing that pages load: of the declaration, else of the catalogue.
 *
 * @return array[] as octroi_seen has them, with "declared" or "known": an id, and "needs": the handles of scripts that need it
 */
function octroi_proposals(): array {
	$catalog  = json_decode( (string) file_get_contents( OCTROI_FOLDER . '/assets/catalog.json' ) ); // phpcs:ignore
	$declared = octroi_patterns( octroi_declared( 'services' ) );
	$known    = octroi_patterns( is_array( $catalog ) ? $catalog : [] );
	$all      = [];
	foreach ( octroi_option( 'octroi_seen' ) as $name => $one ) {
		$one['declared'] = octroi_services_of( $one['source'], $declared )[0] ?? '';
		$one['known']    = $one['declared'] ? '' : octroi_services_of( $one['source'], $known )[0] ?? '';
		$all[ $name ]    = $one;
	}
	// What belongs to somebody comes first, then other sites', then the site's own.
	$rank = fn( $one ) => ( $one['declared'] || $one['known'] ? 0 : 2 ) + ( octroi_address( $one['source'] )['own'] ?? true ? 1 : 0 );
	uasort( $all, fn( $a, $b ) => $rank( $a ) <=> $rank( $b ) );
	return $all;
}

/**
 * Prints a choice among the declaration's ids.
 *
 * @param string $name   of the control.
 * @param string $chosen id.
 * @param string $none   what no id is called.
 * @param string $label  for screen readers.
 */
function octroi_print_choice( string $name, string $chosen, string $none, string $label ) {
	$ids = octroi_ids();
	if ( '' !== $chosen && ! in_array( $chosen, $ids, true ) ) {
		$ids[] = $chosen;
	}
	printf( '<select name="%s" aria-label="%s"><option value="">%s</option>', esc_attr( $name ), esc_attr( $label ), esc_html( $none ) );
	foreach ( $ids as $id ) {
		printf( '<option%s>%s</option>', selected( $id, $chosen, false ), esc_html( $id ) );
	}
	echo '</select>';
}

/** Prints the table of what pages load. */
function octroi_print_seen() {
	$handles = octroi_option( 'octroi_handles' );
	$all     = octroi_proposals();
	// A handle stays assigned though no page has loaded it lately.
	foreach ( $handles as $handle => $id ) {
		$all += [
			$handle => [
				'handle'   => $handle,
				'tag'      => 'script',
				'source'   => '',
				'asked'    => $id,
				'declared' => '',
				'known'    => '',
			],
		];
	}
	if ( ! $all ) {
		echo '<p><em>' . esc_html__( 'Nothing yet: press the button.', 'octroi' ) . '</em></p>';
		return;
	}
	?>
	<table class="widefat striped octroi-seen">
		<thead><tr>
			<th scope="col"><?php esc_html_e( 'Script or address', 'octroi' ); ?></th>
			<th scope="col"><?php esc_html_e( 'Belongs to', 'octroi' ); ?></th>
			<th scope="col"><?php esc_html_e( 'Waits for', 'octroi' ); ?></th>
		</tr></thead>
		<tbody>
	<?php
	foreach ( $all as $name => $one ) {
		$name = (string) $name;
		echo '<tr><th scope="row">';
		echo '' === $one['handle'] ? esc_html( '<' . $one['tag'] . '>' ) : '<code>' . esc_html( $one['handle'] ) . '</code>';
		echo '<br><span class="octroi-source">' . esc_html( $one['source'] ) . '</span></th><td>';
		if ( $one['declared'] ) {
			/* translators: %s: the id of a service */
			printf( esc_html__( '%s, declared: it waits by itself', 'octroi' ), '<code>' . esc_html( $one['declared'] ) . '</code>' );
		} elseif ( $one['known'] ) {
			/* translators: %s: the id of a service */
			printf( '<button type="button" class="button" data-octroi-add="%s">%s</button>', esc_attr( $one['known'] ), sprintf( esc_html__( 'Add %s to the declaration', 'octroi' ), esc_html( $one['known'] ) ) );
		} elseif ( octroi_address( $one['source'] )['own'] ?? true ) {
			esc_html_e( 'this site', 'octroi' );
		} else {
			esc_html_e( 'not known: declare it, with its address', 'octroi' );
		}
		echo '</td><td>';
		if ( '' !== $one['handle'] ) {
			/* translators: %s: the handle of a script */
			octroi_print_choice( "octroi_handles[$name]", $handles[ $name ] ?? '', $one['declared'] ? $one['declared'] : __( 'nothing', 'octroi' ), sprintf( __( '%s waits for', 'octroi' ), $name ) );
		} else {
			echo esc_html( $one['declared'] ? $one['declared'] : __( 'nothing', 'octroi' ) );
		}
		echo '</td></tr>';
	}
	echo '</tbody></table>';
}

/** Lists pages that are worth a look: the first page, and the latest of each kind. */
function octroi_pages_to_see(): array {
	$pages = [ home_url( '/' ) ];
	foreach ( get_post_types( [ 'public' => true ] ) as $type ) {
		$posts = get_posts(
			[
				'post_type'   => $type,
				'numberposts' => 3,
				'post_status' => 'publish',
			]
		);
		$pages = array_merge( $pages, array_map( 'get_permalink', $posts ) );
	}
	return array_values( array_unique( array_filter( $pages ) ) );
}

/** Prints the page. */
function octroi_print_settings() {
	$declaration = octroi_option( 'octroi_declaration' );
	$facts       = [
		'assets'    => octroi_file_url( '' ),
		'languages' => array_values( array_unique( [ (string) get_bloginfo( 'language' ) ] ) ),
		'pages'     => octroi_pages_to_see(),
		'beginning' => octroi_beginning(),
	];
	?>
	<div class="wrap octroi-settings">
		<h1>Octroi</h1>
		<form action="options.php" method="post" id="octroi-form">
			<?php settings_fields( 'octroi' ); ?>
			<input type="hidden" name="octroi_policy" id="octroi-policy">

			<h2><?php esc_html_e( 'Declaration', 'octroi' ); ?></h2>
			<p id="octroi-about"><?php esc_html_e( 'What your site keeps and loads, and what it asks its visitors’ consent for, as JSON. Until it is saved, the site asks nothing, and nothing is blocked.', 'octroi' ); ?></p>
			<?php if ( '' === $declaration ) : ?>
				<p><button type="button" class="button" id="octroi-begin"><?php esc_html_e( 'Begin with an example', 'octroi' ); ?></button></p>
			<?php endif ?>
			<label for="octroi-declaration" class="screen-reader-text"><?php esc_html_e( 'Declaration', 'octroi' ); ?></label>
			<textarea name="octroi_declaration" id="octroi-declaration" rows="24" spellcheck="false" aria-describedby="octroi-about octroi-verdict"><?php echo esc_textarea( $declaration ); ?></textarea>
			<p id="octroi-verdict" role="status"></p>
			<ol id="octroi-faults"></ol>

			<h3><?php esc_html_e( 'Add a known service', 'octroi' ); ?></h3>
			<p class="octroi-picker">
				<label><?php esc_html_e( 'Service', 'octroi' ); ?> <input type="search" id="octroi-service" list="octroi-services" autocomplete="off"></label>
				<datalist id="octroi-services"></datalist>
				<label><?php esc_html_e( 'Category', 'octroi' ); ?> <select id="octroi-category"></select></label>
				<button type="button" class="button" id="octroi-add"><?php esc_html_e( 'Add to the declaration', 'octroi' ); ?></button>
				<span id="octroi-added" role="status"></span>
			</p>

			<h2><?php esc_html_e( 'What your pages load', 'octroi' ); ?></h2>
			<p><?php esc_html_e( 'What loads from an address that the declaration has waits by itself. For a script of your own site, as a plugin’s, choose what it waits for. If other scripts need it, have them wait for the same.', 'octroi' ); ?></p>
			<p><button type="button" class="button" id="octroi-look"><?php esc_html_e( 'Look at my pages', 'octroi' ); ?></button> <span id="octroi-looked" role="status"></span></p>
			<?php octroi_print_seen(); ?>

			<h2><?php esc_html_e( 'What else waits', 'octroi' ); ?></h2>
			<p><label><input type="checkbox" name="octroi_whole" value="1" <?php checked( octroi_option( 'octroi_whole' ) ); ?>> <?php esc_html_e( 'Look through each whole page, also for tags that themes and plugins print by themselves.', 'octroi' ); ?></label></p>

			<?php if ( function_exists( 'wp_has_consent' ) ) : ?>
				<h2>WP Consent API</h2>
				<p><?php esc_html_e( 'Plugins that ask this API get their answer from what visitors choose here.', 'octroi' ); ?></p>
				<table class="form-table"><tbody>
				<?php foreach ( octroi_api_ids() as $category => $id ) : ?>
					<tr><th scope="row"><?php echo esc_html( $category ); ?></th><td><?php octroi_print_choice( "octroi_consent_api[$category]", $id, __( 'denied', 'octroi' ), $category ); ?></td></tr>
				<?php endforeach ?>
				</tbody></table>
			<?php endif ?>

			<?php submit_button(); ?>
		</form>

		<h2><?php esc_html_e( 'Cookie policy', 'octroi' ); ?></h2>
		<p><?php esc_html_e( 'Put the block “Cookie policy (Octroi)” into a page. Where there are no blocks, use the shortcode, or the markup:', 'octroi' ); ?></p>
		<?php foreach ( [ '[octroi_policy]', '<div data-octroi-declaration></div>', '<a href="#octroi">Cookies</a>' ] as $markup ) : ?>
			<p><code class="octroi-markup"><?php echo esc_html( $markup ); ?></code> <button type="button" class="button button-small" data-octroi-copy="<?php echo esc_attr( $markup ); ?>"><?php esc_html_e( 'Copy', 'octroi' ); ?></button></p>
		<?php endforeach ?>
		<p><?php esc_html_e( 'The last is a link to a visitor’s choices, for your menu or footer. A page without one gets a tab.', 'octroi' ); ?></p>
		<?php if ( '' !== $declaration && '' === octroi_policy_text( '' ) ) : ?>
			<p><em><?php esc_html_e( 'The policy has no text yet for visitors without JavaScript: save once.', 'octroi' ); ?></em></p>
		<?php endif ?>
	</div>
	<script type="application/json" id="octroi-facts"><?php echo wp_json_encode( $facts, JSON_HEX_TAG | JSON_HEX_AMP ); // phpcs:ignore ?></script>
	<script type="module" src="<?php echo esc_url( add_query_arg( 'ver', OCTROI_VERSION, plugins_url( 'admin/settings.js', OCTROI_FILE ) ) ); // phpcs:ignore ?>"></script>
	<?php
}

/** Adds a link to the settings where plugins are listed. */
function octroi_link_settings( array $links ): array {
	$link = '<a href="' . esc_url( admin_url( 'options-general.php?page=octroi' ) ) . '">' . esc_html__( 'Settings', 'octroi' ) . '</a>';
	return array_merge( [ $link ], $links );
}

add_action( 'admin_menu', 'octroi_add_settings' );
add_action( 'admin_init', 'octroi_register_settings' );
add_filter( 'plugin_action_links_' . plugin_basename( OCTROI_FILE ), 'octroi_link_settings' );
