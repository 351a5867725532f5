package engine_test

import (
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/octroi-consent/octroi/engine"
	"github.com/octroi-consent/octroi/engine/consent"
)

const declaration = `{
	"site": {"name": "Shop", "controller": "Shop SAS", "contact": "mailto:privacy@shop.example"},
	"policy": {"url": "/cookies", "revision": "1"},
	"categories": [
		{"id": "essential", "required": true, "label": "Essential", "text": "Keeps your basket."},
		{"id": "statistics", "label": "Statistics", "text": "Counts visits."}
	],
	"services": [{
		"id": "counter", "category": "statistics", "name": "Counter", "provider": "Counter SARL",
		"purpose": "Counts visits.", "policy": "https://counter.example/privacy", "urls": ["https://counter.example/"]
	}]
}`

// A server reads the record that a visitor's browser sends, and leaves out what is not granted.
func ExampleTerms() {
	if faults := engine.Faults(declaration); len(faults) > 0 {
		fmt.Println(faults[0].String())
		return
	}
	terms := engine.Terms(declaration)
	now := time.Date(2026, time.November, 27, 12, 0, 0, 0, time.UTC)

	// What the browser's engine writes when the visitor accepts, as its cookie octroi.
	choice := consent.Decide(&terms[1], []bool{true}, true, consent.Accept, now.UnixMilli())
	record := consent.Record{Serial: 1, Seen: choice.At, Since: choice.At, Choices: []*consent.Choice{choice}}
	request, _ := http.NewRequest("GET", "/", nil)
	request.AddCookie(&http.Cookie{Name: "octroi", Value: record.Encode()})

	allows := func(r *http.Request, category string, at time.Time) bool {
		cookie, err := r.Cookie("octroi")
		if err != nil {
			return false
		}
		text, _, _ := strings.Cut(cookie.Value, ".") // how long things last may come after it
		record, ok := consent.Decode(text)
		if !ok {
			return false
		}
		for i := range terms {
			if t := &terms[i]; t.Category == consent.Hash(category) {
				_, granted := consent.Stand(record.Find(t.Category), t, at.UnixMilli(), make([]bool, len(t.Services)))
				return granted
			}
		}
		return false
	}
	fmt.Println("now:", allows(request, "statistics", now))
	fmt.Println("after seven months:", allows(request, "statistics", now.AddDate(0, 7, 0)))
	fmt.Println("what is not declared:", allows(request, "advertising", now))
	// Output:
	// now: true
	// after seven months: false
	// what is not declared: false
}
