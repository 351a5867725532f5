package setup

import "strings"

var astro = Framework{Name: "astro", Title: "Astro", found: func(s *Site) string { return s.depends("astro") }, plan: planAstro}

func planAstro(s *Site, p *Plan) error {
	if err := s.takes(p, "devDependencies"); err != nil {
		return err
	}
	config := s.first(with("astro.config", ".mjs", ".ts", ".js", ".mts")...)
	line := "import octroi from 'octroi/astro';"
	if config == "" {
		if err := s.put(p, "astro.config.mjs", []byte("import { defineConfig } from 'astro/config';\n"+line+"\n\nexport default defineConfig({\n  integrations: [octroi()],\n});\n")); err != nil {
			return err
		}
	} else {
		err := s.edit(p, config, func(text string) (string, bool) {
			if strings.Contains(text, "octroi/astro") {
				return text, true
			}
			with, done := addToList(text, "integrations", "octroi()", "defineConfig({", "export default {")
			if !done {
				return text, false
			}
			return addImport(with, line), true
		}, Step{Why: "Astro puts the tag into each page by the integration. Add:", Lines: []string{line, "integrations: [octroi(), …]"}})
		if err != nil {
			return err
		}
	}
	page := "---\n---\n\n<html lang=\"" + s.Language + "\">\n  <head>\n    <meta charset=\"utf-8\" />\n    <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\" />\n    <title>" + s.title() +
		"</title>\n  </head>\n  <body>\n    <main>\n      <h1>" + s.title() + "</h1>\n      " + policyDiv + "\n    </main>\n  </body>\n</html>\n"
	return s.addPage(p, "src/pages/cookies.astro", []byte(page))
}
