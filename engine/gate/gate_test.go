package gate

import (
	"path"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/octroi-consent/octroi/engine/config"
)

var shop = &config.Config{
	Name:       "octroi",
	Categories: []config.Category{{ID: "essential", Required: true}, {ID: "audience"}, {ID: "ads"}},
	Services: []config.Service{
		{ID: "basket", Category: 0, Cookies: []config.Item{{Name: "_gastronomy"}}},
		{ID: "ga", Category: 1, Cookies: []config.Item{{Name: "_ga*"}, {Name: "oc*"}}, Storage: []config.Item{{Name: "ga:*:id"}}},
		{ID: "pixel", Category: 2, Cookies: []config.Item{{Name: "_fbp"}, {Name: "_gads"}}},
	},
}

func TestDecide(t *testing.T) {
	open := []bool{true, true, false, true, true, false}
	for ids, want := range map[string]Verdict{
		"audience": Allow, "ga": Allow, " ga ": Allow, "essential": Allow, "basket": Allow,
		"ads": Hold, "pixel": Hold, "ga pixel": Hold, "pixel\tga": Hold,
		"": Unknown, "  ": Unknown, "nobody": Unknown, "ga nobody": Unknown, "nobody pixel": Unknown, "GA": Unknown,
	} {
		assert.Equal(t, want, Decide(shop, open, ids), "%q", ids)
	}
}

func TestErasableSparesTheEssential(t *testing.T) {
	names := []string{"_ga", "_ga_X", "_gastronomy", "_fbp", "_gads", "lang", "octroi"}
	some := []bool{true, true, false, true, true, false}
	assert.Equal(t, []string{"_fbp", "_gads"}, Erasable(shop, some, Cookies, names), "a name with two purposes needs both (R1.06)")
	none := []bool{true, false, false, true, false, false}
	assert.Equal(t, []string{"_ga", "_ga_X", "_fbp", "_gads"}, Erasable(shop, none, Cookies, names))
	assert.Equal(t, []string{"ga:1:id"}, Erasable(shop, none, Storage, []string{"ga:1:id", "ga:1", "_ga"}))
}

func TestMatch(t *testing.T) {
	for _, c := range []struct {
		pattern, name string
		want          bool
	}{
		{"_ga", "_ga", true}, {"_ga", "_gat", false}, {"_ga*", "_ga", true}, {"_ga_*", "_ga_ABC", true},
		{"*_id", "x_id", true}, {"*_id", "x_idx", false}, {"a*b*c", "aXbYbZc", true}, {"a*b*c", "acb", false},
		{"", "", true}, {"", "a", false}, {"**a", "bba", true},
	} {
		assert.Equal(t, c.want, Match(c.pattern, c.name), "%s %s", c.pattern, c.name)
	}
}

func FuzzMatch(f *testing.F) {
	f.Add("a*b*c", "aXbYc")
	f.Fuzz(func(t *testing.T, pattern, name string) {
		if strings.ContainsAny(pattern+name, "/[]?\\") || strings.ToValidUTF8(pattern+name, "") != pattern+name {
			return
		}
		want, err := path.Match(pattern, name)
		assert.NoError(t, err)
		assert.Equal(t, want, Match(pattern, name), "%q %q", pattern, name)
	})
}
