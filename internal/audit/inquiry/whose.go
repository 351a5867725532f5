package inquiry

import (
	"encoding/json"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"

	"golang.org/x/net/idna"

	"github.com/octroi-consent/octroi/catalog"
	"github.com/octroi-consent/octroi/engine/config"
	"github.com/octroi-consent/octroi/engine/gate"
	"github.com/octroi-consent/octroi/internal/audit/crawl"
)

// declaration is one that was read, ready to be asked as the visitor's engine asks it,
// of a visitor who has granted nothing.
type declaration struct {
	text     string
	declared bool // a page has it, or it was given
	cfg      *config.Config
	faults   []config.Fault
	index    *gate.Index
	shut     []bool // what is open without any grant
}

func declare(text string) *declaration {
	d := &declaration{text: text}
	d.cfg, d.faults = config.Parse(text)
	d.index = gate.NewIndex(d.cfg)
	for i := range d.cfg.Categories {
		d.shut = append(d.shut, d.cfg.Categories[i].Required)
	}
	for i := range d.cfg.Services {
		d.shut = append(d.shut, d.required(&d.cfg.Services[i]))
	}
	return d
}

func (d *declaration) required(s *config.Service) bool {
	return d.cfg.Categories[s.Category].Required
}

// access judges an address for a visitor who has granted nothing.
func (d *declaration) access(u *url.URL, own bool) gate.Finding {
	g := gate.ParseURL(written(u))
	return gate.Access(d.cfg, d.index, d.shut, &g, own)
}

// written is an address as a browser writes it out: its host in punycode.
func written(u *url.URL) string {
	w := *u
	if host, err := idna.Lookup.ToASCII(u.Hostname()); err == nil && host != u.Hostname() {
		w.Host = host
		if port := u.Port(); port != "" {
			w.Host += ":" + port
		}
	}
	return w.String()
}

// service finds one by its id, nil where there is none.
func (d *declaration) service(id string) *config.Service {
	if n := d.cfg.Find(id) - len(d.cfg.Categories); n >= 0 {
		return &d.cfg.Services[n]
	}
	return nil
}

// category names that of a category's or service's id.
func (d *declaration) category(id string) string {
	if s := d.service(id); s != nil {
		return d.cfg.Categories[s.Category].ID
	}
	if d.cfg.Find(id) >= 0 {
		return id
	}
	return ""
}

// items calls fn with each declared item that a name fits.
func (d *declaration) items(area config.Area, name string, fn func(*config.Service, *config.Item)) {
	for i := range d.cfg.Services {
		s := &d.cfg.Services[i]
		for k := range s.Items[area] {
			if item := &s.Items[area][k]; gate.Match(item.Name, name) {
				fn(s, item)
			}
		}
	}
}

// known is the catalogue, as a declaration of all its services.
type known struct {
	*declaration
	services map[string]*catalog.Service
	markers  []marker
}

type marker struct{ text, id string }

// catalogue reads it once.
var catalogue = sync.OnceValues(func() (*known, error) {
	list, err := catalog.Load()
	if err != nil {
		return nil, err
	}
	k := &known{services: map[string]*catalog.Service{}}
	categories := []any{map[string]any{"id": "essential", "required": true, "label": "Essential", "text": "Essential."}}
	var services []any
	had := map[string]bool{}
	for i := range list {
		s := &list[i]
		k.services[s.ID] = s
		for _, m := range s.Markers {
			k.markers = append(k.markers, marker{m, s.ID})
		}
		if !had[s.Category] {
			had[s.Category] = true
			categories = append(categories, map[string]any{"id": s.Category + "-", "label": s.Category, "text": s.Purpose["en"]})
		}
		own := *s
		own.Cookies = nil
		for _, c := range s.Cookies {
			if c.Domain == "" { // the others are never in a site's own pages
				own.Cookies = append(own.Cookies, c)
			}
		}
		services = append(services, own.Declare(s.Category+"-"))
	}
	b, err := json.Marshal(map[string]any{
		"site":       map[string]string{"name": "-", "controller": "-", "contact": "/"},
		"policy":     map[string]string{"url": "/", "revision": "1"},
		"categories": categories, "services": services,
	})
	if err != nil {
		return nil, err
	}
	k.declaration = declare(string(b))
	return k, nil
})

