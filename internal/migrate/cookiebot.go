package migrate

import "strings"

// cookiebot is Cookiebot: https://www.cookiebot.com. Its configuration is on its maker's servers;
// a page tells its own names for categories.
var cookiebot = manager{
	name: "cookiebot", title: "Cookiebot",
	loader: []string{"consent.cookiebot.com", "consent.cookiebot.eu", "consentcdn.cookiebot.com"},
	gate: func(_ *old, e *element) []string {
		names := strings.FieldsFunc(strings.ToLower(e.attrs["data-cookieconsent"]), func(r rune) bool { return r == ',' || r == ' ' || r == '\t' || r == '\n' })
		_, blocked := e.attrs["data-cookieblock-src"]
		if e.tag == "script" && e.attrs["type"] == "text/plain" || blocked {
			return names
		}
		return nil
	},
	page:     cookiebotPage,
	standard: map[string]string{"necessary": "essential", "preferences": "preferences", "statistics": "statistics", "marketing": "marketing"},
}

func cookiebotPage(e *element) (line Line, is bool) {
	src := strings.ToLower(e.attrs["src"])
	switch {
	case e.tag == "script" && (e.attrs["id"] == "CookieDeclaration" || strings.Contains(src, "cookiebot") && strings.HasSuffix(src, "/cd.js")):
		return Line{After: "<div data-octroi-declaration></div>", Note: "Becomes the cookie policy."}, true
	case strings.Contains(e.attrs["data-cookieconsent"], "ignore"):
		return Line{Works: true, Note: "Cookiebot was told to leave it alone. Octroi holds it if a service declares its address."}, true
	}
	for _, attr := range []string{"onclick", "href"} {
		if value := e.attrs[attr]; strings.Contains(value, "Cookiebot.renew") || strings.Contains(value, "Cookiebot.show") || strings.Contains(value, "CookieConsent.renew") {
			return Line{After: `<a href="#octroi">`, Note: "Opens the choices; data-octroi-open on a button does the same."}, true
		}
	}
	for class := range strings.FieldsSeq(e.attrs["class"]) {
		if strings.HasPrefix(class, "cookieconsent-optout-") || strings.HasPrefix(class, "cookieconsent-optin-") {
			return Line{Note: "Cookiebot showed this by the visitor's choice. Octroi shows a stand-in in the place of what is held; for a text of your own, look at octroi.allows(id)."}, true
		}
	}
	return line, false
}
