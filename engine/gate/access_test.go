package gate

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/octroi-consent/octroi/engine/config"
)

func TestAccess(t *testing.T) {
	c := &config.Config{
		Categories: []config.Category{{ID: "essential", Required: true}, {ID: "ads"}},
		Services: []config.Service{
			{ID: "basket", URLs: []string{"/basket"}},
			{ID: "pixel", Category: 1, URLs: []string{"*.ads.example", "cdn.example/ads/", "/ads/"}},
			{ID: "share", Category: 1, URLs: []string{"cdn.example/ads/"}},
		},
	}
	x := NewIndex(c)
	open := []bool{true, false, true, true, false}
	type answer struct {
		ids     string
		verdict Verdict
	}
	for address, want := range map[string]answer{
		"https://a.ads.example/":     {"pixel", Allow},
		"https://cdn.example/ads/1":  {"share pixel", Hold},
		"https://cdn.example/other":  {"", Unknown},
		"https://shop.example/ads/1": {"", Unknown},
		"data:,x":                    {"", Allow},
		"blob:null/1":                {"", Allow},
		"":                           {"", Unknown},
		"stun:a.ads.example:3478":    {"pixel", Allow},
		"turns:relay.example?x":      {"", Unknown},
		"about:blank":                {"", Allow},
		"\x00://\xff":                {"", Unknown},
		"javascript:void 0":          {"", Allow},
	} {
		u := ParseURL(address)
		f := Access(c, x, open, &u, false)
		assert.Equal(t, want, answer{f.IDs, f.Verdict}, "%q", address)
	}
	for address, want := range map[string]answer{
		"https://shop.example/":       {"", Allow},
		"https://shop.example/basket": {"basket", Allow},
		"https://shop.example/ads/1":  {"pixel", Allow},
	} {
		u := ParseURL(address)
		f := Access(c, x, open, &u, true)
		assert.Equal(t, want, answer{f.IDs, f.Verdict}, "%q", address)
	}
	u := ParseURL("https://shop.example/ads/1")
	assert.Equal(t, Finding{"pixel", "/ads/", Hold}, Access(c, x, []bool{true, false, true, false, false}, &u, true), "the site's own, where it is declared")
}

func TestInline(t *testing.T) {
	c := &config.Config{
		Categories: []config.Category{{ID: "ads"}},
		Services:   []config.Service{{ID: "pixel", Inline: []string{"fbq(", "_fbq"}}, {ID: "print", Inline: []string{"finger"}}},
	}
	open := []bool{false, false, true}
	assert.Equal(t, Finding{"pixel", "fbq(", Hold}, Inline(c, open, "a();fbq('init');_fbq"))
	assert.Equal(t, Finding{"print", "finger", Allow}, Inline(c, open, "finger"))
	assert.Equal(t, Finding{"pixel print", "finger", Hold}, Inline(c, open, "finger(_fbq)"))
	for _, text := range []string{"", "fbq", "inger", "let a = 1"} {
		assert.Equal(t, Finding{Verdict: Allow}, Inline(c, open, text), text)
	}
}
