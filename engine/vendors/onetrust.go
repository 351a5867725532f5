package vendors

import (
	"github.com/octroi-consent/octroi/engine/ascii"
	"github.com/octroi-consent/octroi/engine/jsontext"
)

// oneTrust is OneTrust's native kit, which hands its consents to a page.
var oneTrust = Vendor{Name: "onetrust", Kit: "OTExternalConsent", Time: oneTrustTime, Answer: oneTrustAnswer}

func oneTrustTime(v *jsontext.Value) int64 {
	return timeAt(v, "consentedDate", "")
}

// oneTrustAnswer reads "C0001:1,C0002:0".
func oneTrustAnswer(v *jsontext.Value, name string) (granted, known bool) {
	groups := v.Get("groups")
	if groups == nil {
		return false, false
	}
	for rest := groups.Text; rest != ""; {
		var one string
		one, rest, _ = ascii.Cut(rest, ",")
		if id, answer, found := ascii.Cut(one, ":"); found && id == name {
			return answer == "1", answer == "1" || answer == "0"
		}
	}
	return false, false
}