// of tells which known service an address is of, "" for none.
func (k *known) of(u *url.URL) string {
	f := k.access(u, false)
	id, _, _ := strings.Cut(f.IDs, " ")
	return id
}

// keeper tells which known service keeps something under a name, "" for none. What would
// fit too many names tells nothing.
func (k *known) keeper(area config.Area, name string) (id string) {
	best := 2
	k.items(area, name, func(s *config.Service, item *config.Item) {
		if fixed := len(strings.ReplaceAll(item.Name, "*", "")); fixed > best {
			best, id = fixed, s.ID
		}
	})
	return id
}

// inText are the addresses that stand in a script's text, as they are written.
var inText = regexp.MustCompile(`(?:https?:)?(?:\\?/){2}[A-Za-z0-9][A-Za-z0-9.-]*(?::[0-9]+)?(?:\\?/[^\s'"` + "`" + `<>()\\]*)*`)

// spaces and quotes do not tell snippets apart.
var level = strings.NewReplacer(" ", "", "\t", "", "\n", "", "\r", "", `"`, "'", "`", "'")

// script is what a script's text tells.
type script struct {
	declared []string          // ids of services whose addresses or declared parts are in it
	shut     bool              // one of them is not open without a grant
	held     bool              // one of them is held by its text alone
	known    []string          // ids of known services that are not declared
	hosts    map[string]string // of each service in it
}

// read tells whose a script's text is.
func (q *inquiry) read(text string, base *url.URL) (s script) {
	s.hosts = map[string]string{}
	if f := gate.Inline(q.cfg, q.shut, text); f.IDs != "" {
		s.declared = strings.Fields(f.IDs)
		s.shut, s.held = f.Verdict != gate.Allow, f.Verdict != gate.Allow
	}
	for _, match := range inText.FindAllString(text, 200) {
		u := crawl.Resolve(base, strings.ReplaceAll(match, `\`, ""))
		if u == nil || q.firstParty(u) && u.Path == "" {
			continue
		}
		if f := q.access(u, q.firstParty(u)); f.IDs != "" {
			for _, id := range strings.Fields(f.IDs) {
				s.declared = add(s.declared, id)
				s.hosts[id] = u.Host
			}
			s.shut = s.shut || f.Verdict != gate.Allow
		} else if id := q.known.of(u); id != "" {
			s.known = add(s.known, id)
			s.hosts[id] = u.Host
		}
	}
	bare := level.Replace(text)
	for _, m := range q.known.markers {
		if strings.Contains(bare, m.text) && q.service(m.id) == nil && !slices.Contains(s.known, m.id) && !q.covered(m.id) {
			s.known = add(s.known, m.id)
		}
	}
	if len(s.declared) > 0 {
		// A declared service's own snippet often has a marker of the known one.
		var rest []string
		for _, id := range s.known {
			if s.hosts[id] != "" {
				rest = append(rest, id)
			}
		}
		s.known = rest
	}
	return s
}

// covered reports whether a known service is declared under another id: one of its
// cookies or addresses is.
func (q *inquiry) covered(id string) bool {
	s := q.known.services[id]
	for _, c := range s.Cookies {
		found := false
		if c.Domain == "" {
			q.items(config.Cookies, strings.ReplaceAll(c.Name, "*", "x"), func(*config.Service, *config.Item) { found = true })
		}
		if found {
			return true
		}
	}
	return false
}

func add(list []string, s string) []string {
	if slices.Contains(list, s) {
		return list
	}
	return append(list, s)
}
