package migrate

import (
	"encoding/json"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/octroi-consent/octroi/engine/config"
	"github.com/octroi-consent/octroi/engine/gate"
	"github.com/octroi-consent/octroi/internal/audit/inquiry"
	"github.com/octroi-consent/octroi/internal/declaration"
)

var update = flag.Bool("update", false, "write the golden files anew, to be looked at")

// granting is what a visitor has open who has granted some categories.
func granting(c *config.Config, ids ...string) []bool {
	open := make([]bool, len(c.Categories)+len(c.Services))
	for i := range c.Categories {
		open[i] = c.Categories[i].Required || slices.Contains(ids, c.Categories[i].ID)
	}
	for i := range c.Services {
		open[len(c.Categories)+i] = open[c.Services[i].Category]
	}
	return open
}

func files(t *testing.T, names ...string) (list []File) {
	t.Helper()
	for _, name := range names {
		text, err := os.ReadFile(filepath.Join("testdata", name))
		require.NoError(t, err)
		list = append(list, File{Name: name, Text: text, Open: func(beside string) ([]byte, error) {
			return os.ReadFile(filepath.Join("testdata", beside))
		}})
	}
	return list
}

// sources are configurations and pages as sites have them, and what their manager held.
var sources = []struct {
	name    string
	files   []string
	from    string
	held    map[string]string // by the manager's names: the category whose grant opens their tags
	open    []string          // names of what was always on
	cookies map[string]string // names that were erased on a refusal: the same
	free    []string          // names that were always there
	calls   map[string]string // addresses that its tags loaded: the same
	asked   []string          // parts of what is asked
	not     []string          // parts of what must not be asked
	lines   map[int]string    // by line: what is written in its place; "works"
}{
	{
		name: "vanilla3", files: []string{"vanilla3.js", "vanilla3.html"}, from: "vanilla-cookieconsent",
		held:    map[string]string{"analytics": "analytics", "analytics/ga": "analytics", "analytics/stats": "analytics", "ads": "ads", "social": "social"},
		open:    []string{"necessary"},
		cookies: map[string]string{"_ga": "analytics", "_ga_G1": "analytics", "_gid": "analytics", "lys_visit": "analytics", "lys_first_seen": "analytics", "lys_last_seen": "analytics", "_fbp": "ads", "_gcl_au": "ads"},
		calls: map[string]string{"https://www.googletagmanager.com/gtag/js?id=G-ABC": "analytics", "https://count.lysandre-stats.example/c.js": "analytics",
			"https://connect.facebook.net/en_US/fbevents.js": "ads", "https://tags.adnet.example/t.js": "ads"},
		asked: []string{"onFirstConsent: ", "onConsent: ", "cookie.expiresAfterDays: ", "categories.ads.enabled: ", "autoClear.reloadPage: ", "services.ga.onAccept: ", "_ga was told to last “2 years”",
			"language.translations.de: ", "gtag('consent', …)", "site.controller: ", "“Our own statistics”", "A script runs on a refusal (“!ads”)"},
		not:   []string{"onReject", "“2 ans”"},
		lines: map[int]string{6: "", 7: "", 8: "works", 9: "works", 15: "works", 16: "works", 20: "works", 21: "", 24: `<a href="#octroi">`},
	},
	{
		name: "vanilla2", files: []string{"vanilla2.html"}, from: "vanilla-cookieconsent",
		held: map[string]string{"analytics": "analytics", "targeting": "targeting"}, open: []string{"necessary"},
		cookies: map[string]string{"_ga": "analytics", "_gat": "analytics", "_gid": "analytics", "jardin_ab": "analytics"}, free: []string{"PHPSESSID"},
		calls: map[string]string{"https://www.google-analytics.com/analytics.js": "analytics", "https://analytics.tiktok.com/i18n/pixel/events.js": "targeting"},
		asked: []string{"not taken over", "jardin_ab lasts is told as “Persistant”", "Whose are these cookies: jardin_ab?"},
		lines: map[int]string{
			6:  `<script type="text/plain" data-category="analytics" src="https://www.google-analytics.com/analytics.js" defer>`,
			7:  `<script type="text/plain" data-category="targeting">`,
			12: `<a href="#octroi">`, 13: `<script src="/octroi/octroi.js"></script>`, 14: ""},
	},
	{
		name: "klaro", files: []string{"klaro.js", "klaro.html"}, from: "klaro",
		held: map[string]string{"matomo": "analytics", "youtube": "videos", "heat": "analytics", "turnstile": "security", "chat": "livechat-purpose"}, open: []string{"session"},
		cookies: map[string]string{"_pk_id.1": "analytics", "piwik_ignore": "analytics", "_hjid": "analytics", "_hjSessionX": "analytics"}, free: []string{"werkstatt_sid"},
		calls: map[string]string{"https://matomo.werkstatt.example/matomo.php": "analytics", "https://static.hotjar.com/c/hotjar-1.js": "analytics", "https://www.youtube-nocookie.com/embed/abc": "videos",
			"https://chat.werkstatt-partner.example/w.js": "livechat-purpose"},
		asked: []string{"callback: ", "services.matomo.default: ", "services.youtube.purposes: ", "services.chat.optOut: ", "Cloudflare Turnstile was always on", "“Matomo/Piwik”"},
		not:   []string{"services.matomo.callback"},
		lines: map[int]string{7: "", 8: `<script src="/octroi/octroi.js"></script>`, 9: "works", 17: "works", 18: "works", 21: "works", 22: `<a href="#octroi">`},
	},
	{
		name: "orejime3", files: []string{"orejime3.html"}, from: "orejime",
		held: map[string]string{"google-analytics": "mesure", "eulerian": "mesure", "youtube": "youtube-purpose", "carte": "carte"}, open: []string{"technique"},
		cookies: map[string]string{"_ga": "mesure", "_gat_x": "mesure", "_gac_1": "mesure", "_gid": "mesure", "_ga_X": "mesure", "etuix": "mesure"}, free: []string{"mairie_session"},
		calls: map[string]string{"https://www.googletagmanager.com/gtag/js?id=G-1": "mesure", "https://www.youtube.com/embed/xyz": "youtube-purpose", "https://plan.ville-carto.example/": "carte"},
		asked: []string{"cookie.stringify: ", "forceModal: ", "'_dyn_' + location.hostname", "eulerian.default", "purposes.carte.isExempt"},
		lines: map[int]string{6: "", 7: "", 30: `<script src="/octroi/octroi.js"></script>`, 33: "works", 39: "works", 42: "works", 43: `<a href="#octroi">`},
	},
	{
		name: "orejime2", files: []string{"orejime2.html"}, from: "orejime",
		held: map[string]string{"google-tag-manager": "tags", "inline-tracker": "analytics"}, open: []string{"always-on"},
		cookies: map[string]string{"_ga": "tags", "_gat": "tags", "_gid": "tags", "inline-tracker": "analytics"}, free: []string{"on"},
		calls: map[string]string{"https://www.googletagmanager.com/gtm.js?id=1": "tags", "https://inline.tracker.example/t.js": "analytics"},
		asked: []string{"mustConsent: ", "apps.google-tag-manager: It was on", "apps.inline-tracker.purposes", "“Always on”"},
		lines: map[int]string{6: "", 33: `<script src="/octroi/octroi.js"></script>`, 34: "works", 37: "works", 40: `<iframe data-octroi="google-tag-manager" data-src="https://www.googletagmanager.com/ns.html?id=GTM-X">`},
	},
	{
		name: "tarteaucitron", files: []string{"tarteaucitron.html"}, from: "tarteaucitron",
		held:    map[string]string{"gtag": "statistics", "matomohightrack": "statistics", "youtube": "video", "facebookpixel": "marketing", "googlemaps": "functions", "boutiquechat": "support", "nosuchservice": "other"},
		cookies: map[string]string{"_ga": "statistics", "_fbp": "marketing", "bchat_id": "support", "bchat_seen": "support"},
		calls: map[string]string{"https://www.googletagmanager.com/gtag/js?id=G-1": "statistics", "https://stats.boutique.example/matomo.js": "statistics", "https://www.youtube.com/embed/x": "video",
			"https://chat.boutique-aide.example/w.js": "support"},
		asked: []string{"handleBrowserDNTRequest: ", "someNewOption: This option is not known", "job “nosuchservice”", "tarteaucitron.user.gtagMore", "signals.google", "visitors are asked once more"},
		not:   []string{"job “boutiquechat”"},
		lines: map[int]string{6: `<script src="/octroi/octroi.js"></script> <script src="/octroi/octroi.inherit.js"></script>`, 7: "",
			33: `<iframe data-octroi="youtube" data-src="https://www.youtube-nocookie.com/embed/AbC-123" width="560" height="315"></iframe>`, 34: "", 35: `<a href="#octroi">`, 36: "works", 41: "works", 46: "works"},
	},
	{
		name: "cookiebot", files: []string{"cookiebot.html"}, from: "cookiebot",
		held: map[string]string{"statistics": "statistics", "marketing": "marketing"}, open: []string{"necessary"},
		calls: map[string]string{"https://www.google-analytics.com/analytics.js": "statistics", "https://tags.kaffee-werbung.example/t.js": "statistics", "https://www.youtube.com/embed/abc": "marketing"},
		asked: []string{"cookiebot.html:6: Cookiebot held by itself", "CookiebotOnAccept", "policy.url: ", "visitors are asked once more"},
		lines: map[int]string{6: `<script src="/octroi/octroi.js"></script>`, 7: "works", 10: "works", 11: "works", 17: "works", 18: "", 19: "<div data-octroi-declaration></div>", 20: `<a href="#octroi">`},
	},
	{
		name: "onetrust", files: []string{"onetrust.html"}, from: "onetrust",
		held: map[string]string{"C0002": "statistics", "C0004": "marketing", "C0005": "social", "SSPD_BG": "SSPD-BG"}, open: []string{"C0001"},
		calls: map[string]string{"https://static.hotjar.com/c/hotjar-9.js": "statistics", "https://www.googletagmanager.com/gtm.js?id=GTM-1": "statistics", "https://www.facebook.com/plugins/page.php": "social", "https://sspd.example/x.js": "SSPD-BG"},
		asked: []string{"“SSPD_BG”", "onetrust.html:6: OneTrust held by itself", "categories.SSPD-BG.text"},
		not:   []string{"OptanonWrapper"},
		lines: map[int]string{6: `<script src="/octroi/octroi.js"></script>`, 7: "", 11: "works", 12: "works", 13: "works", 14: "works", 17: "works", 18: `<a href="#octroi">`, 19: "<div data-octroi-declaration></div>"},
	},
}

