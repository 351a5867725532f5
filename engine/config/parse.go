package config

import (
	"github.com/octroi-consent/octroi/engine/calendar"
	"github.com/octroi-consent/octroi/engine/jsontext"
)

// Parse reads a declaration. With any fault the declaration must not open
// anything that is not essential; what could be read is returned all the same,
// so that the essential services keep working.
func Parse(text string) (*Config, []Fault) {
	r := &reader{path: "$"}
	c := &Config{Name: DefaultName, Language: "en"}
	if len(text) > MaxBytes {
		r.fault("", "longer than 512 KB", "declare less")
		return c, r.faults
	}
	root, err := jsontext.Parse(text)
	if err != nil {
		r.fault("", "not JSON: "+err.Reason, "mend "+position(text, err.Offset))
		return c, r.faults
	}
	r.enter("$", root, "name language site policy categories services")
	if name := r.str("name"); name != "" {
		c.Name = r.identifier("name", name)
	}
	if lang := r.str("language"); lang != "" {
		c.Language = lang
		r.language("language", lang)
	}
	categories, services := r.list("categories"), r.list("services")
	r.site(c, root)
	r.categories(c, categories)
	r.services(c, services)
	return c, r.faults
}

func position(text string, offset int) string {
	line, column := int64(1), int64(1)
	for i := range min(offset, len(text)) {
		column++
		if text[i] == '\n' {
			line, column = line+1, 1
		}
	}
	return "line " + jsontext.Int(line) + ", column " + jsontext.Int(column)
}

func (r *reader) site(c *Config, root *jsontext.Value) {
	site := root.Get("site")
	r.enter("$.site", site, "name controller contact authority")
	c.Site.Name = r.text("name")
	c.Site.Controller = r.need("controller")
	c.Site.Contact = r.link("contact", r.need("contact"))
	if authority := site.Get("authority"); authority != nil {
		r.enter("$.site.authority", authority, "name url")
		c.Site.Authority.Name = r.need("name")
		c.Site.Authority.URL = r.link("url", r.need("url"))
	}
	r.enter("$.policy", root.Get("policy"), "url revision")
	c.Policy.URL = r.links("url", r.text("url"))
	c.Policy.Revision = r.need("revision")
}

func (r *reader) categories(c *Config, list []jsontext.Value) {
	essential := false
	c.Categories = make([]Category, len(list))
	for i := range list {
		r.enter(index("$.categories", i), &list[i], "id label text required renewAfter")
		cat := &c.Categories[i]
		cat.ID = r.id()
		cat.Label = r.text("label")
		cat.Text = r.text("text")
		cat.Renew = defaultRenew
		if flag := r.at.Get("required"); flag != nil {
			cat.Required = flag.Text == "true"
			if flag.Kind != jsontext.Bool {
				r.fault("required", "neither yes nor no", "write true or false")
			}
		}
		renew := r.str("renewAfter")
		if span := r.span("renewAfter", renew); !span.Session() {
			cat.Renew = span
		} else if renew == "session" {
			r.fault("renewAfter", "not a time after which to ask again", `write one as "6 months"`)
		}
		if cat.Required && r.at.Get("renewAfter") != nil {
			r.fault("renewAfter", "an essential category is not asked for", "leave it out")
		}
		essential = essential || cat.Required
	}
	r.path = "$"
	if !essential {
		r.fault("categories", "none is essential", `add {"id": "essential", "required": true, …}`)
	}
	if len(c.Categories) > MaxCategories {
		r.fault("categories", "more than 32", "join some")
	}
}

// span reads a duration; what is none or too long is a fault, and the session.
func (r *reader) span(key, text string) calendar.Span {
	span, ok := calendar.ParseSpan(text)
	switch {
	case text == "":
	case !ok:
		r.fault(key, "not a duration", `write one as "6 months", "30 days" or "session"`)
	case !span.WithinMax():
		r.fault(key, "longer than 13 months", `write "13 months" or less`)
	default:
		return span
	}
	return calendar.Span{}
}

// services reads the services, grouped by category.
func (r *reader) services(c *Config, list []jsontext.Value) {
	if len(list) > MaxServices {
		r.fault("services", "more than 300", "join some")
		return
	}
	all := make([]Service, len(list))
	for i := range list {
		r.enter(index("$.services", i), &list[i], "id category name provider purpose purposeId policy urls cookies storage")
		s := &all[i]
		s.ID = r.id()
		s.Category = r.category(c)
		s.Name = r.text("name")
		s.Provider = r.need("provider")
		s.Purpose = r.text("purpose")
		s.PurposeID = r.str("purposeId")
		essential := s.Category >= 0 && c.Categories[s.Category].Required
		if !essential || r.at.Get("policy") != nil {
			s.Policy = r.links("policy", r.text("policy"))
		}
		for k, u := range r.list("urls") {
			if u.Kind != jsontext.String || u.Text == "" || spaced(u.Text) {
				r.fault(index("urls", k), "not an address", `write one as "https://host/path" or "host"`)
			} else if essential && (u.Text[0] != '/' || has(u.Text, "//")) {
				r.fault(index("urls", k), "an essential service is first-party only", "use a path of this site, or another category")
			}
			s.URLs = append(s.URLs, u.Text)
		}
		s.Cookies = r.items("cookies", ";=")
		s.Storage = r.items("storage", "")
	}
	for i := range c.Categories {
		c.Categories[i].From = len(c.Services)
		for k := range all {
			if all[k].Category == i {
				c.Services = append(c.Services, all[k])
			}
		}
		c.Categories[i].To = len(c.Services)
	}
}

// category returns the index of a service's category, -1 where there is none.
func (r *reader) category(c *Config) int {
	id := r.need("category")
	ids := "use one of:"
	for i := range c.Categories {
		if c.Categories[i].ID == id && id != "" {
			return i
		}
		ids += " " + c.Categories[i].ID
	}
	r.fault("category", "no such category", ids)
	return -1
}

// items reads cookies or storage keys, in whose names the bytes of forbidden and,
// if there are any, white space may not stand.
func (r *reader) items(key, forbidden string) (items []Item) {
	path, at := r.path, r.at
	list := r.list(key)
	for i := range list {
		r.enter(index(path+"."+key, i), &list[i], "name life")
		item := Item{Name: r.need("name"), Life: r.span("life", r.need("life"))}
		stars, barred := true, false // nothing but stars would match all
		for i := range len(item.Name) {
			stars = stars && item.Name[i] == '*'
			for k := range len(forbidden) {
				barred = barred || item.Name[i] == forbidden[k] || item.Name[i] <= ' '
			}
		}
		if item.Name != "" && (stars || barred) {
			r.fault("name", "not a name", `write one as "_ga" or "_ga_*"`)
		}
		items = append(items, item)
	}
	r.path, r.at = path, at
	return items
}

// id reads an identifier; categories and services share one space of them, since
// data-octroi names either.
func (r *reader) id() string {
	id := r.identifier("id", r.need("id"))
	for _, taken := range r.ids {
		if taken == id && id != "" {
			r.fault("id", "taken", "give each category and service its own")
		}
	}
	r.ids = append(r.ids, id)
	return id
}

func index(path string, i int) string { return path + "[" + jsontext.Int(int64(i)) + "]" }
