package vendors

import "github.com/octroi-consent/octroi/engine/jsontext"

// didomi is Didomi's native kit, which hands its consents to a page.
var didomi = Vendor{Name: "didomi", Kit: "didomiConfig", Unwrap: didomiUnwrap, Time: didomiTime, Answer: didomiAnswer}

// didomiUnwrap reads {"user": {"externalConsent": {"value": "…"}}}.
func didomiUnwrap(v *jsontext.Value) (*jsontext.Value, bool) {
	v = v.Get("user").Get("externalConsent").Get("value")
	if v == nil || v.Kind != jsontext.String {
		return v, true
	}
	within, err := jsontext.Parse(v.Text)
	return within, err == nil
}

func didomiTime(v *jsontext.Value) int64 {
	return timeAt(v, "updated", "created")
}

// didomiAnswer reads two lists, of what was enabled and disabled; a name in both is denied.
func didomiAnswer(v *jsontext.Value, name string) (granted, known bool) {
	enabled, disabled := false, false
	for _, kind := range [...]string{"purposes", "vendors"} {
		enabled = enabled || listed(v.Get(kind).Get("enabled"), name)
		disabled = disabled || listed(v.Get(kind).Get("disabled"), name)
	}
	return enabled && !disabled, enabled || disabled
}
