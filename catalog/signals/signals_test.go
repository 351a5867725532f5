package signals

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/octroi-consent/octroi/engine"
	"github.com/octroi-consent/octroi/engine/config"
)

// shop is a declaration with signals in it.
func shop(signals any) string {
	told, err := json.Marshal(signals)
	if err != nil {
		panic(err)
	}
	return `{"site": {"name": "Shop", "controller": "Shop SAS", "contact": "mailto:p@shop.example"}, "policy": {"url": "/c", "revision": "1"}, "signals": ` + string(told) + `,
		"categories": [{"id": "essential", "label": "E", "text": "N.", "required": true}, {"id": "yes", "label": "Y", "text": "Y."}],
		"services": [{"id": "tool", "category": "yes", "name": "T", "provider": "P", "purpose": "P.", "policy": "/t"}]}`
}

// whole maps all that a preset knows.
func whole(p *Preset) map[string]any {
	all := map[string]any{}
	for name := range p.Types {
		if name == "*" {
			name = "Analytics"
		}
		all[name] = "yes"
	}
	return all
}

// page is what an engine has vendors told, by what happens on the page.
type page struct {
	engine engine.Engine
	now    int64
	cookie string
}

func (p *page) send(kind engine.EventKind, args ...string) (told []string) {
	queue := p.engine.Handle(engine.Event{Kind: kind, Now: p.now, Args: args})
	for len(queue) > 0 {
		effect := queue[0]
		queue = queue[1:]
		switch effect.Kind {
		case engine.Signal:
			told = append(told, effect.Args[2])
		case engine.Read:
			queue = append(queue, p.engine.Handle(engine.Event{Kind: engine.StoresRead, Now: p.now, Args: []string{p.cookie, "", "start", "", fmt.Sprint(p.now), "1", ""}})...)
		case engine.Store:
			p.cookie, _, _ = strings.Cut(effect.Args[1], ";")
		}
	}
	return told
}

// states are what a vendor is told before a choice, by a grant, and by a refusal.
func states(t *testing.T, declaration string) (before, granted, denied []string) {
	t.Helper()
	begin := func() (*page, []string) {
		p := &page{now: 1_780_000_000_000}
		return p, p.send(engine.Start, declaration, "shop.example", "", "1", "en", "en", "en", `{}`, "")
	}
	p, before := begin()
	granted = p.send(engine.Act, p.cookie, "", "accept", "", "", "")
	p, _ = begin()
	denied = p.send(engine.Act, p.cookie, "", "refuse", "", "", "")
	return before, granted, denied
}

// shown writes calls as a page's script would have them.
func shown(t *testing.T, told []string) string {
	var lines []string
	for _, calls := range told {
		var list [][3]json.RawMessage
		require.NoError(t, json.Unmarshal([]byte(calls), &list))
		for _, call := range list {
			var op, target string
			require.NoError(t, json.Unmarshal(call[0], &op))
			require.NoError(t, json.Unmarshal(call[1], &target))
			args := strings.TrimSuffix(strings.TrimPrefix(string(call[2]), "["), "]")
			line := map[string]string{
				"arguments": target + ".push(arguments of (" + args + "))", "flat": target + ".push(" + args + ")", "array": target + ".push([" + args + "])",
				"stub": target + "(" + args + ")", "call": target + "(" + args + ")", "set": target + " = " + args, "event": "event " + target,
			}[op]
			require.NotEmpty(t, line, op)
			lines = append(lines, "`"+line+"`")
		}
	}
	if lines == nil {
		return "–"
	}
	return strings.Join(lines, "<br>")
}

