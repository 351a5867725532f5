package setup

import (
	"encoding/json"
	"html"
	"regexp"
	"strings"
)

// titles are what a page with the cookie policy is called, by language.
var titles = map[string]string{"en": "Cookies", "fr": "Cookies", "de": "Cookies", "es": "Cookies", "it": "Cookie", "nl": "Cookies", "pt": "Cookies", "pl": "Pliki cookie", "sv": "Kakor", "da": "Cookies"}

func (s *Site) title() string {
	base, _, _ := strings.Cut(s.Language, "-")
	if title := titles[base]; title != "" {
		return title
	}
	return titles["en"]
}

// policyDiv becomes the cookie policy.
const policyDiv = `<div data-octroi-declaration></div>`

// page is the page with the cookie policy, as a file of its own: with the tag of octroi.js, and
// the style sheets of another page of the site.
func (s *Site) page(tag, like string) []byte {
	var w strings.Builder
	w.WriteString("<!doctype html>\n<html lang=\"" + html.EscapeString(s.Language) + "\">\n  <head>\n    <meta charset=\"utf-8\" />\n    " + tag + "\n")
	w.WriteString("    <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\" />\n    <title>" + html.EscapeString(s.title()) + "</title>\n")
	for _, sheet := range sheets(like) {
		w.WriteString("    <link rel=\"stylesheet\" href=\"" + html.EscapeString(sheet) + "\" />\n")
	}
	w.WriteString("  </head>\n  <body>\n    <main>\n      <h1>" + html.EscapeString(s.title()) + "</h1>\n      " + policyDiv + "\n    </main>\n  </body>\n</html>\n")
	return []byte(w.String())
}

var (
	sheet = regexp.MustCompile(`(?i)<link\s[^>]*>`)
	rel   = regexp.MustCompile(`(?i)\srel\s*=\s*["']?stylesheet["'\s/>]`)
	href  = regexp.MustCompile(`(?i)\shref\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]+))`)
)

// sheets are the style sheets of the site's own that a page at its root has, by absolute paths.
func sheets(page string) (list []string) {
	for _, tag := range sheet.FindAllString(page, -1) {
		found := href.FindStringSubmatch(tag)
		if !rel.MatchString(tag) || found == nil {
			continue
		}
		address := html.UnescapeString(found[1] + found[2] + found[3])
		if address == "" || strings.Contains(address, "//") || strings.ContainsAny(address, "{<%") || strings.Contains(address, ":") {
			continue
		}
		list = append(list, "/"+strings.TrimPrefix(strings.TrimPrefix(address, "./"), "/"))
	}
	return list
}

// policyAt reports whether the declaration's policy is at an address: a page that is elsewhere is
// the owner's own.
func (s *Site) policyAt(address string) bool {
	var d struct{ Policy struct{ URL any } }
	if json.Unmarshal(s.Declaration, &d) != nil {
		return false
	}
	is := func(v any) bool {
		url, _ := v.(string)
		return strings.TrimRight(url, "/") == strings.TrimRight(address, "/")
	}
	if all, several := d.Policy.URL.(map[string]any); several {
		for _, one := range all {
			if is(one) {
				return true
			}
		}
		return false
	}
	return is(d.Policy.URL)
}

// addPage plans the page with the cookie policy, unless the site has one, or its policy is
// elsewhere.
func (s *Site) addPage(p *Plan, name string, text []byte) error {
	if !s.policyAt("/cookies") {
		return nil
	}
	p.Page = "/cookies"
	if s.has(name) {
		if !strings.Contains(string(s.read(name)), "data-octroi-declaration") {
			p.Steps = append(p.Steps, Step{Where: name, Why: "The page is there already. Where the cookie policy shall be, write:", Lines: []string{policyDiv}})
		}
		return nil
	}
	return s.put(p, name, text)
}