// What the other manager held is held by the declaration, and opens with the category that it
// was held for.
func TestWhatWasHeldIsHeld(t *testing.T) {
	for _, source := range sources {
		t.Run(source.name, func(t *testing.T) {
			r, err := Read(files(t, source.files...))
			require.NoError(t, err)
			assert.Equal(t, []string{source.from}, r.Managers)
			text, err := declaration.Write(r.Declaration)
			require.NoError(t, err)
			c, faults := config.Parse(expanded(t, text))
			require.Empty(t, faults)

			index := gate.NewIndex(c)
			undecided := granting(c)
			inherit := c.Inherit[0]
			assert.Equal(t, source.from, inherit.From)
			id := func(name string) string {
				at := slices.Index(inherit.Names, name)
				require.GreaterOrEqual(t, at, 0, "%s is mapped", name)
				return inherit.IDs[at]
			}
			for name, category := range source.held {
				assert.Equal(t, gate.Hold, gate.Decide(c, undecided, id(name)), name)
				assert.Equal(t, gate.Allow, gate.Decide(c, granting(c, category), id(name)), "%s, granted", name)
			}
			for _, name := range source.open {
				assert.Equal(t, gate.Allow, gate.Decide(c, undecided, id(name)), name)
			}
			assert.Len(t, inherit.Names, len(source.held)+len(source.open))
			for name, category := range source.cookies {
				assert.False(t, gate.Of(c, undecided, config.Cookies, name).Open, name)
				assert.True(t, gate.Of(c, granting(c, category), config.Cookies, name).Open, "%s, granted", name)
				assert.GreaterOrEqual(t, gate.Of(c, undecided, config.Cookies, name).Category, 0, name)
			}
			for _, name := range source.free {
				rule := gate.Of(c, undecided, config.Cookies, name)
				assert.True(t, rule.Open && rule.Category >= 0, name)
			}
			for address, category := range source.calls {
				u := gate.ParseURL(address)
				assert.Equal(t, gate.Hold, gate.Access(c, index, undecided, &u, false).Verdict, address)
				assert.Equal(t, gate.Allow, gate.Access(c, index, granting(c, category), &u, false).Verdict, "%s, granted", address)
			}

			var questions []string
			for _, q := range r.Questions {
				questions = append(questions, q.String())
			}
			all := strings.Join(questions, "\n")
			for _, part := range source.asked {
				assert.Contains(t, all, part)
			}
			for _, part := range source.not {
				assert.NotContains(t, all, part)
			}
			for _, line := range r.Lines {
				want, expected := source.lines[line.Line]
				if !strings.HasSuffix(line.File, ".html") || !assert.True(t, expected, "line %d: %s", line.Line, line.Before) {
					continue
				}
				if line.Works {
					assert.Equal(t, "works", want, "line %d", line.Line)
				} else {
					assert.Equal(t, want, line.After, "line %d", line.Line)
				}
			}
			assert.Len(t, r.Lines, len(source.lines))
			golden(t, filepath.Join("testdata", source.name+".golden.json"), string(text))
		})
	}
}

