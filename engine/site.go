package engine

import (
	"github.com/octroi-consent/octroi/engine/ascii"
	"github.com/octroi-consent/octroi/engine/config"
	"github.com/octroi-consent/octroi/engine/consent"
	"github.com/octroi-consent/octroi/engine/gate"
)

// site owns what a page was started with: the declaration, its faults, and where the page
// is. Nothing changes it afterwards.
//
// A place is the index of a category, or behind these that of a service; see [config.Grants].
type site struct {
	cfg     *config.Config
	faults  []config.Fault
	terms   []consent.Terms // of each category
	urls    *gate.Index     // of the services' addresses; nil before the first lookup
	page    gate.Page
	objects bool   // the browser says no (Global Privacy Control)
	framed  bool   // a page around this one has the engine too, and asks in its place
	version string // of Octroi

	declared string // the declaration's digest in hexadecimal digits, "" until it is needed
	text     string // the declaration, where receipts need its digest
}

// Faults returns all that is wrong with a declaration: what [config.Parse] finds, and two ids
// with one hash.
func Faults(declaration string) []config.Fault {
	var s site
	s.read(declaration, false)
	return s.faults
}

// read reads a declaration; false where the rest of the code is needed for that.
//
//go:noinline
func (s *site) read(text string, partial bool) bool {
	var whole bool
	if s.cfg, s.faults, whole = config.Read(text, partial); whole {
		s.buildTerms()
		s.checkHashCollisions()
	}
	return !partial || whole && s.faults == nil
}

// buildTerms works out what the visitor is asked to agree to in each category.
func (s *site) buildTerms() {
	c := s.cfg
	s.terms = make([]consent.Terms, len(c.Categories))
	for i := range s.terms {
		cat, t := &c.Categories[i], &s.terms[i]
		t.Category, t.Revision, t.AskAgainAfter = consent.Hash(cat.ID), consent.Hash(c.Policy.Revision), cat.AskAgainAfter
		t.Services = make([]consent.Service, cat.To-cat.From)
		for k := range t.Services {
			service := &c.Services[cat.From+k]
			purpose := service.PurposeID
			if purpose == "" {
				purpose = service.Purpose.In(c.Language, "")
			}
			t.Services[k] = consent.Service{ID: consent.Hash(service.ID), Fingerprint: consent.Fingerprint(service.Provider, purpose)}
		}
	}
}

// checkHashCollisions finds two ids with one hash: the record keeps hashes, so that a
// grant of one would pass for the other.
func (s *site) checkHashCollisions() {
	c := s.cfg
	hashes := make([]uint32, c.Places())
	for n := range hashes {
		hashes[n] = consent.Hash(c.ID(n))
		for k := 0; k < n && s.faults == nil; k++ {
			if hashes[k] == hashes[n] {
				s.faults = []config.Fault{{Path: "$", Reason: c.ID(n) + " has the hash of " + c.ID(k), Right: "rename it"}}
				c.Block = true
			}
		}
	}
}

// shared reports whether all hosts of a domain share the record.
func (s *site) shared() bool { return s.cfg.Site.Domain != "" }

// checkDomain finds a domain that the page's host is not under: the browser would not take the
// record for it, and what was chosen elsewhere could not be known here.
func (s *site) checkDomain() {
	domain := s.cfg.Site.Domain
	if !s.shared() || s.under(domain) {
		return
	}
	s.faults = append(s.faults, config.Fault{Path: "$.site.domain", Reason: "this page's host, " + s.page.Name() + ", is not under " + domain, Right: "write a domain that all hosts of the site are under, or leave it out"})
	s.cfg.Block = true
}

// under reports whether the page's host is a domain, or under it.
func (s *site) under(domain string) bool {
	host := "." + s.page.Name()
	domain = "." + domain
	return len(host) >= len(domain) && host[len(host)-len(domain):] == domain
}

// eachPlace calls fn with the place of each category and service that ids name.
func (s *site) eachPlace(ids string, fn func(n int)) {
	for id, rest := ascii.Word(ids); id != ""; id, rest = ascii.Word(rest) {
		if n := s.cfg.Find(id); n >= 0 {
			fn(n)
		}
	}
}

// eachService calls fn with the index of each service that ids name.
func (s *site) eachService(ids string, fn func(n int)) {
	s.eachPlace(ids, func(n int) {
		if n = s.cfg.Service(n); n >= 0 {
			fn(n)
		}
	})
}

// slow reports whether databases, caches or workers are declared, which take time to list.
func (s *site) slow() bool {
	for i := range s.cfg.Services {
		for area := config.Databases; area < config.Areas; area++ {
			if len(s.cfg.Services[i].Items[area]) > 0 {
				return true
			}
		}
	}
	return false
}

// unreachable names the cookies of category i that script cannot erase, of those of
// its services that are not in open. Those of other domains not even the site's
// server can.
func (s *site) unreachable(i int, open []bool) (names []string) {
	cat := &s.cfg.Categories[i]
	for n := cat.From; n < cat.To; n++ {
		for _, item := range s.cfg.Services[n].Items[config.Cookies] {
			if !open[n-cat.From] && (item.HTTPOnly || item.Domain != "") {
				names = append(names, item.Name)
			}
		}
	}
	return names
}

// ofOthers returns, of names of [site.unreachable], those of other sites' cookies, which no server
// of this site can erase; or those that it can.
func (s *site) ofOthers(names []string, others bool) (list []string) {
	for _, name := range names {
		there := false
		for n := range s.cfg.Services {
			items := s.cfg.Services[n].Items[config.Cookies]
			for k := range items {
				item := &items[k]
				there = there || item.Name == name && (item.Domain == "" || s.under(item.Domain))
			}
		}
		if there != others {
			list = append(list, name)
		}
	}
	return list
}

// index returns the index of the services' addresses, which the first call makes.
func (s *site) index() *gate.Index {
	if s.urls == nil {
		s.makeIndex()
	}
	return s.urls
}

//go:noinline
func (s *site) makeIndex() { s.urls = gate.NewIndex(s.cfg) }

// showsDeveloper reports whether the page on a host is shown to its developer.
func (s *site) showsDeveloper(host string) bool { return s.cfg.Debug || local(host) }

// loopback reports whether a host is the machine itself, as RFC 6761 (section 6.3) and RFC 5735
// (section 3) have it.
func loopback(host string) bool {
	if host == "[::1]" || host == "localhost" || len(host) > 10 && host[len(host)-10:] == ".localhost" {
		return true
	}
	for i := range len(host) {
		if c := host[i]; c != '.' && (c < '0' || c > '9') {
			return false
		}
	}
	return ascii.HasPrefix(host, "127.")
}

// local reports whether a host is the developer's own; a file has none.
func local(host string) bool { return host == "" || loopback(host) }
