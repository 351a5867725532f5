package migrate

import (
	"slices"
	"strings"

	"github.com/octroi-consent/octroi/internal/literal"
)

// orejime is Orejime 2 and 3: https://orejime.boscop.fr.
var orejime = manager{
	name: "orejime", title: "Orejime",
	loader:   []string{"orejime-standard", "orejime-dsfr", "orejime.js", "orejime.css", "orejime-config", "orejime.config", "npm/orejime"},
	config:   []string{"orejimeConfig", "Orejime.init("},
	read:     readOrejime,
	gate:     orejimeGate,
	gated:    orejimeGated,
	page:     orejimePage,
	carries:  func(*old) bool { return true },
	keeps:    true,
	standard: map[string]string{"analytics": "statistics", "ads": "marketing", "advertising": "marketing"},
}

func readOrejime(o *old, p *literal.Program, _ string) (found bool) {
	take := func(v any) {
		c := literal.As[*literal.Object](v)
		switch {
		case found || c == nil:
		case c.List("purposes") != nil && (c.Has("privacyPolicyUrl") || slices.ContainsFunc(c.List("purposes"), func(one any) bool { return literal.As[*literal.Object](one).Has("id") })):
			readOrejime3(o, c)
			found = true
		case c.List("apps") != nil && (c.Has("privacyPolicy") || c.Has("appElement")):
			readOrejime2(o, c)
			found = true
		}
	}
	for _, a := range p.Assignments {
		take(a.Value)
		if c := literal.As[*literal.Object](a.Value); !found && a.Name == "orejimeConfig" && c.List("apps") != nil {
			readOrejime2(o, c)
			found = true
		}
	}
	for _, call := range p.Calls {
		if (call.Name == "Orejime.init" || call.Name == "loadOrejime") && len(call.Args) > 0 {
			take(call.Args[0])
		}
	}
	return found
}

var orejime3Options = map[string]string{
	"privacyPolicyUrl": carried, "purposes": carried, "forceModal": carried, "forceBanner": own, "translations": elsewhere, "logo": own, "orejimeElement": own,
	"cookie": carried, "contextual": own, "lang": carried, "categories": own, "theme": own,
}

// forced tells that a page waited for the choice.
func (o *old) forced(where string) {
	o.layout = "dialog"
	o.ask(where, "The page was shut until a choice. With \"layout\": \"dialog\", Octroi's dialog lies over the page, and the visitor can put it aside.")
}

func readOrejime3(o *old, c *literal.Object) {
	o.version = "3"
	o.options(c, "", orejime3Options)
	o.options(c.Object("cookie"), "cookie", map[string]string{"name": carried, "duration": carried, "domain": carried, "sameSite": own,
		"stringify": "Consents are written in a form of the site's own, which cannot be taken over: visitors are asked once more.",
		"parse":     elsewhere})
	o.language, o.cookie, o.days, o.domain = c.Text("lang"), c.Text("cookie", "name"), c.Number("cookie", "duration"), c.Text("cookie", "domain")
	o.policy = texts{}
	o.policy.put("", c.Text("privacyPolicyUrl"))
	o.ownTexts(c.Object("translations"))
	if c.True("forceModal") {
		o.forced("forceModal")
	}
	for _, one := range c.List("purposes") {
		purpose := literal.As[*literal.Object](one)
		id := purpose.Text("id")
		if id == "" {
			o.ask("purposes", "A purpose has no id that can be read (%s).", short(one))
			continue
		}
		where := "purposes." + id
		category := o.category(id)
		category.label.put("", purpose.Text("title"))
		category.text.put("", purpose.Text("description"))
		within := purpose.List("purposes")
		if within == nil {
			category.names = []string{id}
			category.required = orejimePurpose(o, purpose, where)
			s := o.service(id, id)
			s.whole = category
			s.label.put("", purpose.Text("title"))
			s.purpose.put("", purpose.Text("description"))
			s.items = orejimeCookies(o, purpose, where)
			continue
		}
		o.options(purpose, where, map[string]string{"id": carried, "title": carried, "description": carried, "purposes": carried})
		for _, one := range within {
			leaf := literal.As[*literal.Object](one)
			name := leaf.Text("id")
			if name == "" {
				o.ask(where, "A purpose has no id that can be read (%s).", short(one))
				continue
			}
			s := o.service(name, id)
			s.names = []string{name}
			s.label.put("", leaf.Text("title"))
			s.purpose.put("", leaf.Text("description"))
			s.required = orejimePurpose(o, leaf, where+"."+name)
			s.items = orejimeCookies(o, leaf, where+"."+name)
		}
	}
}

// orejimePurpose notes a purpose's options, and reports whether it is always on.
func orejimePurpose(o *old, purpose *literal.Object, where string) (required bool) {
	o.options(purpose, where, map[string]string{"id": carried, "title": carried, "description": carried, "cookies": carried, "isMandatory": carried, "isExempt": carried,
		"default": elsewhere, "runsOnce": own, "purposes": carried})
	if purpose.True("isExempt") {
		o.ask(where+".isExempt", "It ran before a choice, as exempt from consent. If that is so by your regulator's rules, declare it as essential, with addresses of this site only.")
	}
	if purpose.True("default") && !purpose.True("isMandatory") {
		o.ask(where+".default", "It was on before a choice. Octroi keeps it shut until a visitor agrees.")
	}
	return purpose.True("isMandatory")
}

