package consent_test

import (
	"fmt"
	"html/template"
	"net/http"
	"net/http/httptest"
	"os"
	"time"

	"github.com/octroi-consent/octroi/server/consent"
)

// A site reads this from octroi.json, as with os.ReadFile.
var octroiJSON = []byte(`{
	"site": {"name": "My shop", "controller": "My Shop Ltd", "contact": "mailto:privacy@shop.example"},
	"policy": {"url": "/cookies", "revision": "1"},
	"categories": [
		{"id": "essential", "required": true, "label": "Essential", "text": "Keeps your choices."},
		{"id": "statistics", "label": "Statistics", "text": "Counts visits."},
		{"id": "media", "label": "Videos", "text": "Plays videos."}
	],
	"services": [
		{"id": "stats", "category": "statistics", "name": "Stats", "provider": "Stats Ltd", "purpose": "Counts visits.", "policy": "/privacy"}
	]
}`)

// record is the cookie of a visitor who has granted statistics, as octroi record prints it.
const record = "octroi=AgGY2d0BmNndAQpsPc0BBJjZ3QGg9A8AHKcMNAHsHDFqTq61A9-a_AIAu-qpnw"

func ExampleParse() {
	// [parse]
	declaration, err := consent.Parse(octroiJSON)
	// [/parse]
	if err != nil {
		fmt.Println(err)
		return
	}
	at := time.Date(2026, 11, 27, 10, 0, 0, 0, time.UTC)
	visitor := declaration.FromCookies(record, false, at)
	fmt.Println(visitor.Allows("stats"), visitor.Allows("stats", "media"))
	fmt.Println(visitor.Decided(), visitor.Until("statistics").Format(time.DateOnly))

	stranger := declaration.FromCookies("", false, at)
	fmt.Println(stranger.Allows("stats"), stranger.Decided(), stranger.Asked())
	// Output:
	// true false
	// true 2027-05-27
	// false false [{statistics undecided} {media undecided}]
}

func ExampleParse_faults() {
	_, err := consent.Parse([]byte(`{
	"site": {"name": "My shop", "controller": "My Shop Ltd", "contact": "mailto:privacy@shop.example"},
	"policy": {"url": "cookies", "revision": "1"},
	"categories": [{"id": "essential", "required": true, "label": "Essential", "text": "Keeps your choices."}]
}`))
	fmt.Println(err)
	// Output:
	// 3:13: $.policy.url: not a link; start it with https://, mailto: or /
}

func ExampleDeclaration_Middleware() {
	declaration, err := consent.Parse(octroiJSON)
	if err != nil {
		fmt.Println(err)
		return
	}
	mux := http.NewServeMux()
	// [middleware]
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) {
		visitor := consent.FromContext(r.Context()) // before the first write
		if visitor.Allows("stats") {
			fmt.Fprint(w, "counted")
		}
	})
	mux.HandleFunc("GET /logo.svg", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, "<svg/>") // does not ask, and stays cacheable for all
	})
	site := declaration.Middleware(mux)
	// [/middleware]

	for _, path := range []string{"/", "/logo.svg"} {
		w := httptest.NewRecorder()
		site.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
		fmt.Printf("%s: Vary: %q\n", path, w.Header().Get("Vary"))
	}
	// Output:
	// /: Vary: "Cookie"
	// /logo.svg: Vary: ""
}

// A site that has a declaration for each language picks that of the request.
func ExampleMiddleware() {
	byLanguage := map[string]*consent.Declaration{}
	for language, text := range map[string][]byte{"en": octroiJSON, "fr": octroiJSON} {
		declaration, err := consent.Parse(text)
		if err != nil {
			fmt.Println(err)
			return
		}
		byLanguage[language] = declaration
	}
	// [languages]
	site := consent.Middleware(func(r *http.Request) *consent.Declaration {
		return byLanguage[r.PathValue("language")]
	})(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintln(w, consent.FromContext(r.Context()).Ask("stats"))
	}))
	// [/languages]
	mux := http.NewServeMux()
	mux.Handle("/{language}/", site)

	w := httptest.NewRecorder()
	mux.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/fr/", nil))
	fmt.Print(w.Body)
	// Output:
	// undecided
}

func ExampleState_Template() {
	declaration, err := consent.Parse(octroiJSON)
	if err != nil {
		fmt.Println(err)
		return
	}
	// [funcs]
	page := template.Must(template.New("page").Funcs(consent.State{}.Funcs()).Parse(
		`{{if allows "stats"}}<script src="https://stats.example/tag.js"></script>{{else}}<p>Nobody counts you.</p>{{end}}` + "\n"))
	// [/funcs]

	at := time.Date(2026, 11, 27, 10, 0, 0, 0, time.UTC)
	for _, cookies := range []string{"", record} {
		own, err := declaration.FromCookies(cookies, false, at).Template(page)
		if err != nil {
			fmt.Println(err)
			return
		}
		if err := own.Execute(os.Stdout, nil); err != nil {
			fmt.Println(err)
		}
	}
	// Output:
	// <p>Nobody counts you.</p>
	// <script src="https://stats.example/tag.js"></script>
}

// In data, a State needs no function.
func ExampleState_Allows() {
	declaration, err := consent.Parse(octroiJSON)
	if err != nil {
		fmt.Println(err)
		return
	}
	// [data]
	page := template.Must(template.New("page").Parse(`{{if .Consent.Allows "stats"}}counted{{else}}not counted{{end}}`))
	// [/data]
	visitor := declaration.FromCookies(record, false, time.Date(2026, 11, 27, 10, 0, 0, 0, time.UTC))
	if err := page.Execute(os.Stdout, map[string]any{"Consent": visitor}); err != nil {
		fmt.Println(err)
	}
	// Output:
	// counted
}
