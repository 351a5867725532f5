package main

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestDiff(t *testing.T) {
	for name, c := range map[string]struct {
		pairs    []string // what is replaced
		audience string   // who is asked
		films    string
		want     string
	}{
		"nothing":           {nil, nobody, nobody, "audience: nobody is asked again"},
		"another label":     {[]string{`"label": "A"`, `"label": "B"`}, nobody, nobody, ""},
		"a revision":        {[]string{`"revision": "1"`, `"revision": "2"`}, granters, granters, `The policy's revision is "2", and was "1"`},
		"a service":         {[]string{`"hotjar": "audience"}`, `"hotjar": "audience", "vimeo": "films"}`}, nobody, granters, "vimeo is new: what was granted before stays granted."},
		"a service less":    {[]string{`"youtube": "films", `, ``}, nobody, nobody, "youtube is gone: its grant ends"},
		"one that moves":    {[]string{`"youtube": "films"`, `"youtube": "audience"`}, granters, nobody, "youtube has come from films"},
		"a provider":        {[]string{`"provider": "P"`, `"provider": "Q"`}, granters, nobody, `hotjar has another provider, "Q" in place of "P"`},
		"a purpose":         {[]string{`"purpose": "P"`, `"purpose": "Q"`}, granters, nobody, `hotjar has another purpose, "Q" in place of "P" (the same "purposeId"`},
		"a shorter choice":  {[]string{`"3 months"`, `"2 months"`}, nobody, nobody, "films: choices that are made from now on last 2 months, in place of 3 months"},
		"a new category":    {[]string{`"text": "A"}`, `"text": "A"}, {"id": "maps", "label": "M", "text": "M"}`}, nobody, nobody, "maps: everybody is asked\n  It is new."},
		"a category less":   {[]string{`, {"id": "films", "label": "F", "text": "F", "renewAfter": "3 months"}`, ``, `"youtube": "films", `, ``}, nobody, "", "films is gone: what was chosen about it is forgotten."},
		"the record's name": {[]string{`"site"`, `"name": "choices", "site"`}, everybody, everybody, `The record's cookie is "choices", and was "octroi"`},
	} {
		for i := 0; i < len(c.pairs); i += 2 {
			require.Contains(t, films, c.pairs[i], name)
		}
		files := written(t, films, strings.NewReplacer(c.pairs...).Replace(films))
		out, errs, code := octroi("diff", files[0], files[1])
		assert.Empty(t, errs, name)
		assert.Contains(t, out, c.want, name)
		raw, _, again := octroi("diff", files[0], files[1], "--json")
		assert.Equal(t, code, again, name)
		var d difference
		require.NoError(t, json.Unmarshal([]byte(raw), &d))
		assert.Equal(t, d.Asked, code == 1, name)
		assert.Equal(t, c.audience == granters || c.films == granters || c.audience == everybody || name == "a new category", d.Asked, name)
		who := map[string]string{}
		for _, category := range d.Categories {
			who[category.ID] = category.Who
		}
		assert.Equal(t, c.audience, who["audience"], name)
		assert.Equal(t, c.films, who["films"], name)
	}
}

// What diff says is what a visitor with a record of the old declaration meets in the new one.
func TestDiffSaysWhatRecordsMeet(t *testing.T) {
	for name, pairs := range map[string][]string{
		"nothing": nil, "a revision": {`"revision": "1"`, `"revision": "2"`}, "a service": {`"hotjar": "audience"}`, `"hotjar": "audience", "vimeo": "films"}`},
		"a provider": {`"provider": "P"`, `"provider": "Q"`}, "one that moves": {`"youtube": "films"`, `"youtube": "audience"`},
	} {
		files := written(t, films, strings.NewReplacer(pairs...).Replace(films))
		raw, _, _ := octroi("diff", files[0], files[1], "--json")
		var d difference
		require.NoError(t, json.Unmarshal([]byte(raw), &d))
		for option, who := range map[string]string{"--all": granters, "--none": everybody} {
			line, _, _ := octroi("record", files[0], option, "--at", "2026-11-27")
			out, _, _ := octroi("read", files[1], line, "--at", "2026-11-27", "--json")
			var read standing
			require.NoError(t, json.Unmarshal([]byte(out), &read))
			want := []string{}
			for _, c := range d.Categories {
				if c.Who == who {
					want = append(want, c.ID)
				}
			}
			assert.Equal(t, want, read.Due, "%s %s", name, option)
		}
	}
}

func TestDiffOfFaults(t *testing.T) {
	files := written(t, films, `{}`)
	_, errs, code := octroi("diff", files[0], files[1])
	assert.Equal(t, 2, code)
	assert.Contains(t, errs, "b.json:1:1: $.site")
	_, errs, code = octroi("diff", "-", "-")
	assert.Equal(t, 2, code)
	assert.Contains(t, errs, "only one can be standard input")
}