func orejimeCookies(o *old, purpose *literal.Object, where string) (items []oldItem) {
	for _, cookie := range purpose.List("cookies") {
		for _, item := range klaroCookie(o, cookie, where) {
			items = merge(items, item)
		}
	}
	return items
}

var orejime2Options = map[string]string{
	"elementID": own, "appElement": own, "cookieName": carried, "cookieExpiresAfterDays": carried, "cookieDomain": carried, "privacyPolicy": carried, "default": carried,
	"mustConsent": elsewhere, "mustNotice": own, "lang": carried, "logo": own, "debug": own, "translations": carried, "apps": carried, "categories": carried, "poweredBy": own,
	"stringifyCookie": "Consents are written in a form of the site's own, which cannot be taken over: visitors are asked once more.",
	"parseCookie":     elsewhere, "implicitConsent": "Consent was taken for given. Octroi asks for it.",
}

var orejime2AppOptions = map[string]string{
	"name": carried, "title": carried, "description": carried, "cookies": carried, "purposes": carried, "required": carried, "optOut": elsewhere, "default": elsewhere, "onlyOnce": own,
	"callback": "It runs code when this consent changes. Put what a yes does into a gated script, and the rest where octroi:change says so.",
}

func readOrejime2(o *old, c *literal.Object) {
	o.version = "2"
	o.options(c, "", orejime2Options)
	o.language, o.domain, o.days = c.Text("lang"), c.Text("cookieDomain"), c.Number("cookieExpiresAfterDays")
	if o.cookie = c.Text("cookieName"); o.cookie == "" {
		o.cookie = "orejime"
	}
	if c.True("mustConsent") {
		o.forced("mustConsent")
	}
	o.policy = texts{}
	o.policy.put("", c.Text("privacyPolicy"))
	translations := c.Object("translations")
	languages := keysOf(translations)
	if o.language == "" && len(languages) > 0 {
		o.language = languages[0]
	}
	groups := map[string]string{} // of an app, by its name
	for _, one := range c.List("categories") {
		group := literal.As[*literal.Object](one)
		name := group.Text("name")
		category := o.category(name)
		category.label.put("", group.Text("title"))
		for _, language := range languages {
			category.label.put(language, translations.Text(language, "categories", name, "title"))
			category.text.put(language, translations.Text(language, "categories", name, "description"))
		}
		for _, app := range textsIn(group.List("apps")) {
			groups[app] = name
		}
	}
	for _, one := range c.List("apps") {
		app := literal.As[*literal.Object](one)
		name := app.Text("name")
		if name == "" {
			o.ask("apps", "An app has no name that can be read (%s).", short(one))
			continue
		}
		where := "apps." + name
		o.options(app, where, orejime2AppOptions)
		purposes := textsIn(app.List("purposes"))
		if groups[name] == "" && len(purposes) > 0 {
			groups[name] = purposes[0]
			category := o.category(purposes[0])
			for _, language := range languages {
				category.label.put(language, translations.Get(language, "purposes", purposes[0]))
			}
			if len(purposes) > 1 {
				o.ask(where+".purposes", "It has several purposes (%s). A service of Octroi's is in one category: the first was taken.", strings.Join(purposes, ", "))
			}
		}
		if app.True("optOut") || app.True("default") && !app.True("required") {
			o.ask(where, "It was on before a choice. Octroi keeps it shut until a visitor agrees.")
		}
		s := o.service(name, groups[name])
		s.names, s.required = []string{name}, app.True("required")
		s.label.put("", app.Text("title"))
		s.purpose.put("", app.Text("description"))
		for _, language := range languages {
			s.label.put(language, translations.Text(language, name, "title"))
			s.purpose.put(language, translations.Text(language, name, "description"))
		}
		s.items = orejimeCookies(o, app, where)
		o.ownTexts(translations.Object(o.language, "consentModal"))
	}
}

func orejimeGate(o *old, e *element) []string {
	switch {
	case o.version == "2" && e.tag != "script" && e.attrs["data-name"] != "" && e.attrs["data-src"]+e.attrs["data-srcset"]+e.attrs["data-href"] != "":
		return []string{e.attrs["data-name"]}
	case e.tag == "template" && e.attrs["data-purpose"] != "":
		return []string{e.attrs["data-purpose"]}
	case e.tag == "script" && e.attrs["type"] == "opt-in" && e.attrs["data-name"] != "":
		return []string{e.attrs["data-name"]}
	}
	return nil
}

// orejimeGated tells what elements of version 2 become that are neither scripts nor templates.
func orejimeGated(m *migration, e *element, names []string, line *Line) {
	if e.tag == "script" || e.tag == "template" {
		return
	}
	for _, o := range m.olds {
		for _, s := range o.services {
			if o.manager.name == "orejime" && slices.Contains(s.names, names[0]) && s.id != "" {
				line.Works, line.After = false, e.withAttr("data-name", "data-octroi", s.id)
			}
		}
	}
}

func orejimePage(e *element) (line Line, is bool) {
	for _, attr := range []string{"onclick", "href"} {
		if strings.Contains(strings.ToLower(e.attrs[attr]), "orejime.prompt(") || strings.Contains(strings.ToLower(e.attrs[attr]), "orejime.show(") {
			return Line{After: `<a href="#octroi">`, Note: "Opens the choices; data-octroi-open on a button does the same."}, true
		}
	}
	return line, false
}
