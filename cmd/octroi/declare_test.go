package main

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/octroi-consent/octroi/engine/config"
	"github.com/octroi-consent/octroi/internal/octroijson"
)

const base = `{
	"site": {"name": "Shop", "controller": "Shop SAS", "contact": "mailto:a@shop.example"},
	"policy": {"url": "/cookies", "revision": "1"},
	"categories": [{"id": "essential", "label": "E", "text": "E", "required": true}, {"id": "audience", "label": "A", "text": "A"}],
	"services": [{"id": "hotjar", "category": "audience", "name": "Ours", "provider": "P", "purpose": "P", "policy": "/p"}],
	"use": {"google-analytics": "audience", "youtube": "audience", "hotjar": "audience"}}`

func TestDeclare(t *testing.T) {
	out, hints, err := declare([]byte(base))
	require.NoError(t, err)
	assert.Empty(t, hints, "known services are declared with all that is usual")
	c, faults := config.Parse(string(out))
	require.Empty(t, faults)
	var ids []string
	for _, s := range c.Services {
		ids = append(ids, s.ID)
	}
	assert.Equal(t, []string{"hotjar", "google-analytics", "youtube"}, ids)
	assert.Equal(t, "Ours", c.Services[0].Name.In("en", ""), "the site's own words come first")
	assert.Contains(t, c.Services[1].URLs, "*.google-analytics.com")
	again, _, err := declare(out)
	require.NoError(t, err)
	assert.Equal(t, out, again, "what is written out stays")
}

// What is about advertising is refused where the browser says no, unless the owner says otherwise.
func TestDeclareWritesObjectionsOut(t *testing.T) {
	for name, c := range map[string]struct {
		old, new string
		refuses  bool
	}{
		"statistics":                    {`"use"`, `"use"`, false},
		"a known service":               {`"use": {`, `"use": {"meta-pixel": "audience", `, true},
		"one that is written out":       {`"id": "hotjar"`, `"id": "meta-pixel"`, true},
		"what a vendor is told":         {`"use"`, `"signals": {"google": {"ad_storage": "google-analytics"}}, "use"`, true},
		"what a vendor is told besides": {`"use"`, `"signals": {"google": {"analytics_storage": "google-analytics"}}, "use"`, false},
		"the owner's word":              {`"audience", "label"`, `"audience", "gpc": "ask", "label"`, false},
		"the owner's word again":        {`"audience", "label"`, `"audience", "gpc": "refuse", "label"`, true},
	} {
		require.Contains(t, base, c.old, name)
		out, _, err := declare([]byte(strings.Replace(base, c.old, c.new, 1)))
		require.NoError(t, err, name)
		declared, _ := config.Parse(string(out))
		assert.Equal(t, c.refuses, declared.Categories[1].Objectable, name)
		assert.False(t, declared.Categories[0].Objectable, name)
	}
}

func TestDeclareWritesSignalsOut(t *testing.T) {
	out, hints, err := declare([]byte(strings.Replace(base, `"use"`, `"signals": {"google": "google-analytics", "matomo": "audience"}, "use"`, 1)))
	require.NoError(t, err)
	assert.Empty(t, hints)
	c, faults := config.Parse(string(out))
	require.Empty(t, faults)
	require.Len(t, c.Signals, 2)
	assert.Contains(t, c.Signals[0].Default, `["arguments","dataLayer",["consent","default",{`)
	again, _, err := declare(out)
	require.NoError(t, err)
	assert.Equal(t, out, again, "what is written out stays")
}

func TestWhatIsWrongIsTold(t *testing.T) {
	for name, c := range map[string]struct{ old, new, want string }{
		"unknown":        {`"youtube":`, `"you-tube":`, `$.use.you-tube: not known (did you mean`},
		"no idea":        {`"youtube":`, `"zzz":`, `$.use.zzz: not known; write it under services`},
		"a list":         {base[strings.Index(base, `{"google`):], `["youtube"]}`, `$.use: no object; write {`},
		"no category":    {`"youtube": "audience"`, `"youtube": true`, `$.use.youtube: no category`},
		"not its own":    {`"youtube": "audience"`, `"youtube": "videos"`, `$.services[2].category: no such category; use one of: essential audience`},
		"essential":      {`"youtube": "audience"`, `"youtube": "essential"`, `an essential service is first-party only`},
		"not JSON":       {`"site": {`, `"site" {`, `invalid character`},
		"everybody's":    {`"controller"`, `"domain": "co.uk", "controller"`, `$.site.domain: co.uk is a public suffix`},
		"a domain's dot": {`"controller"`, `"domain": ".shop.example", "controller"`, `$.site.domain: not a domain as browsers write it`},
		"a vendor":       {`"use"`, `"signals": {"gogle": "audience"}, "use"`, `$.signals.gogle: not known (did you mean google?)`},
		"its category":   {`"use"`, `"signals": {"microsoft": "nobody"}, "use"`, `$.signals.microsoft.ad_storage: no category or service has this id; write one of essential audience`},
		"a call":         {`"use"`, `"signals": {"custom": [{"vendor": "a", "types": {"b": "audience"}, "update": [["call", "a.eval"]]}]}, "use"`, `$.signals.custom[0].update[0][1]: no path of names below window`},
		"told apart":     {`"use": {`, `"signals": {"google": "essential"}, "use": {"google-tag-manager": "audience", `, `which is told as nothing`},
		"another fault":  {`"revision": "1"`, `"revision": 1`, `$.policy.revision: not a text`},
	} {
		require.Contains(t, base, c.old, name)
		_, _, err := declare([]byte(strings.Replace(base, c.old, c.new, 1)))
		if assert.Error(t, err, name) {
			assert.Contains(t, err.Error(), c.want, name)
		}
	}
}

// notesOn are the notes on a declaration that has no fault.
func notesOn(text []byte) []string {
	declared, _ := config.Parse(string(text))
	return sentences(octroijson.Missing(declared))
}

// A policy lists what is declared: what a service calls must be.
func TestWhatAPolicyMissesIsTold(t *testing.T) {
	text := []byte(strings.Replace(base, `"site"`, `"unknown": "block", "site"`, 1))
	out, _, err := declare(text)
	require.NoError(t, err)
	notes := notesOn(out)
	require.Len(t, notes, 1)
	assert.Contains(t, notes[0], `hotjar: no urls: where it calls another host, the policy of "enforce" (refusal) stops it, granted or not; write "urls": ["*.hotjar.com"`)
	unknown := strings.ReplaceAll(string(out), `"hotjar"`, `"ours"`)
	assert.Contains(t, notesOn([]byte(unknown))[0], `write "urls": ["host", …]`)
	for _, c := range [][2]string{{`"block"`, `"report"`}, {`"unknown"`, `"enforce": "hooks", "unknown"`}} {
		assert.Empty(t, notesOn([]byte(strings.Replace(string(out), c[0], c[1], 1))))
	}
}
