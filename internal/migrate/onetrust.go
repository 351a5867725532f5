package migrate

import (
	"regexp"
	"strings"
)

// oneTrust is OneTrust's cookie consent: https://www.onetrust.com. Its configuration is on its
// maker's servers; a page tells its own names for categories.
var oneTrust = manager{
	name: "onetrust", title: "OneTrust",
	loader: []string{"otsdkstub.js", "otautoblock.js", "cdn.cookielaw.org", "optanon.blob.core.windows.net"},
	gate: func(_ *old, e *element) []string {
		found := optanon.FindStringSubmatch(e.attrs["class"])
		_, src := e.attrs["data-src"]
		if found == nil || !(e.tag == "script" && e.attrs["type"] == "text/plain" || src) {
			return nil
		}
		return strings.Split(found[1], "-")
	},
	page:     oneTrustPage,
	standard: map[string]string{"C0001": "essential", "C0002": "statistics", "C0003": "preferences", "C0004": "marketing", "C0005": "social"},
}

var optanon = regexp.MustCompile(`optanon-category-(\S+)`)

func oneTrustPage(e *element) (line Line, is bool) {
	switch id := e.attrs["id"]; {
	case id == "ot-sdk-cookie-policy" || id == "optanon-cookie-policy":
		return Line{After: "<div data-octroi-declaration></div>", Note: "Becomes the cookie policy."}, true
	case id == "ot-sdk-btn" || strings.Contains(e.attrs["class"], "ot-sdk-show-settings") || strings.Contains(e.attrs["class"], "optanon-show-settings"):
		return Line{After: `<a href="#octroi">`, Note: "Opens the choices; data-octroi-open on a button does the same."}, true
	}
	for _, attr := range []string{"onclick", "href"} {
		if value := e.attrs[attr]; strings.Contains(value, "OneTrust.ToggleInfoDisplay") || strings.Contains(value, "Optanon.ToggleInfoDisplay") {
			return Line{After: `<a href="#octroi">`, Note: "Opens the choices; data-octroi-open on a button does the same."}, true
		}
	}
	return line, false
}
