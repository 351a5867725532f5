package consent

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	record "github.com/octroi-consent/octroi/engine/consent"
	"github.com/octroi-consent/octroi/engine/enginetest"
)

// visitorOf is a request of a visitor to a site as they usually are: 6 categories with 8 services,
// and three cookies beside the record.
func visitorOf(b *testing.B, act string) (*Declaration, *http.Request) {
	b.Helper()
	type object = map[string]any
	categories := []object{{"id": "essential", "label": "E", "text": "E", "required": true}}
	for _, id := range []string{"statistics", "marketing", "video", "maps", "chat", "social"} {
		categories = append(categories, object{"id": id, "label": id, "text": id})
	}
	var services []object
	for i, id := range []string{"matomo", "analytics", "ads", "pixel", "tube", "map", "talk", "share"} {
		services = append(services, object{"id": id, "category": categories[1+i*6/8]["id"], "name": id, "provider": id, "purpose": id, "policy": "/p"})
	}
	text, err := json.Marshal(object{"site": object{"name": "S", "controller": "S", "contact": "/c"}, "policy": object{"url": "/p", "revision": "1"}, "categories": categories, "services": services})
	if err != nil {
		b.Fatal(err)
	}
	d := parse(b, text)
	browser := enginetest.NewBrowser(time.Now().Add(-time.Hour).UTC())
	browser.Open(newEngine(), enginetest.Page{Config: string(text), Languages: "en"}).Act(act)
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	r.Header.Set("Cookie", "session=4f1c2a9be07d; theme=dark; octroi="+browser.Cookies["octroi"].Value+"; _pk_id.1.1fff=8d2b7e0c9a41f3.1795521631")
	return d, r
}

// BenchmarkFromRequest tells what reading a visitor's choices takes of one core, beside what
// net/http takes to read the same cookies, in turns.
func BenchmarkFromRequest(b *testing.B) {
	for _, act := range []string{"accept", "refuse", "none"} {
		b.Run(act, func(b *testing.B) {
			d, r := visitorOf(b, act)
			var ours, theirs time.Duration
			b.ReportAllocs()
			for n := 0; n < b.N; n += 1000 {
				turn := min(1000, b.N-n)
				start := time.Now()
				for range turn {
					if d.FromRequest(r).Allows("matomo") != (act == "accept") {
						b.Fatal("another answer")
					}
				}
				ours += time.Since(start)
				b.StopTimer()
				start = time.Now()
				for range turn {
					if len(r.Cookies()) < 3 {
						b.Fatal("other cookies")
					}
				}
				theirs += time.Since(start)
				b.StartTimer()
			}
			b.ReportMetric(float64(ours)/float64(theirs), "×r.Cookies()")
		})
	}
}

// BenchmarkHostileHeader tells what the largest header costs that net/http takes (1 MB), of
// records that are all valid, as a forger would send them.
func BenchmarkHostileHeader(b *testing.B) {
	d, r := visitorOf(b, "accept")
	r.Header.Set("Cookie", hostile())
	var ours, theirs time.Duration
	for b.Loop() {
		start := time.Now()
		if d.FromRequest(r).Allows("matomo") {
			b.Fatal("granted")
		}
		ours += time.Since(start)
		start = time.Now()
		r.Cookies()
		theirs += time.Since(start)
	}
	b.ReportMetric(float64(ours)/float64(theirs), "×r.Cookies()")
}

// hostile is a header full of valid records with as many services as one can have.
func hostile() string {
	var pairs strings.Builder
	for serial := uint32(1); pairs.Len() < 1<<20-1<<15; serial++ {
		c := &record.Choice{Category: 1, Granted: true, How: record.Accept, At: 1_780_000_000_000 / 60_000 * 60_000}
		c.Until = c.At + 60_000
		for id := range uint32(3400) {
			c.Services = append(c.Services, record.Service{ID: id, Granted: true})
		}
		r := record.Record{Serial: serial, Seen: c.At, Choices: []*record.Choice{c}}
		pairs.WriteString("octroi=" + r.Encode() + "; ")
	}
	return pairs.String()
}
