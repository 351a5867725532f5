package rewrite_test

import (
	"fmt"
	"io/fs"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"

	"github.com/octroi-consent/octroi/server/consent"
	"github.com/octroi-consent/octroi/server/rewrite"
)

var declaration = []byte(`{
	"site": { "name": "My shop", "controller": "My Shop Ltd", "contact": "mailto:privacy@shop.example" },
	"policy": { "url": "/cookies", "revision": "1" },
	"categories": [
		{ "id": "essential", "required": true, "label": "Essential", "text": "Keeps your choices." },
		{ "id": "statistics", "label": "Statistics", "text": "Counts visits." }
	],
	"services": [
		{ "id": "stats", "category": "statistics", "name": "Stats", "provider": "Stats Ltd", "purpose": "Counts visits.",
			"policy": "https://stats.example/privacy", "urls": ["https://stats.example/"] }
	]
}`)

func ExampleRewriter_Rewrite() {
	r, err := rewrite.New(declaration, rewrite.Options{Head: `<script src="/octroi/octroi.js"></script>`})
	if err != nil {
		log.Fatal(err)
	}
	page := `<!doctype html><title>Shop</title><script src="https://stats.example/tag.js"></script>`
	var out strings.Builder
	err = r.Rewrite(&out, strings.NewReader(page), rewrite.Document{Report: func(g rewrite.Gated) {
		fmt.Printf("line %d: %s of %s waits for %s\n", g.Line, g.Attr, g.Element, g.Services)
	}})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(out.String())
	// Output:
	// line 1: src of script waits for stats
	// <!doctype html><title>Shop</title><script src="/octroi/octroi.js"></script><script type="text/plain" data-octroi="stats" data-src="https://stats.example/tag.js"></script>
}

// A server whose pages are gated alike for everybody.
func ExampleRewriter_Handler() {
	mux := http.NewServeMux()
	// [handler]
	files := os.DirFS("public/octroi") // what octroi build has written
	declaration, err := fs.ReadFile(files, "declaration.json")
	if err != nil {
		log.Fatal(err)
	}
	rewriter, err := rewrite.New(declaration, rewrite.Options{
		Head: `<script src="/octroi/octroi.js?v=…"></script>`, // the line that octroi build prints
	})
	if err != nil {
		log.Fatal(err)
	}
	log.Fatal(http.ListenAndServe(":8080", rewriter.Handler(mux)))
	// [/handler]
}

// What a visitor has granted is left as it is.
func ExampleOptions_perVisitor() {
	// [visitor]
	declared, err := consent.Parse(declaration) // server/consent
	if err != nil {
		log.Fatal(err)
	}
	rewriter, err := rewrite.New(declared.Text(), rewrite.Options{
		Head:       `<script src="/octroi/octroi.js?v=…"></script>`,
		Visitor:    func(r *http.Request) rewrite.Grants { return declared.FromRequest(r) },
		PerVisitor: true,
	})
	// [/visitor]
	if err != nil {
		log.Fatal(err)
	}
	pages := rewriter.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, `<p><script src="https://stats.example/tag.js"></script>`)
	}))
	answer := httptest.NewRecorder()
	pages.ServeHTTP(answer, httptest.NewRequest("GET", "/", nil))
	fmt.Println(answer.Header().Get("Vary"), answer.Body)
	// Output: Cookie <p><script type="text/plain" data-octroi="stats" data-src="https://stats.example/tag.js"></script>
}
