package setup

import "strings"

var nuxt = Framework{Name: "nuxt", Title: "Nuxt", found: func(s *Site) string { return s.depends("nuxt") }, plan: planNuxt}

func planNuxt(s *Site, p *Plan) error {
	if err := s.takes(p, "devDependencies"); err != nil {
		return err
	}
	config := s.first(with("nuxt.config", ".ts", ".js", ".mjs")...)
	if config == "" {
		if err := s.put(p, "nuxt.config.ts", []byte("export default defineNuxtConfig({\n  modules: ['octroi/nuxt'],\n});\n")); err != nil {
			return err
		}
	} else {
		err := s.edit(p, config, func(text string) (string, bool) {
			if strings.Contains(text, "octroi/nuxt") {
				return text, true
			}
			entry := "'octroi/nuxt'"
			if strings.Count(text, `"`) > strings.Count(text, "'") {
				entry = `"octroi/nuxt"`
			}
			return addToList(text, "modules", entry, "defineNuxtConfig({", "export default {")
		}, Step{Why: "Nuxt puts the tag into each page by the module. Add:", Lines: []string{"modules: ['octroi/nuxt', …]"}})
		if err != nil {
			return err
		}
	}
	page := []byte("<template>\n  <main>\n    <h1>" + s.title() + "</h1>\n    " + policyDiv + "\n  </main>\n</template>\n")
	for _, folder := range []string{"app/pages", "pages"} {
		if s.has(folder) {
			return s.addPage(p, folder+"/cookies.vue", page)
		}
	}
	p.Steps = append(p.Steps, Step{Where: "a page at /cookies", Why: "The site has no folder of pages. Where the cookie policy shall be, write:", Lines: []string{policyDiv}})
	return nil
}
