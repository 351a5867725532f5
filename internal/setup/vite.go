package setup

import "strings"

var vite = Framework{Name: "vite", Title: "Vite", found: func(s *Site) string { return s.depends("vite") }, plan: planVite}

func planVite(s *Site, p *Plan) error {
	if err := s.takes(p, "devDependencies"); err != nil {
		return err
	}
	config := s.first(with("vite.config", ".ts", ".js", ".mjs", ".mts", ".cjs", ".cts")...)
	line := "import { octroi } from 'octroi/vite';"
	switch {
	case config == "":
		if err := s.put(p, "vite.config.js", []byte("import { defineConfig } from 'vite';\n"+line+"\n\nexport default defineConfig({\n  plugins: [octroi()],\n});\n")); err != nil {
			return err
		}
	default:
		err := s.edit(p, config, func(text string) (string, bool) {
			if strings.Contains(text, "octroi/vite") {
				return text, true
			}
			if strings.HasSuffix(config, ".cjs") || strings.HasSuffix(config, ".cts") {
				return text, false
			}
			with, done := addToList(text, "plugins", "octroi()", "defineConfig({", "export default {")
			if !done {
				return text, false
			}
			return addImport(with, line), true
		}, Step{Why: "Vite puts the tag into each page by the plug-in. Add:", Lines: []string{line, "plugins: [octroi(), …]"}})
		if err != nil {
			return err
		}
	}
	folder := "public"
	return s.addPage(p, folder+"/cookies/index.html", s.page(plainTag, string(s.read("index.html"))))
}
