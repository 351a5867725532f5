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
		ids, _, verdict := Access(c, x, open, &u, false)
		assert.Equal(t, want, answer{ids, verdict}, "%q", address)
	}
	for address, want := range map[string]answer{
		"https://shop.example/":       {"", Allow},
		"https://shop.example/basket": {"basket", Allow},
		"https://shop.example/ads/1":  {"pixel", Allow},
	} {
		u := ParseURL(address)
		ids, _, verdict := Access(c, x, open, &u, true)
		assert.Equal(t, want, answer{ids, verdict}, "%q", address)
	}
	u := ParseURL("https://shop.example/ads/1")
	_, rule, verdict := Access(c, x, []bool{true, false, true, false, false}, &u, true)
	assert.Equal(t, Hold, verdict, "the site's own, where it is declared")
	assert.Equal(t, "/ads/", rule)
}
