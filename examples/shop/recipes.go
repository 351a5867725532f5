package shop

import (
	"embed"
	"fmt"
	"html/template"
	"net/http"
	"os"
	"path/filepath"
	"strings"

	"github.com/evanw/esbuild/pkg/api"
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

func (s *Shop) text(name string) string {
	b, err := recipeFiles.ReadFile("recipes/" + name)
	if err != nil {
		panic(err)
	}
	return strings.ReplaceAll(string(b), "{third}", s.Third)
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

// app bundles the source of a single-page app, with the packages that OCTROI_NPM has.
func (s *Shop) app(w http.ResponseWriter, r *http.Request) {
	source := map[string]string{"react": "react.jsx", "vue": "vue.js"}[r.PathValue("id")]
	if source == "" {
		http.NotFound(w, r)
		return
	}
	packages, _ := filepath.Abs(os.Getenv("OCTROI_NPM"))
	result := api.Build(api.BuildOptions{
		Stdin:  &api.StdinOptions{Contents: s.text(source), Sourcefile: source, Loader: api.LoaderJSX, ResolveDir: filepath.Dir(packages)},
		Bundle: true, Format: api.FormatIIFE, MinifySyntax: true, MinifyWhitespace: true, JSX: api.JSXAutomatic,
		Define:    map[string]string{"process.env.NODE_ENV": `"production"`, "__VUE_OPTIONS_API__": "true", "__VUE_PROD_DEVTOOLS__": "false", "__VUE_PROD_HYDRATION_MISMATCH_DETAILS__": "false"},
		Alias:     map[string]string{"vue": "vue/dist/vue.esm-bundler.js"},
		NodePaths: []string{packages},
	})
	w.Header().Set("Content-Type", "text/javascript; charset=utf-8")
	if len(result.Errors) > 0 {
		text := "This page needs npm's " + r.PathValue("id") + ": " + result.Errors[0].Text
		fmt.Fprintf(w, "document.getElementById('app').textContent = %q", text)
		return
	}
	w.Write(result.OutputFiles[0].Contents)
}