// expanded is a declaration without its signals, which only the command writes out.
func expanded(t *testing.T, text []byte) string {
	t.Helper()
	var d map[string]any
	require.NoError(t, json.Unmarshal(text, &d))
	delete(d, "signals")
	b, err := json.Marshal(d)
	require.NoError(t, err)
	return string(b)
}

func golden(t *testing.T, path, text string) {
	t.Helper()
	if *update {
		require.NoError(t, os.WriteFile(path, []byte(text), 0o666))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Equal(t, string(want), text, "go test ./internal/migrate -update writes it anew")
}

func TestWhatIsInNoFile(t *testing.T) {
	_, err := Read([]File{{Name: "a.html", Text: []byte(`<!doctype html><script src="/a.js"></script><script>var a = 1</script>`)}, {Name: "b.js", Text: []byte(`run({})`)}})
	assert.ErrorIs(t, err, ErrNothing)
	_, err = Read([]File{{Name: "klaro.js", Text: []byte("var klaroConfig = {\n services: [\n")}})
	assert.ErrorContains(t, err, "klaro.js: ")
	_, err = Read([]File{{Name: "a.html", Text: []byte("<p>\n<script>var klaroConfig = { services: [</script>")}})
	assert.ErrorContains(t, err, "a.html: line 2: ")
	_, err = Read([]File{{Name: "c.json", Text: []byte("{")}})
	assert.EqualError(t, err, "c.json: not JSON")
	assert.False(t, errors.Is(err, ErrNothing))
}

// Markup whose configuration was not given is held all the same, and asked about.
func TestMarkupAlone(t *testing.T) {
	r, err := Read([]File{{Name: "a.html", Text: []byte(`<script type="text/plain" data-name="stats" data-src="https://stats.example/a.js"></script>
<template data-purpose="film"><iframe src="https://www.youtube.com/embed/1"></iframe></template>`)}})
	require.NoError(t, err)
	assert.Equal(t, []string{"klaro", "orejime"}, r.Managers)
	text, err := declaration.Write(r.Declaration)
	require.NoError(t, err)
	c, faults := config.Parse(string(text))
	require.Empty(t, faults)
	for i := range c.Inherit {
		for _, id := range c.Inherit[i].IDs {
			assert.Equal(t, gate.Hold, gate.Decide(c, granting(c), id), id)
		}
	}
	assert.Len(t, c.Inherit, 2)
}

func TestNamesOfRegularExpressions(t *testing.T) {
	for source, want := range map[string][]string{
		`^_ga`: {"_ga*"}, `^_ga$`: {"_ga"}, `_ga`: {"*_ga*"}, `^_pk_.*$`: {"_pk_*"}, `^_ga(_[A-Z0-9]+)?$`: {"_ga_*", "_ga"}, `^(_ga|_gid)$`: {"_ga", "_gid"},
		`^_hj.+Session\d{4}`: {"_hj*Session*"}, `^a[bc]d$`: {"a*d"}, `^.*$`: nil, `^\w+$`: nil, `^(?!_ga)`: nil, `^x`: nil, `(`: nil, `^a\.b$`: {"a.b"}, `^_g(a|id|at_\d+)$`: {"_ga", "_gid", "_gat_*"},
	} {
		assert.Equal(t, want, patterns(source), source)
	}
}

func TestLivesAsPeopleWriteThem(t *testing.T) {
	for text, want := range map[string]string{
		"2 years": "13 months!", "13 mois": "13 months", "14 Monate": "13 months!", "1 jour": "1 day", "90 days": "90 days", "24h": "24 hours", "Session": "session", "fin de session": "session",
		"30 seconds": "1 minute", "90 sec": "1 minute", "1 an": "1 year", "400 days": "13 months!", "": "", "Persistent": "", "10 <b>Minuten</b>": "10 minutes", "2 Wochen": "2 weeks", "1 año": "1 year", "0 days": "",
	} {
		life, capped := lifeOf(text)
		if capped {
			life += "!"
		}
		assert.Equal(t, want, life, text)
	}
}

// Every service of tarteaucitron's that is known stands in the catalogue, and each type is a kind
// of category.
func TestTableOfTarteaucitron(t *testing.T) {
	known, err := inquiry.Recognise()
	require.NoError(t, err)
	assert.Greater(t, len(tarteaucitronServices()), 200)
	for key, s := range tarteaucitronServices() {
		assert.NotEmpty(t, s.Name, key)
		assert.True(t, s.Type == "google" || tarteaucitron.standard[s.Type] != "", "%s: %s", key, s.Type)
		assert.True(t, s.Known == "" || known.Service(s.Known) != nil, "%s: %s", key, s.Known)
	}
	for name, id := range aliases {
		assert.NotNil(t, known.Service(id), name)
		assert.Equal(t, name, alike(name))
	}
	for kind := range declaration.Standards {
		assert.NotEmpty(t, declaration.Standards[kind].Text["en"], kind)
	}
}

func FuzzRead(f *testing.F) {
	for _, source := range sources {
		for _, name := range source.files {
			text, err := os.ReadFile(filepath.Join("testdata", name))
			if err != nil {
				f.Fatal(err)
			}
			f.Add(name, string(text))
		}
	}
	f.Fuzz(func(t *testing.T, name, text string) {
		r, err := Read([]File{{Name: name, Text: []byte(text)}})
		if err != nil {
			return
		}
		written, err := declaration.Write(r.Declaration)
		if err != nil {
			t.Fatal(err)
		}
		if _, faults := config.Parse(expanded(t, written)); len(faults) > 0 {
			t.Fatalf("%v\n%s", faults, written)
		}
	})
}
