package shop

import (
	"embed"
	"fmt"
	"html/template"
	"net/http"
	"os"
	"strings"
)

//go:embed recipes
var recipeFiles embed.FS

// recipe is a page that shows one way to put Octroi into a site, and the source of it.
type recipe struct {
	ID, Title, Source string
	Third             string
	Octroi            template.HTML
	Body              template.HTML
	Recipes           []recipe
}

var recipes = []recipe{
	{ID: "plain", Title: "Plain HTML", Source: "plain.html"},
	{ID: "gtm", Title: "Google Tag Manager", Source: "gtm.html"},
	{ID: "react", Title: "React", Source: "react.jsx"},
	{ID: "vue", Title: "Vue", Source: "vue.js"},
	{ID: "template", Title: "Go's html/template", Source: "template.html"},
	{ID: "wordpress", Title: "WordPress", Source: "wordpress.php"},
}

var recipePage = template.Must(template.ParseFS(recipeFiles, "recipes/page.html"))

func (s *Shop) recipesDeclaration() string { return s.text("octroi.json") }

func (s *Shop) text(name string) string { return text(name, s.Third) }

func text(name, third string) string {
	b, err := recipeFiles.ReadFile("recipes/" + name)
	if err != nil {
		panic(err)
	}
	return strings.ReplaceAll(string(b), "{third}", third)
}

// recipe serves a recipe's page; what a bundler would make of its source is made here.
func (s *Shop) recipe(w http.ResponseWriter, r *http.Request) {
	for _, one := range recipes {
		if one.ID != r.PathValue("id") {
			continue
		}
		one.Third, one.Recipes = s.Third, recipes
		one.Octroi = s.first(recipesFolder, s.recipesDeclaration())
		one.Source = s.text(one.Source)
		switch one.ID {
		case "plain", "gtm":
			one.Body = template.HTML(one.Source)
		case "react", "vue":
			one.Body = template.HTML(`<div id="app"></div><script src="/recipes/` + one.ID + `/app.js"></script>`)
		case "template":
			var b strings.Builder
			parsed, err := template.New("").Parse(one.Source)
			if err == nil {
				err = parsed.ExecuteTemplate(&b, "page", map[string]any{"Videos": []string{s.Third + "/social/video.html"}, "Stats": s.Third + "/matomo/matomo.js"})
			}
			if err != nil {
				http.Error(w, err.Error(), http.StatusInternalServerError)
				return
			}
			one.Body = template.HTML(b.String())
		case "wordpress":
			one.Body = template.HTML(s.text("wordpress.html"))
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		if err := recipePage.Execute(w, one); err != nil {
			fmt.Fprintln(os.Stderr, "recipe:", err)
		}
		return
	}
	http.NotFound(w, r)
}

// appSources are the recipes that are single-page apps.
var appSources = map[string]string{"react": "react.jsx", "vue": "vue.js"}

// app serves such an app, as a bundler makes it.
func (s *Shop) app(w http.ResponseWriter, r *http.Request) {
	if appSources[r.PathValue("id")] == "" {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", "text/javascript; charset=utf-8")
	script, err := Bundle(r.PathValue("id"), s.Third)
	if err != nil {
		fmt.Fprintf(w, "document.getElementById('app').textContent = %q", "This page needs npm's "+r.PathValue("id")+": "+err.Error())
		return
	}
	w.Write(script)
}
