package gate

import (
	"path"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/octroi-consent/octroi/engine/calendar"
	"github.com/octroi-consent/octroi/engine/config"
)

var (
	year = calendar.Span{Months: 12}
	week = calendar.Span{Seconds: 7 * 86400}
)

func keeps(cookies []config.Item, storage ...config.Item) [config.Areas][]config.Item {
	return [config.Areas][]config.Item{cookies, storage}
}

var shop = &config.Config{
	Name: "octroi", Max: calendar.Max,
	Categories: []config.Category{{ID: "essential", Required: true}, {ID: "audience"}, {ID: "ads"}},
	Services: []config.Service{
		{ID: "basket", Category: 0, Items: keeps([]config.Item{{Name: "_gastronomy", Life: year, RenewSilently: true}})},
		{ID: "ga", Category: 1, Items: keeps([]config.Item{{Name: "_ga*", Life: year, RenewSilently: true}, {Name: "oc*", Life: year}}, config.Item{Name: "ga:*:id", Life: year})},
		{ID: "pixel", Category: 2, Items: keeps([]config.Item{{Name: "_fbp"}, {Name: "_gads", Life: week}})},
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

func TestRuleOfAName(t *testing.T) {
	all := []bool{true, true, true, true, true, true}
	some := []bool{true, true, false, true, true, false}
	none := []bool{true, false, false, true, false, false}
	shut := func(open []bool) (names []string) {
		for _, name := range []string{"_ga", "_ga_X", "_gastronomy", "_fbp", "_gads", "lang"} {
			if !Of(shop, open, config.Cookies, name).Open {
				names = append(names, name)
			}
		}
		return names
	}
	assert.Empty(t, shut(all))
	assert.Equal(t, []string{"_fbp", "_gads"}, shut(some), "a name with two purposes needs both (R1.06)")
	assert.Equal(t, []string{"_ga", "_ga_X", "_fbp", "_gads"}, shut(none), "and the essential is spared")
	for name, want := range map[string]Rule{
		"_ga":         {Category: 1, Open: true, Life: year, RenewSilently: true},
		"_gads":       {Category: 2, Open: true, Life: week},
		"_fbp":        {Category: 2, Open: true},
		"_gastronomy": {Category: 1, Open: true, Life: year, RenewSilently: true},
		"lang":        {Category: -1, Open: true, Life: calendar.Max, RenewSilently: true, Item: "unknown"},
		"octroi":      {Own: true, Category: 1, Open: true, Life: year},
	} {
		assert.Equal(t, want, Of(shop, all, config.Cookies, name), name)
	}
	assert.Equal(t, 1, Of(shop, all, config.Storage, "ga:1:id").Category)
	assert.Equal(t, -1, Of(shop, all, config.Cookies, "ga:1:id").Category)
	block := *shop
	block.Block = true
	assert.False(t, Of(&block, all, config.Cookies, "lang").Open)
	assert.True(t, Of(&block, all, config.Cookies, "_ga").Open)
}

func TestTheWorkerIsOwn(t *testing.T) {
	with := *shop
	with.Worker.File, with.Block = "/octroi.worker.js", true
	own := func(c *config.Config, area config.Area, name string) bool {
		return Of(c, make(config.Grants, 6), area, name).Own
	}
	assert.True(t, own(&with, config.Workers, "/octroi.worker.js"))
	assert.True(t, own(&with, config.Caches, "octroi"))
	assert.True(t, own(&with, config.Cookies, "octroi"))
	assert.False(t, own(&with, config.Workers, "/own.js"))
	assert.False(t, own(&with, config.Databases, "octroi"))
	assert.False(t, own(shop, config.Caches, "octroi"), "without a worker it is another's")
}

func TestMatch(t *testing.T) {
	for _, c := range []struct {
		pattern, name string
		want          bool
	}{
		{pattern: "_ga", name: "_ga", want: true}, {pattern: "_ga", name: "_gat"}, {pattern: "_ga*", name: "_ga", want: true}, {pattern: "_ga_*", name: "_ga_ABC", want: true},
		{pattern: "*_id", name: "x_id", want: true}, {pattern: "*_id", name: "x_idx"}, {pattern: "a*b*c", name: "aXbYbZc", want: true}, {pattern: "a*b*c", name: "acb"},
		{want: true}, {name: "a"}, {pattern: "**a", name: "bba", want: true},
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