// Each preset makes what the engine takes, denies before a choice, and says something else of
// a grant than of a refusal. docs/signals.md shows what.
func TestPresets(t *testing.T) {
	presets, err := Load()
	require.NoError(t, err)
	var table strings.Builder
	for _, name := range slices.Sorted(maps.Keys(presets)) {
		p := presets[name]
		assert.NotEmpty(t, p.Name, name)
		assert.NotEmpty(t, p.Source, name)
		expanded, err := Expand(map[string]any{name: whole(p)}, nil)
		require.NoError(t, err)
		require.Empty(t, expanded.Faults, name)
		declaration := shop(expanded.List)
		_, faults := config.Parse(declaration)
		require.Empty(t, faults, name)
		before, granted, denied := states(t, declaration)
		for _, calls := range before {
			assert.NotContains(t, calls, `"granted"`, name)
		}
		assert.NotEqual(t, granted, denied, name)
		fmt.Fprintf(&table, "| `%s` | %s | %s | %s | %s |\n", name, p.Name, shown(t, before), shown(t, granted), shown(t, denied))
	}
	page, err := os.ReadFile("../../docs/signals.md")
	require.NoError(t, err)
	assert.Contains(t, string(page), table.String(), "docs/signals.md has this table of what is called")
}

func TestExpand(t *testing.T) {
	ads := []any{map[string]any{"id": "gtag", "category": "yes", "urls": []any{"https://www.googletagmanager.com/gtag/js"}}}
	four := `"analytics_storage": "yes", "ad_storage": "yes", "ad_user_data": "yes", "ad_personalization": "yes"`
	for name, row := range map[string]struct {
		signals  string
		services []any
		fault    string // "" for none
		hint     string
		writes   []string // parts of what is written out
	}{
		"the short form": {signals: `{"google": "yes"}`, services: ads, writes: []string{
			`["arguments","dataLayer","consent","default",{"ad_personalization":"$ad_personalization","ad_storage":"$ad_storage","ad_user_data":"$ad_user_data","analytics_storage":"$analytics_storage"}]`,
			`["flat","dataLayer",{"event":"octroi_consent"}]`, `"ad_storage":"yes"`}},
		"two data layers": {signals: `{"google": {` + four + `, "dataLayer": ["one", "two"]}}`, services: ads, writes: []string{`["arguments","one","consent","default"`, `["arguments","two","consent","update"`}},
		"options": {signals: `{"google": {` + four + `, "waitForUpdate": 500, "adsDataRedaction": true, "region": ["FR", "US-CA"], "mode": "advanced"}}`, hint: "before anybody has agreed, which the law",
			writes: []string{`"wait_for_update":500`, `"region":["FR","US-CA"]`, `["arguments","dataLayer","set","ads_data_redaction",true]`}},
		"what is not given is left out":      {signals: `{"google": {` + four + `}}`, services: ads, writes: []string{`"ad_user_data":"$ad_user_data"`}},
		"all of several":                     {signals: `{"meta": {"consent": ["yes", "tool"]}}`, hint: "no service has connect.facebook.net", writes: []string{`"consent":"yes tool"`}},
		"essential":                          {signals: `{"google": {` + four + `, "security_storage": true}}`, services: ads, writes: []string{`"security_storage":true`}},
		"not essential":                      {signals: `{"google": {"ad_storage": true}}`, fault: "$.signals.google.ad_storage: not essential"},
		"one of four":                        {signals: `{"google": {"ad_storage": "yes"}}`, services: ads, hint: "analytics_storage is not mapped, and is told as denied", writes: []string{`"analytics_storage":false`}},
		"an unknown vendor":                  {signals: `{"googel": "yes"}`, fault: "$.signals.googel: not known (did you mean google?)"},
		"an unknown type":                    {signals: `{"google": {"adStorage": "yes"}}`, fault: "$.signals.google.adStorage: not known (did you mean ad_storage?)"},
		"nothing mapped":                     {signals: `{"wordpress": {}}`, fault: "$.signals.wordpress: nothing is mapped"},
		"no mapping":                         {signals: `{"google": 1}`, fault: "$.signals.google: no mapping"},
		"a region without a reason":          {signals: `{"google": {` + four + `, "region": ["FR"]}}`, services: ads, fault: "$.signals.google.region: elsewhere"},
		"no region":                          {signals: `{"google": {` + four + `, "region": ["France"], "mode": "advanced"}}`, fault: "$.signals.google.region: not what is wanted here"},
		"no name":                            {signals: `{"google": {` + four + `, "dataLayer": "a.b"}}`, fault: "$.signals.google.dataLayer: not what is wanted here"},
		"no time":                            {signals: `{"google": {` + four + `, "waitForUpdate": "500"}}`, fault: "$.signals.google.waitForUpdate: not what is wanted here"},
		"no mode":                            {signals: `{"google": {` + four + `, "mode": "on"}}`, fault: "$.signals.google.mode: not what is wanted here"},
		"links that carry":                   {signals: `{"google": {` + four + `, "urlPassthrough": true}}`, services: ads, hint: "carries click identifiers"},
		"gated and told apart":               {signals: `{"google": {"ad_storage": "essential"}}`, services: ads, fault: `$.signals.google: gtag is gated by "yes" (services[0]), which is told as nothing`},
		"gated by nobody":                    {signals: `{"google": {` + four + `}}`, hint: "no service has www.googletagmanager.com"},
		"custom":                             {signals: `{"custom": [{"vendor": "x"}]}`, writes: []string{`{"vendor":"x"}`}},
		"custom that is no list":             {signals: `{"custom": {}}`, fault: "$.signals.custom: not a list"},
		"a site's own types":                 {signals: `{"segment": {"Advertising": "yes"}}`, hint: "no service has cdn.segment.com", writes: []string{`{"Advertising":"$Advertising"}`, `"code":true`}},
		"types that the site has to name":    {signals: `{"segment": "yes"}`, fault: "$.signals.segment: the vendor has no kinds of consent of its own"},
		"one vendor in two parts":            {signals: `{"microsoft": {"ad_storage": "yes", "analytics_storage": "tool"}}`, hint: "bat.bing.com or www.clarity.ms", writes: []string{`"vendor":"microsoft-uet"`, `"vendor":"clarity"`, `{"ad_Storage":"$ad_storage","analytics_Storage":"$analytics_storage"}`}},
		"a call for each type":               {signals: `{"wordpress": {"marketing": "yes", "statistics": "tool"}}`, writes: []string{`["call","wp_set_consent","marketing","$marketing"]`, `["call","wp_set_consent","statistics","$statistics"]`}},
		"cookies alone":                      {signals: `{"matomo": {"consent": "yes", "cookiesOnly": true}}`, writes: []string{`"default":[["array","_paq","requireCookieConsent"]]`}},
		"a note of the owner's own is right": {signals: `{"$comment": "x", "matomo": "yes"}`, writes: []string{`requireConsent`}},
	} {
		t.Run(strings.ReplaceAll(name, " ", "_"), func(t *testing.T) {
			var declared map[string]any
			require.NoError(t, json.Unmarshal([]byte(row.signals), &declared))
			e, err := Expand(declared, row.services)
			require.NoError(t, err)
			if row.fault != "" {
				require.NotEmpty(t, e.Faults)
				assert.Contains(t, e.Faults[0].String(), row.fault)
				return
			}
			assert.Empty(t, e.Faults)
			if row.hint == "" {
				assert.Empty(t, e.Hints)
			} else {
				assert.Condition(t, func() bool {
					return slices.ContainsFunc(e.Hints, func(f config.Fault) bool { return strings.Contains(f.String(), row.hint) })
				}, e.Hints)
			}
			list, err := json.Marshal(e.List)
			require.NoError(t, err)
			for _, part := range row.writes {
				assert.Contains(t, string(list), part)
			}
			assert.NotContains(t, string(list), `"$waitForUpdate"`)
			assert.NotContains(t, string(list), `"$region"`)
		})
	}
}

// What the engine finds in what was written out is told where the owner wrote it.
func TestHome(t *testing.T) {
	e, err := Expand(map[string]any{"custom": []any{map[string]any{}, map[string]any{}}, "matomo": "nobody"}, nil)
	require.NoError(t, err)
	assert.Equal(t, "$.signals.custom[1].update[0][1]", e.Home("$.signals[1].update[0][1]"))
	assert.Equal(t, "$.signals.matomo.consent", e.Home("$.signals[2].types.consent"))
	assert.Equal(t, "$.services[1]", e.Home("$.services[1]"))
}
