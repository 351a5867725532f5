package catalog

import (
	"bytes"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/octroi-consent/octroi/engine/calendar"
	"github.com/octroi-consent/octroi/engine/config"
	"github.com/octroi-consent/octroi/engine/gate"
)

func TestEveryFileIsWhole(t *testing.T) {
	names, err := fs.Glob(files, "*.json")
	require.NoError(t, err)
	for _, name := range names {
		b, err := files.ReadFile(name)
		require.NoError(t, err)
		strict := json.NewDecoder(bytes.NewReader(b))
		strict.DisallowUnknownFields()
		require.NoError(t, strict.Decode(new(File)), name)
		file, err := load(name)
		require.NoError(t, err)
		assert.Equal(t, name, file.Category+".json")
		assert.NotEmpty(t, file.Source, name)
		assert.NotEmpty(t, file.Licence, name)
		assert.NotEmpty(t, file.Purpose["en"], name)
		assert.NotEmpty(t, file.Purpose["fr"], name)
		assert.True(t, slices.IsSortedFunc(file.Services, func(a, b Service) int { return strings.Compare(a.ID, b.ID) }), "%s: in the order of ids", name)
	}
}

func TestEveryServiceIsTold(t *testing.T) {
	services, err := Load()
	require.NoError(t, err)
	assert.GreaterOrEqual(t, len(services), 150)
	ids := map[string]bool{}
	for _, s := range services {
		assert.False(t, ids[s.ID], "%s is there twice", s.ID)
		ids[s.ID] = true
		assert.Regexp(t, `^[a-z0-9][a-z0-9-]*$`, s.ID)
		assert.Regexp(t, `^[A-Z]{2}$`, s.Country, s.ID)
		assert.NotEmpty(t, s.Name, s.ID)
		assert.NotEmpty(t, s.Provider, s.ID)
		assert.Regexp(t, `^https://[^\s]+$`, s.Policy, s.ID)
		assert.NotEmpty(t, s.URLs, s.ID)
		for _, u := range s.URLs {
			assert.Regexp(t, `^(\*\.)?([a-z0-9-]+\.)+[a-z]{2,}(/[^\s]*)?$`, u, s.ID)
		}
		seen := map[string]bool{}
		for _, c := range s.Cookies {
			assert.False(t, seen[c.Name], "%s: %s is there twice", s.ID, c.Name)
			seen[c.Name] = true
			if c.Life != "" {
				span, ok := calendar.ParseSpan(c.Life)
				assert.True(t, ok && span.WithinMax(), "%s: %s: %s", s.ID, c.Name, c.Life)
			}
			if c.Published != "" {
				span, ok := calendar.ParseSpan(c.Published)
				assert.True(t, ok && !span.WithinMax(), "%s: %s: %s", s.ID, c.Name, c.Published)
			}
		}
	}
}

// declared makes a declaration of services.
func declared(t *testing.T, services ...Service) *config.Config {
	t.Helper()
	var list []any
	for i := range services {
		list = append(list, services[i].Declare("other"))
	}
	b, err := json.Marshal(map[string]any{
		"site":       map[string]string{"name": "Shop", "controller": "Shop SAS", "contact": "mailto:a@shop.example"},
		"policy":     map[string]string{"url": "/cookies", "revision": "1"},
		"categories": []any{map[string]any{"id": "essential", "required": true, "label": "E", "text": "E"}, map[string]any{"id": "other", "label": "O", "text": "O"}},
		"services":   list,
	})
	require.NoError(t, err)
	c, faults := config.Parse(string(b))
	for i := range faults {
		t.Error(faults[i].String())
	}
	return c
}

func TestEveryServiceCanBeDeclared(t *testing.T) {
	services, err := Load()
	require.NoError(t, err)
	declared(t, services...)
}

// What stands for a player offers to play it.
func TestPlayersPlay(t *testing.T) {
	services, err := Load()
	require.NoError(t, err)
	c := declared(t, services...)
	plays := map[string]bool{}
	for i := range c.Services {
		plays[c.Services[i].ID] = c.Services[i].Plays
	}
	for _, player := range []string{"youtube", "vimeo", "dailymotion", "twitch", "wistia", "spotify", "soundcloud", "deezer"} {
		assert.True(t, plays[player], player)
	}
	for _, other := range []string{"google-maps", "google-analytics", "instagram", "google-recaptcha"} {
		assert.Contains(t, plays, other)
		assert.False(t, plays[other], other)
	}
}

