package migrate

import (
	"slices"
	"strings"

	"github.com/octroi-consent/octroi/internal/literal"
)

// klaro is klaro 0.6 and 0.7: https://klaro.org.
var klaro = manager{
	name: "klaro", title: "klaro",
	loader:   []string{"klaro.js", "klaro-no-css.js", "klaro-no-translations", "klaro.css", "klaro.min.css", "cdn.kiprotect.com/klaro", "cdn.klaro.org", "klaro-config", "klaro_config", "klaro.config", "/klaro/"},
	config:   []string{"klaroConfig", "klaro.setup("},
	read:     readKlaro,
	gate:     klaroGate,
	page:     klaroPage,
	carries:  func(*old) bool { return true },
	keeps:    true,
	standard: map[string]string{"analytics": "statistics", "advertising": "marketing", "livechat": "support", "chat": "support", "functional": "preferences"},
}

// keys are an object's; none of nothing.
func keysOf(o *literal.Object) []string {
	if o == nil {
		return nil
	}
	return o.Keys
}

func readKlaro(o *old, p *literal.Program, _ string) (found bool) {
	for _, a := range p.Assignments {
		if c := literal.As[*literal.Object](a.Value); !found && isKlaro(c) && !strings.Contains(strings.ToLower(a.Name), "orejime") {
			readKlaroConfig(o, c)
			found = true
		}
	}
	for _, call := range p.Calls {
		if !found && (call.Name == "klaro.setup" || call.Name == "klaro.show" || call.Name == "Klaro.setup") && len(call.Args) > 0 {
			if c := literal.As[*literal.Object](call.Args[0]); isKlaro(c) {
				readKlaroConfig(o, c)
				found = true
			}
		}
	}
	return found
}

// isKlaro tells a configuration by its shape: a list of services that have names and purposes.
func isKlaro(c *literal.Object) bool {
	list := c.List("services")
	if list == nil {
		list = c.List("apps")
	}
	return slices.ContainsFunc(list, func(one any) bool {
		s := literal.As[*literal.Object](one)
		return s.Text("name") != "" && !c.Has("privacyPolicy") && (s.Has("purposes") || s.Has("cookies") || s.Has("required") || c.Has("elementID") || c.Has("translations"))
	})
}

var klaroOptions = map[string]string{
	"version": own, "elementID": own, "styling": own, "showDescriptionEmptyStore": own, "noAutoLoad": own, "htmlTexts": own, "embedded": own, "groupByPurpose": own,
	"autoFocus": own, "showNoticeTitle": own, "cookiePath": own, "acceptAll": own, "hideLearnMore": own, "disablePoweredBy": own, "poweredBy": own, "additionalClass": own,
	"hideToggleAll": own, "consentModal": own, "autoLoad": own, "testing": own, "hideDeclineAll": own, "fallbackLang": own, "disableNoticeHtml": own, "purposeOrder": own,
	"storageMethod": elsewhere, "cookieName": carried, "cookieExpiresAfterDays": carried, "cookieDomain": carried, "default": carried, "mustConsent": carried, "noticeAsModal": carried,
	"lang": carried, "translations": carried, "services": carried, "apps": carried, "privacyPolicy": carried,
	"callback": "It runs code at each choice. Listen to octroi:change in its place, on document.",
}

var klaroServiceOptions = map[string]string{
	"name": carried, "title": carried, "description": carried, "purposes": carried, "cookies": carried, "required": carried, "default": carried, "optOut": elsewhere, "translations": carried,
	"onlyOnce": own, "contextualConsentOnly": own, "vars": own, "styling": own,
	"callback":  "It runs code when this service's consent changes. Put what a yes does into a gated script, and the rest where octroi:change says so.",
	"onInit":    "It runs code before the service. Gated scripts run in order: put it into one before the service's.",
	"onAccept":  "It runs code once the service is allowed. Put it into a gated script.",
	"onDecline": "It runs code once the service is refused. Listen to octroi:change in its place.",
}

