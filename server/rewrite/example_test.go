package rewrite_test

import (
	"fmt"
	"log"
	"net/http"
	"strings"

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

func ExampleRewriter_Handler() {
	r, err := rewrite.New(declaration, rewrite.Options{Head: `<script src="/octroi/octroi.js"></script>`})
	if err != nil {
		log.Fatal(err)
	}
	log.Fatal(http.ListenAndServe("localhost:8080", r.Handler(http.FileServer(http.Dir("public")))))
}
