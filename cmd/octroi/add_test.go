package main

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The owner's file stays as it is written: what is added is all that differs.
func TestAddKeepsTheOwnersFile(t *testing.T) {
	const head = `"site":{"name":"S","controller":"S","contact":"/c"},"policy":{"url":"/p","revision":"1"},"categories":[{"id":"e","label":"E","text":"E","required":true},{"id":"video","label":"V","text":"V"}]`
	for name, c := range map[string]struct{ before, after string }{
		"a line each":     {"{\n\t" + head + ",\n\t\"use\": {\n\t\t\"vimeo\": \"video\"\n\t},\n\t\"services\": []\n}\n", "{\n\t" + head + ",\n\t\"use\": {\n\t\t\"vimeo\": \"video\",\n\t\t\"youtube\": \"video\"\n\t},\n\t\"services\": []\n}\n"},
		"Windows' lines":  {"\ufeff{\r\n  " + head + ",\r\n  \"use\": {\r\n    \"vimeo\": \"video\"\r\n  }\r\n}", "\ufeff{\r\n  " + head + ",\r\n  \"use\": {\r\n    \"vimeo\": \"video\",\r\n    \"youtube\": \"video\"\r\n  }\r\n}"},
		"one line":        {`{"use": {"vimeo": "video"}, ` + head + `}`, `{"use": {"vimeo": "video", "youtube": "video"}, ` + head + `}`},
		"an empty object": {`{"use": { }, ` + head + `}`, `{"use": {"youtube": "video"}, ` + head + `}`},
		"none":            {"{\n  " + head + "\n}\n", "{\n  " + head + ",\n  \"use\": {\n    \"youtube\": \"video\"\n  }\n}\n"},
		"none on a line":  {`{ ` + head + ` }`, `{ ` + head + `, "use": {"youtube": "video"} }`},
	} {
		file := written(t, c.before)[0]
		out, errs, code := octroi("add", "youtube", file)
		require.Zero(t, code, "%s: %s%s", name, out, errs)
		after, err := os.ReadFile(file)
		require.NoError(t, err)
		assert.Equal(t, c.after, string(after), name)
		assert.Contains(t, out, `+ `, name)
		assert.Contains(t, out, "Google Ireland Limited, is in the category video now", name)
		out, _, code = octroi("add", "youtube", file)
		assert.Zero(t, code, name)
		assert.Contains(t, out, "already", name)
		again, err := os.ReadFile(file)
		require.NoError(t, err)
		assert.Equal(t, string(after), string(again), name)
	}
}

func TestAddWritesNothingWrong(t *testing.T) {
	two := strings.Replace(base, `"text": "A"}`, `"text": "A"}, {"id": "films", "label": "F", "text": "F"}`, 1)
	for name, c := range map[string]struct {
		text, args, want string
		code             int
	}{
		"misspelled":           {base, "you-tub audience", "you-tub is no known service (did you mean youtube", 1},
		"letters swapped":      {base, "viemo audience", "viemo is no known service (did you mean vimeo?)", 1},
		"which category":       {two, "vimeo", "Vimeo is for video, and FILE has audience, films: which is it? write it behind the service, as octroi add vimeo audience", 1},
		"no such category":     {two, "vimeo film", "FILE has no category film (did you mean films?): there are audience, films", 1},
		"an essential one":     {two, "vimeo essential", "an essential service is first-party only", 1},
		"another category":     {two, "youtube films", "youtube is in the category audience already", 1},
		"declared by hand":     {two, "hotjar films", "hotjar is in the category audience already", 1},
		"no JSON":              {"{", "vimeo", "FILE is no declaration", 1},
		"a list":               {"[]", "vimeo", "FILE is no declaration", 1},
		"a use that is none":   {strings.Replace(base, `{"google-analytics": "audience", "youtube": "audience", "hotjar": "audience"}`, `[]`, 1), "vimeo", `"use" is no object`, 1},
		"nobody to be asked":   {`{"categories": [{"id": "e", "required": true}]}`, "vimeo", "FILE has no category that visitors are asked about", 1},
		"only to be looked at": {base, "vimeo --dry-run", "", 0},
	} {
		file := written(t, c.text)[0]
		words := strings.Fields(c.args)
		if len(words) == 1 || strings.HasPrefix(words[1], "-") {
			words = append(words[:1:1], append([]string{file}, words[1:]...)...)
		} else {
			words = append(words, file)
		}
		out, errs, code := octroi(append([]string{"add"}, words...)...)
		assert.Equal(t, c.code, code, name)
		assert.Contains(t, strings.ReplaceAll(out+errs, file, "FILE"), c.want, name)
		after, err := os.ReadFile(file)
		require.NoError(t, err)
		assert.Equal(t, c.text, string(after), name)
	}
}

func TestAddAsJSON(t *testing.T) {
	file := written(t, base)[0]
	out, _, code := octroi("add", "vimeo", file, "--json")
	require.Zero(t, code)
	var done added
	require.NoError(t, json.Unmarshal([]byte(out), &done))
	assert.Equal(t, added{file, "vimeo", "audience", true, done.Change}, done)
	assert.Contains(t, done.Change, `"vimeo": "audience"`)
}

func TestAddKeepsPermissionsAndLinks(t *testing.T) {
	file := written(t, base)[0]
	require.NoError(t, os.Chmod(file, 0o640))
	link := file + ".link"
	require.NoError(t, os.Symlink(file, link))
	_, errs, code := octroi("add", "vimeo", "audience", link)
	require.Zero(t, code, errs)
	info, err := os.Lstat(link)
	require.NoError(t, err)
	assert.NotZero(t, info.Mode()&os.ModeSymlink)
	info, err = os.Stat(file)
	require.NoError(t, err)
	assert.Equal(t, os.FileMode(0o640), info.Mode().Perm())
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	assert.Contains(t, string(text), "vimeo")
}