func readKlaroConfig(o *old, c *literal.Object) {
	o.options(c, "", klaroOptions)
	o.language, o.cookie, o.domain, o.days = c.Text("lang"), c.Text("cookieName"), c.Text("cookieDomain"), c.Number("cookieExpiresAfterDays")
	if c.True("mustConsent") || c.True("noticeAsModal") {
		o.layout = "dialog"
	}
	if c.True("mustConsent") {
		o.ask("mustConsent", "The page was shut until a choice. With \"layout\": \"dialog\", Octroi's dialog lies over the page, and the visitor can put it aside.")
	}
	if c.Text("storageMethod") == "localStorage" {
		o.ask("storageMethod", "Consents are kept in local storage, from where they are not taken over: visitors are asked once more.")
	}
	list := c.List("services")
	if list == nil {
		list = c.List("apps")
	}
	translations := c.Object("translations")
	languages := slices.DeleteFunc(slices.Clone(keysOf(translations)), func(l string) bool { return l == "zz" || l == "fallback" })
	if o.language == "" && len(languages) > 0 {
		o.language = languages[0]
		if slices.Contains(languages, "en") {
			o.language = "en"
		}
	}
	o.policy = texts{}
	for _, address := range []string{c.Text("privacyPolicy"), translations.Text("zz", "privacyPolicyUrl")} {
		o.policy.put("", address)
	}
	for _, language := range keysOf(c.Object("privacyPolicy")) {
		o.policy.put(language, c.Text("privacyPolicy", language))
	}
	for _, language := range languages {
		o.policy.put(language, translations.Text(language, "privacyPolicyUrl"))
		o.policy.put(language, translations.Text(language, "privacyPolicy", "url"))
		o.ownTexts(translations.Object(language, "consentModal"))
	}
	for _, one := range list {
		s := literal.As[*literal.Object](one)
		name := s.Text("name")
		if name == "" {
			o.ask("services", "A service has no name that can be read (%s).", short(one))
			continue
		}
		where := "services." + name
		o.options(s, where, klaroServiceOptions)
		purposes := s.List("purposes")
		purpose := ""
		if len(purposes) > 0 {
			purpose = literal.As[string](purposes[0])
		}
		if len(purposes) > 1 {
			o.ask(where+".purposes", "It has several purposes (%s). A service of Octroi's is in one category: the first was taken.", strings.Join(textsIn(purposes), ", "))
		}
		required := s.True("required")
		if !required && (s.True("default") || c.True("default") && !s.Has("default")) {
			o.ask(where+".default", "It was on before a choice. Octroi keeps it shut until a visitor agrees.")
		}
		if s.True("optOut") {
			o.ask(where+".optOut", "It ran before a choice. Octroi keeps it shut until a visitor agrees.")
		}
		service := o.service(name, purpose)
		service.names, service.required = []string{name}, required
		service.label.put("", s.Text("title"))
		service.purpose.put("", s.Text("description"))
		for _, language := range append([]string{"zz"}, languages...) {
			at := language
			if language == "zz" {
				at = ""
			}
			service.label.put(at, translations.Text(language, name, "title"))
			service.purpose.put(at, translations.Text(language, name, "description"))
			service.label.put(at, s.Text("translations", language, "title"))
			service.purpose.put(at, s.Text("translations", language, "description"))
		}
		for _, cookie := range s.List("cookies") {
			service.items = append(service.items, klaroCookie(o, cookie, where)...)
		}
		if purpose == "" {
			continue
		}
		category := o.category(purpose)
		for _, language := range append([]string{"zz"}, languages...) {
			at := language
			if language == "zz" {
				at = ""
			}
			switch text := translations.Get(language, "purposes", purpose).(type) {
			case string:
				category.label.put(at, text)
			case *literal.Object:
				category.label.put(at, text.Text("title"))
				category.text.put(at, text.Text("description"))
			}
		}
	}
}

func textsIn(list []any) (all []string) {
	for _, one := range list {
		if text := literal.As[string](one); text != "" {
			all = append(all, text)
		}
	}
	return all
}

// klaroCookie reads a name, [name, path, domain], or {pattern, path, domain, expiresAfter}.
func klaroCookie(o *old, v any, where string) []oldItem {
	name, path := v, ""
	life := ""
	switch v := v.(type) {
	case []any:
		if len(v) == 0 {
			return nil
		}
		name = v[0]
		if len(v) > 1 {
			path = literal.As[string](v[1])
		}
	case *literal.Object:
		name, path, life = v.Get("pattern"), v.Text("path"), v.Text("expiresAfter")
		if name == nil {
			name = v.Get("name")
		}
	}
	item, is := o.itemOf(name, where+".cookies")
	if !is {
		return nil
	}
	if path != "/" && strings.HasPrefix(path, "/") {
		item.path = path
	}
	if life != "" {
		o.live(&item, life, where+".cookies")
	}
	return []oldItem{item}
}

func klaroGate(_ *old, e *element) []string {
	name := e.attrs["data-name"]
	if name == "" {
		return nil
	}
	_, src := e.attrs["data-src"]
	_, srcset := e.attrs["data-srcset"]
	_, href := e.attrs["data-href"]
	if e.tag == "script" && e.attrs["type"] == "text/plain" || src || srcset || href {
		if e.attrs["type"] == "opt-in" {
			return nil
		}
		return []string{name}
	}
	return nil
}

func klaroPage(e *element) (line Line, is bool) {
	for _, attr := range []string{"onclick", "href"} {
		if strings.Contains(e.attrs[attr], "klaro.show(") {
			return Line{After: `<a href="#octroi">`, Note: "Opens the choices; data-octroi-open on a button does the same."}, true
		}
	}
	if e.attrs["data-type"] == "placeholder" && e.attrs["data-name"] != "" {
		return Line{Note: "Take it out: Octroi shows a stand-in of its own in the place of what is held."}, true
	}
	return line, false
}
