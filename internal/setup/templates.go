package setup

import "strings"

// inTemplate builds the files into a folder that is served as it is, and puts their tag into the
// one template of all pages.
func (s *Site) inTemplate(p *Plan, folder, template, tag string, scripts ...string) error {
	if err := s.takes(p, "devDependencies"); err != nil {
		return err
	}
	if _, err := s.made(p, folder); err != nil {
		return err
	}
	if err := s.runsBefore(p, folder+"/octroi", scripts...); err != nil {
		return err
	}
	step := Step{Why: "Right behind <meta charset>, write:", Lines: []string{tag}}
	if template == "" || !s.has(template) {
		step.Where = "the template of all pages"
		p.Steps = append(p.Steps, step)
		return nil
	}
	return s.edit(p, template, func(text string) (string, bool) { return addTag(text, tag) }, step)
}

var svelteKit = Framework{Name: "sveltekit", Title: "SvelteKit", found: func(s *Site) string { return s.depends("@sveltejs/kit") }, plan: planSvelteKit}

// planSvelteKit goes by src/app.html, since SvelteKit has no plug-in of Vite's see its pages.
func planSvelteKit(s *Site, p *Plan) error {
	if err := s.inTemplate(p, "static", "src/app.html", `<script src="%sveltekit.assets%/octroi/octroi.js"></script>`, "build", "dev"); err != nil {
		return err
	}
	page := "<svelte:head>\n  <title>" + s.title() + "</title>\n</svelte:head>\n\n<main>\n  <h1>" + s.title() + "</h1>\n  " + policyDiv + "\n</main>\n"
	return s.addPage(p, "src/routes/cookies/+page.svelte", []byte(page))
}

var angular = Framework{Name: "angular", Title: "Angular", found: func(s *Site) string { return s.depends("@angular/core") }, plan: planAngular}

func planAngular(s *Site, p *Plan) error {
	folder := "public"
	if !s.has(folder) && s.has("src/assets") {
		// What Angular before 18 serves as it is lies in src/assets, below /assets.
		folder = "src/assets"
	}
	tag := plainTag
	if folder == "src/assets" {
		tag = `<script src="/assets/octroi/octroi.js"></script>`
	}
	if err := s.inTemplate(p, folder, "src/index.html", tag, "build", "start"); err != nil {
		return err
	}
	if s.policyAt("/cookies") {
		p.Steps = append(p.Steps, Step{Where: "a component at the route \"cookies\"", Why: "Where the cookie policy shall be, its template has:", Lines: []string{`<div data-octroi-declaration ngNonBindable></div>`}})
	}
	return nil
}

var createReactApp = Framework{Name: "create-react-app", Title: "Create React App", found: func(s *Site) string { return s.depends("react-scripts") }, plan: func(s *Site, p *Plan) error {
	if err := s.inTemplate(p, "public", "public/index.html", `<script src="%PUBLIC_URL%/octroi/octroi.js"></script>`, "build", "start"); err != nil {
		return err
	}
	return s.addPage(p, "public/cookies/index.html", s.page(plainTag, ""))
}}

var webpack = Framework{Name: "webpack", Title: "webpack", found: func(s *Site) string { return s.depends("webpack") }, plan: planWebpack}

func planWebpack(s *Site, p *Plan) error {
	if err := s.takes(p, "devDependencies"); err != nil {
		return err
	}
	step := Step{Why: "The plug-in emits the files, and puts the tag into each page of html-webpack-plugin:", Lines: []string{"const { OctroiPlugin } = require('octroi/webpack');", "plugins: [new OctroiPlugin(), …]"}}
	config := s.first(with("webpack.config", ".js", ".mjs", ".cjs", ".ts")...)
	if config == "" {
		step.Where = "webpack's configuration"
		p.Steps = append(p.Steps, step)
	} else if err := s.edit(p, config, func(text string) (string, bool) {
		if strings.Contains(text, "octroi/webpack") {
			return text, true
		}
		with, done := addToList(text, "plugins", "new OctroiPlugin()", "module.exports = {", "export default {")
		switch {
		case !done:
			return text, false
		case strings.Contains(text, "module.exports"):
			return addRequire(with, "const { OctroiPlugin } = require('octroi/webpack');"), true
		}
		return addImport(with, "import { OctroiPlugin } from 'octroi/webpack';"), true
	}, step); err != nil {
		return err
	}
	if s.policyAt("/cookies") {
		p.Steps = append(p.Steps, Step{Where: "a page at /cookies", Why: "Where the cookie policy shall be, write:", Lines: []string{policyDiv}})
	}
	return nil
}