// An address belongs to the service that has it, and to no other.
func TestAddressesAreToldApart(t *testing.T) {
	services, err := Load()
	require.NoError(t, err)
	c := declared(t, services...)
	x := gate.NewIndex(c)
	for _, s := range services {
		for _, pattern := range s.URLs {
			address := "https://" + strings.NewReplacer("*.", "any.", "*", "any").Replace(pattern)
			if !strings.Contains(pattern, "/") {
				address += "/"
			}
			u := gate.ParseURL(address)
			var found []string
			for _, f := range x.Find(&u, false) {
				found = append(found, c.Services[f.Service].ID)
			}
			assert.Equal(t, []string{s.ID}, slices.Compact(found), address)
		}
	}
}

func TestKnownTagsAreKnown(t *testing.T) {
	services, err := Load()
	require.NoError(t, err)
	c := declared(t, services...)
	x := gate.NewIndex(c)
	for address, want := range map[string]string{
		"https://www.googletagmanager.com/gtag/js?id=G-1":        "google-analytics",
		"https://www.googletagmanager.com/gtm.js?id=GTM-1":       "google-tag-manager",
		"https://region1.google-analytics.com/g/collect?v=2":     "google-analytics",
		"https://connect.facebook.net/en_US/fbevents.js":         "meta-pixel",
		"https://www.facebook.com/tr?id=1&ev=PageView":           "meta-pixel",
		"https://www.facebook.com/plugins/like.php?href=x":       "facebook",
		"https://static.hotjar.com/c/hotjar-1.js?sv=6":           "hotjar",
		"https://bat.bing.com/bat.js":                            "microsoft-uet",
		"https://www.youtube-nocookie.com/embed/x":               "youtube",
		"https://www.google.com/maps/embed?pb=1":                 "google-maps",
		"https://maps.googleapis.com/maps/api/js?key=k":          "google-maps",
		"https://snap.licdn.com/li.lms-analytics/insight.min.js": "linkedin-insight",
		"https://www.google.com/recaptcha/api.js":                "google-recaptcha",
		"https://shop.matomo.cloud/matomo.php?idsite=1":          "matomo-cloud",
		"https://www.google.com/search?q=x":                      "",
		"https://shop.example/googletagmanager.com/gtag/js":      "",
		"https://www.googletagmanager.com.evil.example/gtag/js":  "",
	} {
		u := gate.ParseURL(address)
		got := ""
		for _, f := range x.Find(&u, false) {
			got = c.Services[f.Service].ID
		}
		assert.Equal(t, want, got, address)
	}
	for name, want := range map[string]string{"_ga": "google-analytics", "_ga_X1": "google-analytics", "_fbp": "meta-pixel", "_hjSessionUser_1": "hotjar", "_gcl_au": "google-ads", "_clck": "microsoft-clarity", "_ttp": "tiktok-pixel"} {
		var owners []string
		for _, s := range services {
			for _, k := range s.Cookies {
				if k.Domain == "" && gate.Match(k.Name, name) {
					owners = append(owners, s.ID)
				}
			}
		}
		assert.Contains(t, owners, want, name)
	}
}

// What real tags ask for and set, as it was measured, is known.
func TestMeasuredTagsAreKnown(t *testing.T) {
	b, err := os.ReadFile(filepath.Join("..", "..", "shared", "oracles", "snippets", "measured.json"))
	if errors.Is(err, fs.ErrNotExist) {
		t.Skip("the oracles beside the repository are not there")
	}
	require.NoError(t, err)
	var pages map[string]struct {
		Requests []struct{ URL string }
		Cookies  []struct{ Name string }
	}
	require.NoError(t, json.Unmarshal(b, &pages))
	services, err := Load()
	require.NoError(t, err)
	x := gate.NewIndex(declared(t, services...))
	for page, p := range pages {
		if page == "matomo" || page == "first-party-inline" {
			continue // on a host of the site's choosing
		}
		for _, r := range p.Requests {
			u := gate.ParseURL(r.URL)
			assert.NotEmpty(t, x.Find(&u, false), "%s: %s", page, r.URL)
		}
		for _, c := range p.Cookies {
			known := slices.ContainsFunc(services, func(s Service) bool {
				return slices.ContainsFunc(s.Cookies, func(k Cookie) bool { return k.Domain == "" && gate.Match(k.Name, c.Name) })
			})
			assert.True(t, known, "%s: %s", page, c.Name)
		}
	}
}

func TestNoTextIsMarkup(t *testing.T) {
	services, err := Load()
	require.NoError(t, err)
	markup := regexp.MustCompile(`[<>]`)
	for _, s := range services {
		assert.NotRegexp(t, markup, s.Name+s.Provider+strings.Join(s.URLs, "")+s.Policy, s.ID)
	}
}

// Known services are declared with what is usual below their hosts.
func TestNoServiceIsHintedAt(t *testing.T) {
	services, err := Load()
	require.NoError(t, err)
	for _, s := range services {
		for _, hint := range declared(t, s).Hints() {
			t.Error(s.ID, hint.String())
		}
	}
}
