package setup

var wordPress = Framework{Name: "wordpress", Title: "WordPress", found: func(s *Site) string {
	for _, name := range []string{"wp-config.php", "wp-config-sample.php", "wp-includes/version.php"} {
		if s.has(name) {
			return name
		}
	}
	return ""
}, plan: planWordPress}

// planWordPress writes the declaration alone: what WordPress needs is the plugin, which is
// installed and set up where its owner does so.
func planWordPress(s *Site, p *Plan) error {
	p.Steps = append(p.Steps,
		Step{Where: "Plugins → Add New → Upload Plugin", Why: "Install Octroi's plugin of this version, and activate it:", Lines: []string{"octroi-wordpress-" + s.Version + ".zip"}},
		Step{Where: "Settings → Octroi", Why: "Paste what octroi.json has into the declaration, and save. The plugin builds nothing by itself that octroi.json does not say.", Lines: []string{"octroi.json"}})
	if s.policyAt("/cookies") {
		p.Steps = append(p.Steps, Step{Where: "Pages → Add New, with the address /cookies", Why: "A block of custom HTML, or the plugin's own block, where the cookie policy shall be:", Lines: []string{policyDiv}})
	}
	return nil
}
