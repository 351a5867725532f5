package config

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// everything is a declaration with each key at least once, and what its parts ask of each other.
const everything = `{
	"$schema": "config.schema.json", "name": "choice", "language": "en", "unknown": "block", "enforce": "refusal", "onWithdraw": "ask", "ui": "octroi", "layout": "bar", "tab": true, "debug": false,
	"theme": {"name": "neutral", "scheme": "auto", "light": {"ink": "#000000", "paper": "#ffffff", "soft": "#000000", "line": "#000000", "accent": "#000000", "onAccent": "#ffffff"},
		"dark": {"ink": "#ffffff", "paper": "#000000", "soft": "#ffffff", "line": "#ffffff", "accent": "#ffffff", "onAccent": "#000000"}},
	"lifetimes": {"max": "13 months", "onEnd": "ask"}, "sessionIdle": "30 minutes", "erase": {"endpoint": "/erase"}, "worker": {"file": "/octroi.worker.js", "scope": "/"}, "receipts": {"endpoint": "/consent"},
	"inherit": [{"from": "klaro", "ids": {"a": "ads"}, "cookie": "klaro", "life": "120 days"}],
	"app": {"origins": ["https://www.shop.example"], "hash": true, "keys": {"k": "ads"}},
	"signals": [{"vendor": "v", "types": {"consent": "ads"}, "granted": [["call", "v.in", null]]}],
	"site": {"name": "Shop", "domain": "shop.example", "controller": "Shop SAS", "contact": "mailto:a@shop.example", "authority": {"name": "CNIL", "url": "https://www.cnil.fr/"}},
	"policy": {"url": "/cookies", "revision": "1", "updated": "2026-11-23"},
	"categories": [
		{"id": "essential", "label": "Essential", "text": "T", "required": true, "life": "1 month"},
		{"id": "ads", "label": {"en": "Ads"}, "text": "T", "gpc": "ask", "renewAfter": "30 days", "life": "1 month", "onEnd": "ask"}
	],
	"services": [
		{"id": "basket", "category": "essential", "name": "B", "provider": "Shop SAS", "purpose": "P", "policy": "/cookies", "urls": ["/basket"]},
		{"id": "pixel", "category": "ads", "name": "P", "provider": "X", "purpose": "P", "purposeId": "p", "policy": "https://x.example/", "urls": ["x.example"], "inline": ["pixel("], "poster": "/p.png", "life": "1 month", "onEnd": "ask",
			"cookies": [{"name": "_x", "life": "1 month", "onEnd": "ask", "path": "/a", "domain": "x.example", "httpOnly": true}],
			"storage": [{"name": "x", "life": "1 month", "onEnd": "ask"}], "databases": [{"name": "x", "life": "1 month", "onEnd": "ask"}],
			"caches": [{"name": "x", "life": "1 month", "onEnd": "ask"}], "workers": [{"name": "/sw.js", "life": "1 month", "onEnd": "ask"}]}
	]}`

// editors are the schema as editors read it.
func editors(t *testing.T) *jsonschema.Schema {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "web", "config.schema.json"))
	require.NoError(t, err)
	schema, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	require.NoError(t, err)
	c := jsonschema.NewCompiler()
	require.NoError(t, c.AddResource("config.schema.json", schema))
	compiled, err := c.Compile("config.schema.json")
	require.NoError(t, err)
	return compiled
}

// Without a member a declaration is right or wrong to the engine, to editors and to the README
// alike.
func TestAllAgreeOnWhatIsRequired(t *testing.T) {
	schema := editors(t)
	var root map[string]any
	require.NoError(t, json.Unmarshal([]byte(everything), &root))
	// judge reports whether the engine and editors take the declaration as it now is.
	judge := func(what string) bool {
		t.Helper()
		text, err := json.Marshal(root)
		require.NoError(t, err)
		value, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
		require.NoError(t, err)
		_, faults := Parse(string(text))
		wrong := schema.Validate(value)
		assert.Equal(t, faults == nil, wrong == nil, "%s: the engine: %v; editors: %v", what, faults, wrong)
		return faults == nil
	}
	require.True(t, judge("the whole"))
	var required []string
	tried := 0
	var without func(v any, path, name string)
	without = func(v any, path, name string) {
		switch v := v.(type) {
		case []any:
			for i, item := range v {
				without(item, path+"["+strconv.Itoa(i)+"]", name+"[]")
			}
		case map[string]any:
			for key, item := range v {
				// What else needs it is not about the member itself.
				if at := path + "." + key; at != "$.unknown" {
					delete(v, key)
					tried++
					if !judge(at) && !slices.Contains(required, name+"."+key) {
						required = append(required, name+"."+key)
					}
					v[key] = item
				}
				without(item, path+"."+key, name+"."+key)
			}
		}
	}
	without(root, "$", "$")
	require.Greater(t, tried, 80)
	// A text has one language at least, one category is essential, and octroi build writes signals out.
	required = slices.DeleteFunc(required, func(key string) bool {
		return key == "$.categories[].label.en" || key == "$.categories[].required" || strings.HasPrefix(key, "$.signals")
	})

	readme, err := os.ReadFile(filepath.Join("..", "..", "docs", "declaration.md"))
	require.NoError(t, err)
	_, sentence, found := strings.Cut(string(readme), "These have to be there: ")
	require.True(t, found)
	sentence, _, _ = strings.Cut(sentence, "\n")
	var told []string
	for _, key := range regexp.MustCompile("`([^`]+)`").FindAllStringSubmatch(sentence, -1) {
		told = append(told, "$."+key[1])
	}
	// An object is there as soon as what it has to have is.
	required = slices.DeleteFunc(required, func(key string) bool {
		return slices.ContainsFunc(required, func(inner string) bool {
			return strings.HasPrefix(inner, key+".") || strings.HasPrefix(inner, key+"[]")
		})
	})
	assert.ElementsMatch(t, required, told)
}

// What has just what has to be there is right to all.
func TestTheLeastDeclarationIsRight(t *testing.T) {
	schema := editors(t)
	for name, text := range map[string]string{
		"least": `{"site": {"name": "S", "controller": "S", "contact": "/c"}, "policy": {"url": "/p", "revision": "1"}, "categories": [{"id": "essential", "label": "E", "text": "T", "required": true}]}`,
		"an essential service without a policy": `{"site": {"name": "S", "controller": "S", "contact": "/c"}, "policy": {"url": "/p", "revision": "1"}, "categories": [{"id": "needed", "label": "E", "text": "T", "required": true}],
			"services": [{"id": "basket", "category": "needed", "name": "B", "provider": "S", "purpose": "P"}]}`,
		"the tests' own": right,
	} {
		_, faults := Parse(text)
		assert.Empty(t, faults, name)
		value, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
		require.NoError(t, err)
		assert.NoError(t, schema.Validate(value), name)
	}
}
