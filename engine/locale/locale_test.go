package locale

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/octroi-consent/octroi/engine/calendar"
)

func TestChoose(t *testing.T) { // R1.21
	for _, c := range []struct{ wanted, have, want string }{
		{wanted: "fr en", have: "en fr", want: "fr"},
		{wanted: "fr-CA", have: "en fr", want: "fr"},
		{wanted: "FR-ca", have: "en fr", want: "fr"},
		{wanted: "zh-Hant-TW en", have: "en zh-Hant", want: "zh-Hant"},
		{wanted: "no", have: "en nb", want: "nb"}, {wanted: "nn-NO", have: "en nb", want: "nb"}, {wanted: "iw", have: "he en", want: "he"},
		{wanted: "zh", have: "en zh-Hans zh-Hant", want: "zh-Hans"}, {wanted: "zh-CN", have: "en zh-Hans zh-Hant", want: "zh-Hans"}, {wanted: "zh-tw", have: "en zh-Hans zh-Hant", want: "zh-Hant"}, {wanted: "zh-Hant-HK", have: "en zh-Hans zh-Hant", want: "zh-Hant"}, {wanted: "zh-HK", have: "en zh-Hans zh-Hant", want: "zh-Hant"},
		{wanted: "pt-BR", have: "en pt", want: "pt"},
		{wanted: "de", have: "en fr", want: "en"},
		{have: "en fr", want: "en"},
		{wanted: "de fr", have: "en fr", want: "fr"},
		{wanted: "e", have: "en", want: "en"},
		{wanted: "fr_FR", have: "en fr", want: "fr"}, {wanted: "fr_FR.UTF-8", have: "en fr", want: "fr"}, {wanted: "zh_Hant_TW", have: "en zh-Hans zh-Hant", want: "zh-Hant"}, {wanted: "zh_TW", have: "en zh-Hans zh-Hant", want: "zh-Hant"},
	} {
		got, _ := Choose(c.wanted, c.have, "en")
		assert.Equal(t, c.want, got, c.wanted)
	}
}

// Dates are the region's, where the page names one.
func TestRegion(t *testing.T) {
	for wanted, want := range map[string]string{
		"en-GB": "en-GB", "en_GB": "en-GB", "en": "en", "de-AT en": "de-AT", "xx-GB de-CH": "de-CH", "zh-Hant-TW": "zh-Hant-TW", "zh_TW": "zh-Hant-TW", "es-419": "es-419",
		"fr-u-ca-gregory": "fr", "nn-NO": "nb-NO", "xx-GB": "en", "": "en", "sr-Latn-RS pt-BR": "pt-BR", "fr-": "fr", "fr--FR": "fr-FR",
	} {
		_, tag := Choose(wanted, "de en es fr nb pt zh-Hans zh-Hant", "en")
		assert.Equal(t, want, tag, wanted)
	}
}

func TestTexts(t *testing.T) {
	en, ok := Parse("en", `{"session":"until you leave","months":"{n} month|{n} months","days":"{n} day|{n} days",
		"hours":"{n} hour|{n} hours","minutes":"{n} minute|{n} minutes","seconds":"{n} second|{n} seconds"}`)
	assert.True(t, ok)
	for life, want := range map[string]string{
		"session": "until you leave", "13 months": "13 months", "1 year": "12 months", "1 month": "1 month",
		"30 days": "30 days", "2 weeks": "14 days", "24 hours": "1 day", "1 hour": "1 hour", "90 minutes": "90 minutes", "61 seconds": "61 seconds",
	} {
		span, _ := calendar.ParseSpan(life)
		assert.Equal(t, want, en.Span(span), life)
	}
	assert.Equal(t, "missing", en.Get("missing"))
	fr, _ := Parse("fr", `{"days":"{n} jour|{n} jours"}`)
	assert.Equal(t, "0 jour", fr.Count("days", 0))
	assert.Equal(t, "0 days", en.Count("days", 0))
	_, ok = Parse("en", `[`)
	assert.False(t, ok)
}

func TestFill(t *testing.T) {
	assert.Equal(t, "a 1 b 1", Fill("a {n} b {n}", "{n}", "1"))
	assert.Equal(t, "{n}", Fill("{n}", "{n}", "{n}"), "what is filled in is not filled again")
}
