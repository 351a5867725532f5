package setup

var hugo = Framework{Name: "hugo", Title: "Hugo", found: func(s *Site) string {
	for _, name := range []string{"hugo.toml", "hugo.yaml", "hugo.yml", "hugo.json", "config/_default/hugo.toml", "config/_default/config.toml"} {
		if s.has(name) {
			return name
		}
	}
	if name := s.first("config.toml", "config.yaml", "config.yml"); name != "" && s.has("content") && (s.has("layouts") || s.has("themes") || s.has("archetypes")) {
		return name + " with content/"
	}
	return ""
}, plan: planHugo}

func planHugo(s *Site, p *Plan) error {
	tag, err := s.made(p, "static")
	if err != nil {
		return err
	}
	step := Step{Where: "the template that has <head>", Why: "Copy your theme's to layouts/, and right behind <meta charset>, write:", Lines: []string{tag}}
	template := ""
	for _, name := range []string{"layouts/_default/baseof.html", "layouts/baseof.html", "layouts/partials/head.html", "layouts/_partials/head.html", "layouts/partials/header.html", "layouts/index.html"} {
		if text := string(s.read(name)); template == "" && (charset.MatchString(text) || headTag.MatchString(text)) {
			template = name
		}
	}
	if template == "" {
		p.Steps = append(p.Steps, step)
	} else if err := s.edit(p, template, func(text string) (string, bool) { return addTag(text, tag) }, step); err != nil {
		return err
	}
	return s.addPage(p, "static/cookies/index.html", s.page(tag, ""))
}
