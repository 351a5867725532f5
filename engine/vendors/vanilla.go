package vendors

import (
	"github.com/octroi-consent/octroi/engine/ascii"
	"github.com/octroi-consent/octroi/engine/jsontext"
)

// vanilla is vanilla-cookieconsent 3.1: https://cookieconsent.orestbida.com.
var vanilla = Vendor{Name: "vanilla-cookieconsent", Cookie: "cc_cookie", Days: 182, Time: vanillaTime, Answer: vanillaAnswer}

func vanillaTime(v *jsontext.Value) int64 {
	return timeAt(v, "lastConsentTimestamp", "consentTimestamp")
}

// vanillaAnswer reads the names of what was granted; a service stands behind its category's.
func vanillaAnswer(v *jsontext.Value, name string) (granted, known bool) {
	list := v.Get("categories")
	first, second, deep := ascii.Cut(name, "/")
	if deep {
		list, name = v.Get("services").Get(first), second
	}
	return listed(list, name), list != nil && list.Kind == jsontext.Array
}
