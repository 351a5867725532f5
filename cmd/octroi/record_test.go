package main

import (
	"encoding/json"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/octroi-consent/octroi/engine"
)

// films has two categories that visitors are asked about, the second for three months.
var films = strings.NewReplacer(`"text": "A"}`, `"text": "A"}, {"id": "films", "label": "F", "text": "F", "renewAfter": "3 months"}`, `"youtube": "audience"`, `"youtube": "films"`).Replace(base)

// onPage is how a page of the engine's stands that a visitor opens with a record: another way to
// read it than octroi read's.
func onPage(t *testing.T, file string, r *minted, at string) (granted []string, asked map[string]string) {
	t.Helper()
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	found := check(text)
	require.Empty(t, found.faults)
	now, err := instant(at, 0)
	require.NoError(t, err)
	v := &visitor{now: now, cookie: r.Name + "=" + r.Value, mirror: r.Storage}
	v.tell(engine.Start, string(found.text), "", "", "1", "en", "en", "en", "{}", "")
	effects := v.engine.Handle(engine.Event{Kind: engine.State, Now: now})
	require.Len(t, effects, 1)
	var state struct {
		Categories map[string]struct {
			Granted bool
			Ask     string
		}
		Services map[string]bool
	}
	require.NoError(t, json.Unmarshal([]byte(effects[0].Args[0]), &state))
	asked = map[string]string{}
	for id, c := range state.Categories {
		if c.Granted {
			granted = append(granted, id)
		}
		if c.Ask != "" {
			asked[id] = c.Ask
		}
	}
	for id, is := range state.Services {
		if is {
			granted = append(granted, id)
		}
	}
	return granted, asked
}

func TestRecords(t *testing.T) {
	file := written(t, films)[0]
	const at = "2026-11-27T10:00:00Z"
	all := []string{"essential", "audience", "films", "hotjar", "google-analytics", "youtube"}
	for options, c := range map[string]struct {
		granted []string
		due     []string
	}{
		"--all":                             {all, nil},
		"--none":                            {[]string{"essential"}, nil},
		"--grant films":                     {[]string{"essential", "films", "youtube"}, nil},
		"--grant hotjar":                    {[]string{"essential", "hotjar"}, nil},
		"--grant hotjar,films":              {[]string{"essential", "hotjar", "films", "youtube"}, nil},
		"--visit films":                     {[]string{"essential", "films", "youtube"}, nil},
		"--all --visit films":               {all, nil},
		"--all --expired":                   {[]string{"essential"}, []string{"audience", "films"}},
		"--none --expired":                  {[]string{"essential"}, []string{"audience", "films"}},
		"--grant audience --grant youtube ": {all, nil},
	} {
		out, errs, code := octroi(append([]string{"record", file, "--at", at, "--json"}, strings.Fields(options)...)...)
		require.Zero(t, code, "%s: %s", options, errs)
		var r minted
		require.NoError(t, json.Unmarshal([]byte(out), &r), options)
		assert.ElementsMatch(t, c.granted, r.State.Granted, options)
		assert.ElementsMatch(t, c.due, r.State.Due, options)
		assert.Equal(t, strings.Contains(options, "expired"), r.State.Expired, options)

		granted, asked := onPage(t, file, &r, at)
		assert.ElementsMatch(t, c.granted, granted, "%s: as a page has it", options)
		for _, id := range c.due {
			assert.Equal(t, "expired", asked[id], options)
		}
		assert.Len(t, asked, len(c.due), options)

		line, _, code := octroi(append([]string{"record", file, "--at", at}, strings.Fields(options)...)...)
		require.Zero(t, code)
		assert.Equal(t, r.Name+"="+r.Value+"\n", line, "%s: the same time gives the same record", options)
		for _, cookie := range []string{strings.TrimSpace(line), r.Value, "a=b; " + line, "Cookie: x=y; " + line, r.Storage} {
			out, errs, code := octroi("read", file, cookie, "--at", at, "--json")
			require.Zero(t, code, "%s: %s", cookie, errs)
			var read standing
			require.NoError(t, json.Unmarshal([]byte(out), &read))
			assert.Equal(t, *r.State, read, "%s: %s", options, cookie)
		}
	}
}

