package shop

import (
	"encoding/json"
	"html/template"
	"net/http"
	"path/filepath"
	"strings"

	"github.com/octroi-consent/octroi/engine/config"
)

// preview shows the interface in a language, a layout, a theme and its colours.
type preview struct {
	Lang, Layout, Theme, Snippet string
	Config                       template.JS
	Languages, Layouts, Themes   []string
	Colors                       []color
}

type color struct{ Name, Value string }

var previewPage = template.Must(template.ParseFS(files, "pages/preview.html"))

func (s *Shop) preview(w http.ResponseWriter, r *http.Request) {
	p := preview{Lang: "en", Layout: "corner", Theme: "neutral", Layouts: strings.Fields(config.Layouts), Themes: strings.Fields(config.Themes), Languages: s.languages()}
	for _, choice := range []struct {
		name string
		into *string
		of   []string
	}{{"lang", &p.Lang, p.Languages}, {"layout", &p.Layout, p.Layouts}, {"theme", &p.Theme, p.Themes}} {
		for _, one := range choice.of {
			if one == r.FormValue(choice.name) {
				*choice.into = one
			}
		}
	}
	declared := func(light string) string {
		return `"layout": "` + p.Layout + `", "theme": {"name": "` + p.Theme + `"` + light + `}`
	}
	named, _ := config.Parse(strings.Replace(s.Declaration(), `"site"`, declared("")+`, "site"`, 1))
	changed := map[string]string{}
	for i, name := range config.Colors {
		value := named.Theme.Light[i]
		// Only colours get in.
		if wanted := r.FormValue(name); len(wanted) == 7 && wanted[0] == '#' && strings.Trim(wanted[1:], "0123456789abcdefABCDEF") == "" && !strings.EqualFold(wanted, value) {
			value, changed[name] = wanted, wanted
		}
		p.Colors = append(p.Colors, color{name, value})
	}
	light := ""
	if len(changed) > 0 {
		b, _ := json.Marshal(changed)
		light = `, "light": ` + string(b)
	}
	p.Snippet = declared(light)
	p.Config = template.JS(strings.Replace(s.Declaration(), `"site"`, p.Snippet+`, "site"`, 1))
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	if err := previewPage.Execute(w, p); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
	}
}

// languages are those that ship.
func (s *Shop) languages() (langs []string) {
	names, _ := filepath.Glob(filepath.Join(s.Dist, "locales", "*.json"))
	for _, name := range names {
		langs = append(langs, strings.TrimSuffix(filepath.Base(name), ".json"))
	}
	return langs
}
