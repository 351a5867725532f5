package migrate

import (
	"encoding/json"
	"net/url"
	"slices"
	"strings"
	"sync"
	"unicode"

	"github.com/octroi-consent/octroi/catalog"
	"github.com/octroi-consent/octroi/engine/config"
)

// aliases are what sites call known services, besides their ids and names, as [alike] has them.
var aliases = map[string]string{
	"ga": "google-analytics", "ga4": "google-analytics", "gtag": "google-analytics", "googleanalytics4": "google-analytics", "universalanalytics": "google-analytics", "analyticsjs": "google-analytics",
	"gtm": "google-tag-manager", "tagmanager": "google-tag-manager", "googletag": "google-tag-manager",
	"adwords": "google-ads", "googleadwords": "google-ads", "doubleclick": "google-ads", "adsense": "google-adsense", "dfp": "google-ad-manager",
	"facebookpixel": "meta-pixel", "fbpixel": "meta-pixel", "pixelfacebook": "meta-pixel", "metaads": "meta-pixel",
	"linkedinads": "linkedin-insight", "linkedininsighttag": "linkedin-insight", "bingads": "microsoft-uet", "microsoftads": "microsoft-uet", "uet": "microsoft-uet", "clarity": "microsoft-clarity",
	"yt": "youtube", "youtubevideo": "youtube", "youtubevideos": "youtube", "vimeovideo": "vimeo", "twitter": "x", "xtwitter": "x", "googlemap": "google-maps", "maps": "google-maps", "gmaps": "google-maps",
	"recaptcha": "google-recaptcha", "googlefont": "google-fonts", "webfonts": "google-fonts", "pinteresttag": "pinterest-tag", "tiktokads": "tiktok-pixel", "twitterads": "x-pixel",
	"osm": "openstreetmap", "tawkto": "tawk", "zopim": "zendesk", "zendeskchat": "zendesk", "adobefont": "adobe-fonts", "typekit": "adobe-fonts", "matomocloud": "matomo-cloud",
	"atinternet": "piano-analytics", "yandexmetrika": "yandex-metrica", "metrika": "yandex-metrica",
}

// alike writes a name without what people write differently.
func alike(name string) string {
	name, _, _ = strings.Cut(name, "(")
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, name)
}

// byName are the catalogue's ids by what services are called.
var byName = sync.OnceValue(func() map[string]string {
	names := map[string]string{}
	list, err := catalog.Load()
	if err != nil {
		panic(err) // the catalogue is part of the program
	}
	for i := range list {
		names[alike(list[i].Name)] = list[i].ID
	}
	for i := range list {
		names[alike(list[i].ID)] = list[i].ID
	}
	for name, id := range aliases {
		names[name] = id
	}
	return names
})

// onTheirOwn are services that sites often run on a host of their own: their cookies alone do
// not tell who answers for them.
var onTheirOwn = []string{"matomo-cloud", "snowplow", "posthog", "plausible", "sentry"}

// whose tells which known service one is, by its name, its cookies, and what its tags load; ""
// where it is none.
func (m *migration) whose(o *old, s *oldService) string {
	if s.known != "" {
		return s.known
	}
	names := []string{s.name}
	for _, language := range sortedKeys(s.label) {
		names = append(names, s.label[language])
	}
	for _, name := range names {
		if id := byName()[alike(name)]; id != "" {
			return id
		}
	}
	if ids, _ := m.loads(o, s.asked()); len(ids) == 1 {
		return ids[0]
	}
	id := ""
	for _, item := range s.items {
		one := m.keeper(item)
		if one == "" || slices.Contains(onTheirOwn, one) || id != "" && id != one {
			continue
		}
		id = one
	}
	if id != "" {
		return id
	}
	for _, text := range s.scripts {
		if ids, _ := m.known.Script(text); len(ids) == 1 {
			return ids[0]
		}
	}
	return ""
}

// keeper tells whose an item is; "" where nobody is known.
func (m *migration) keeper(item oldItem) (id string) {
	area := config.Cookies
	if item.storage {
		area = config.Storage
	}
	for _, name := range item.names {
		if one := m.known.Keeper(area, name); one != "" {
			id = one
		}
	}
	return id
}

// asked are the names by which tags ask for a service.
func (s *oldService) asked() []string {
	if s.whole != nil {
		return s.whole.names
	}
	return s.names
}

// loads tells what the tags load that ask for any of some names: known services, and hosts that
// nobody knows.
func (m *migration) loads(o *old, names []string) (ids, hosts []string) {
	for _, g := range o.gates {
		if !slices.ContainsFunc(g.names, func(name string) bool { return slices.Contains(names, name) }) {
			continue
		}
		more, others := m.loadsOf(g)
		for _, id := range more {
			ids = add(ids, id)
		}
		for _, host := range others {
			hosts = add(hosts, host)
		}
	}
	return ids, hosts
}

// loadsOf tells what a gate's own elements load.
func (m *migration) loadsOf(g *held) (ids, hosts []string) {
	defer func() { hosts = slices.DeleteFunc(hosts, func(one string) bool { return !declarable(one) }) }()
	for _, p := range m.pages {
		for _, e := range p.elements {
			if e != g.element && !within(e, g.element) {
				continue
			}
			for _, address := range e.addresses() {
				u, is := third(address)
				if !is {
					continue
				}
				if id := m.known.Address(u); id != "" {
					ids = add(ids, id)
				} else {
					hosts = add(hosts, strings.ToLower(u.Host))
				}
			}
			if e.tag == "script" {
				more, others := m.known.Script(e.text)
				for _, id := range more {
					if slices.Contains(onTheirOwn, id) && len(others) > 0 {
						continue // it is on a host of its own
					}
					ids = add(ids, id)
				}
				for _, host := range others {
					hosts = add(hosts, host)
				}
			}
		}
	}
	return ids, hosts
}

func within(e, template *element) bool {
	for ; e != nil; e = e.parent {
		if e == template {
			return true
		}
	}
	return false
}

// third reads an address that has a host.
func third(address string) (*url.URL, bool) {
	if strings.ContainsAny(address, "{<$") {
		return nil, false // what a template fills in
	}
	u, err := url.Parse(address)
	if err != nil || !strings.Contains(u.Hostname(), ".") {
		return nil, false
	}
	if u.Scheme == "" {
		u.Scheme = "https"
	}
	return u, u.Scheme == "https" || u.Scheme == "http"
}

// declarable reports whether a host can stand among a service's addresses.
func declarable(host string) bool {
	text, err := json.Marshal(map[string]any{
		"site": map[string]string{"name": "-", "controller": "-", "contact": "/"}, "policy": map[string]string{"url": "/", "revision": "1"},
		"categories": []any{map[string]any{"id": "e", "required": true, "label": "-", "text": "-"}, map[string]any{"id": "c", "label": "-", "text": "-"}},
		"services":   []any{map[string]any{"id": "s", "category": "c", "name": "-", "provider": "-", "purpose": "-", "policy": "/", "urls": []string{host}}},
	})
	if err != nil {
		return false
	}
	_, faults := config.Parse(string(text))
	return len(faults) == 0
}

func add(list []string, s string) []string {
	if slices.Contains(list, s) {
		return list
	}
	return append(list, s)
}