func TestARecordsCookie(t *testing.T) {
	file := written(t, strings.Replace(base, `"name": "Shop"`, `"name": "Shop", "domain": "shop.example"`, 1))[0]
	out, errs, code := octroi("record", file, "--all", "--json")
	require.Zero(t, code, errs)
	var r minted
	require.NoError(t, json.Unmarshal([]byte(out), &r))
	assert.Equal(t, "octroi", r.Name)
	assert.Equal(t, "shop.example", r.Domain)
	assert.True(t, r.Secure)
	assert.InDelta(t, 13*30.5*24*3600, r.MaxAge, 10*24*3600, "13 months")
	assert.InDelta(t, time.Now().UnixMilli()+r.MaxAge*1000, r.Expires, 60_000)
	assert.Contains(t, r.Header, "; Domain=shop.example")
	assert.Contains(t, r.Header, "octroi="+r.Value+"; Max-Age=")
}

func TestWhatIsNoRecord(t *testing.T) {
	file := written(t, films)[0]
	for options, want := range map[string]string{
		"":                      "what has the visitor chosen? write --all",
		"--all --none":          "--all, --none and --grant: one of them",
		"--grant film":          "film is no category or service of the declaration (did you mean films?)",
		"--visit youtub":        "youtub is no category or service of the declaration (did you mean youtube?)",
		"--grant essential":     "essential is essential: it is always granted",
		"--all --at yesterday":  "--at yesterday: no time; write one as 2026-11-27",
		"--all --at 1999-01-01": "--at 1999-01-01: records begin in 2020",
		"--nnoe":                `unknown flag --nnoe, did you mean "--none"?`,
	} {
		out, errs, code := octroi(append([]string{"record", file}, strings.Fields(options)...)...)
		assert.Equal(t, 2, code, options)
		assert.Empty(t, out, options)
		assert.Contains(t, errs, want, options)
	}
	_, errs, code := octroi("record", written(t, strings.NewReplacer(`, {"id": "audience", "label": "A", "text": "A"}`, "", `{"google-analytics": "audience", "youtube": "audience", "hotjar": "audience"}`, `{}`, `"category": "audience", "name"`, `"category": "essential", "name"`).Replace(base))[0], "--all")
	assert.Equal(t, 2, code)
	assert.Contains(t, errs, "no category that visitors are asked about")

	line, _, _ := octroi("record", file, "--all", "--at", "2026-11-27")
	line = strings.TrimSpace(line)
	for name, c := range map[string]struct{ cookie, at, want string }{
		"damaged":   {line[:len(line)-1] + "!", "2026-11-28", "damaged"},
		"cut":       {line[:len(line)-9], "2026-11-28", "damaged"},
		"another":   {"octroi=", "2026-11-28", "damaged"},
		"too early": {line, "2026-11-20", "in the future"},
		"too late":  {line, "2028-01-01", "older than 13 months"},
	} {
		out, _, code := octroi("read", file, c.cookie, "--at", c.at)
		assert.Equal(t, 1, code, name)
		assert.Contains(t, out, "no record: it ", name)
		assert.Contains(t, out, c.want, name)
	}
}

// A change of the declaration shows in an earlier record.
func TestReadTellsWhyVisitorsAreAsked(t *testing.T) {
	file := written(t, films)[0]
	line, _, _ := octroi("record", file, "--all", "--at", "2026-11-27")
	for name, c := range map[string]struct{ old, new, want string }{
		"a revision": {`"revision": "1"`, `"revision": "2"`, "audience            not granted  is asked again: the policy has another revision"},
		"a provider": {`"provider": "P"`, `"provider": "Q"`, "audience            not granted  is asked again: a service has another provider or purpose\n  hotjar            not granted  \n  google-analytics  granted"},
		"a service":  {`"hotjar": "audience"}`, `"hotjar": "audience", "vimeo": "films"}`, "films               not granted  is asked again: a service is new\n  vimeo             not granted  \n  youtube           granted"},
	} {
		require.Contains(t, films, c.old, name)
		changed := written(t, strings.Replace(films, c.old, c.new, 1))[0]
		out, errs, code := octroi("read", changed, line, "--at", "2026-11-28")
		assert.Zero(t, code, "%s: %s", name, errs)
		assert.Contains(t, out, c.want, name)
	}
}
