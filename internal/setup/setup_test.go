package setup

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "write the golden files anew, to be looked at")

const declared = `{
  "site": { "name": "Site" },
  "policy": { "url": "/cookies", "revision": "1" }
}
`

const tagNow = `<script src="/octroi/octroi.js" integrity="sha384-now"></script>`

func siteIn(folder string) *Site {
	return &Site{Root: os.DirFS(folder), Declaration: []byte(declared), Language: "en", Version: "1.2.3", Asks: true, Build: func() (map[string][]byte, string, error) {
		return map[string][]byte{"octroi.js": []byte("// octroi"), "locales/fr.json": []byte("{}")}, tagNow, nil
	}}
}

// shown is all that a plan says.
func shown(f *Framework, why string, p *Plan) string {
	var w strings.Builder
	fmt.Fprintf(&w, "%s: %s\n\n%s", f.Name, why, p.Diff())
	for _, e := range p.Edits {
		if e.Made {
			fmt.Fprintf(&w, "built: %s\n", e.Path)
		}
	}
	for _, s := range p.Steps {
		fmt.Fprintf(&w, "step: %s: %s\n    %s\n", s.Where, s.Why, strings.Join(s.Lines, "\n    "))
	}
	fmt.Fprintf(&w, "then: %s\nfolder: %q, page: %q\n", strings.Join(p.Then, "; "), p.Folder, p.Page)
	return w.String()
}

// Each framework's site becomes what its golden file shows; a second run changes nothing more.
func TestSites(t *testing.T) {
	all, err := os.ReadDir("testdata")
	require.NoError(t, err)
	met := map[string]bool{}
	for _, entry := range all {
		if !entry.IsDir() {
			continue
		}
		t.Run(entry.Name(), func(t *testing.T) {
			folder := t.TempDir()
			require.NoError(t, os.CopyFS(folder, os.DirFS(filepath.Join("testdata", entry.Name()))))
			f, why := Detect(os.DirFS(folder))
			require.NotNil(t, f)
			met[f.Name] = true
			assert.True(t, strings.HasPrefix(entry.Name(), f.Name), f.Name)
			p, err := f.Plan(siteIn(folder))
			require.NoError(t, err)
			text := shown(f, why, p)
			golden := filepath.Join("testdata", entry.Name()+".golden")
			if *update {
				require.NoError(t, os.WriteFile(golden, []byte(text), 0o666))
			}
			want, err := os.ReadFile(golden)
			require.NoError(t, err)
			assert.Equal(t, string(want), text, "go test ./internal/setup -update writes it anew")

			require.NoError(t, p.Write(folder))
			for _, e := range p.Edits {
				written, err := os.ReadFile(filepath.Join(folder, e.Path))
				require.NoError(t, err)
				assert.Equal(t, string(e.After), string(written), e.Path)
			}
			again, err := f.Plan(siteIn(folder))
			require.NoError(t, err)
			assert.Empty(t, again.Edits, "a second run changes nothing")
			left, err := filepath.Glob(filepath.Join(folder, "*"+Half))
			require.NoError(t, err)
			assert.Empty(t, left)
		})
	}
	for _, name := range Names() {
		assert.True(t, met[name], "%s has a site in testdata", name)
	}
}

// A declaration that asks nobody needs nothing of the pages: octroi build makes no files of it.
func TestNothingToAsk(t *testing.T) {
	for _, site := range []string{"next-app", "html", "vite"} {
		s := siteIn(filepath.Join("testdata", site))
		s.Asks = false
		f, _ := Detect(s.Root)
		p, err := f.Plan(s)
		require.NoError(t, err)
		require.Len(t, p.Edits, 1)
		assert.Equal(t, "octroi.json", p.Edits[0].Path)
		require.Len(t, p.Steps, 1)
		assert.Contains(t, p.Steps[0].Why, "run octroi init again")
	}
}

func TestNoSite(t *testing.T) {
	f, _ := Detect(fstest.MapFS{"readme.txt": {Data: []byte("x")}, "package.json": {Data: []byte("{")}})
	assert.Nil(t, f)
	_, err := Find("next.js")
	assert.ErrorContains(t, err, `no framework "next.js" is known; write one of next, nuxt,`)
}

func TestTagsInPages(t *testing.T) {
	const tag = "<TAG>"
	for text, want := range map[string]string{
		"<head>\n  <meta charset=utf-8>\n  <title>":                                  "<head>\n  <meta charset=utf-8>\n  <TAG>\n  <title>",
		"<head>\r\n\t<meta charset=\"utf-8\" />\r\n</head>":                          "<head>\r\n\t<meta charset=\"utf-8\" />\r\n\t<TAG>\r\n</head>",
		"<head><meta charset='utf-8'><title>":                                        "<head><meta charset='utf-8'>\n<TAG><title>",
		"<HEAD>\n<title>":                                                            "<HEAD>\n  <TAG>\n<title>",
		"<header></header>":                                                          "",
		"<!-- <head> --><p>":                                                         "",
		"<!-- <meta charset=utf-8> --><head>":                                        "<!-- <meta charset=utf-8> --><head>\n<TAG>",
		`<head><script defer src="/a/octroi.js" integrity="x"></script>`:             "<head><TAG>",
		`<head><script src="/octroi/octroi.js?v=0123456789abcdef"></script>`:         "<head><TAG>",
		`<head><script src="octroi.0123456789abcdef.js" integrity="x"></script>`:     "<head><TAG>",
		`<head><script src=/octroi.js></script>`:                                     "<head><TAG>",
		`<head><meta charset=utf-8><script src="/octroi/octroi.hold.js"></script>`:   "<head><meta charset=utf-8>\n<TAG>" + `<script src="/octroi/octroi.hold.js"></script>`,
		`<meta http-equiv="Content-Type" content="text/html; charset=utf-8"><title>`: `<meta http-equiv="Content-Type" content="text/html; charset=utf-8">` + "\n<TAG><title>",
	} {
		got, done := addTag(text, tag)
		assert.Equal(t, want != "", done, text)
		if done {
			assert.Equal(t, want, got)
			again, _ := addTag(strings.ReplaceAll(got, tag, `<script src="/octroi/octroi.js"></script>`), `<script src="/octroi/octroi.js"></script>`)
			assert.Equal(t, 1, strings.Count(again, "/octroi/octroi.js"), text)
		}
	}
}

func TestMembersOfPackageJSON(t *testing.T) {
	for text, want := range map[string]string{
		"{\n  \"scripts\": {\n    \"a\": \"b\"\n  },\n  \"x\": 1\n}\n": "{\n  \"scripts\": {\n    \"a\": \"b\",\n    \"prebuild\": \"o && p\"\n  },\n  \"x\": 1\n}\n",
		"{\n\t\"scripts\": {}\n}":                                      "{\n\t\"scripts\": {\n\t\t\"prebuild\": \"o && p\"\n\t}\n}",
		"{\n  \"x\": { \"scripts\": {} }\n}\n":                         "{\n  \"x\": { \"scripts\": {} },\n  \"scripts\": {\n    \"prebuild\": \"o && p\"\n  }\n}\n",
		`{"scripts": {"prebuild": "o && p"}}`:                          `{"scripts": {"prebuild": "o && p"}}`,
		`{"scripts": {"prebuild": "other"}}`:                           "",
		`{}`:                                                           "",
		`[]`:                                                           "",
		`{"scripts": 1}`:                                               "",
		`{"scripts": {"a": "}"}, "y": "{" }`:                           "{\"scripts\": {\"a\": \"}\",\n    \"prebuild\": \"o && p\"\n  }, \"y\": \"{\" }",
	} {
		got, done := addMember([]byte(text), "scripts", "prebuild", "o && p")
		assert.Equal(t, want != "", done, text)
		if done {
			assert.Equal(t, want, string(got), text)
		}
	}
}

// What cannot be written whole is not written at all.
func TestNothingIsHalfWritten(t *testing.T) {
	folder := t.TempDir()
	at := func(name string) string { return filepath.Join(folder, name) }
	require.NoError(t, os.WriteFile(at("a.txt"), []byte("old"), 0o640))
	p := &Plan{Edits: []Edit{
		{Path: "a.txt", Before: []byte("old"), After: []byte("new")},
		{Path: "b/c/d.txt", After: []byte("new")},
		{Path: "a.txt/e.txt", After: []byte("below a file")},
	}}
	err := p.Write(folder)
	require.ErrorContains(t, err, "nothing was written: ")
	assert.Equal(t, []string{"a.txt"}, names(t, folder))
	text, err := os.ReadFile(at("a.txt"))
	require.NoError(t, err)
	assert.Equal(t, "old", string(text))

	p.Edits = p.Edits[:2]
	require.NoError(t, os.WriteFile(at("a.txt"), []byte("meanwhile"), 0o640))
	assert.ErrorContains(t, p.Write(folder), "a.txt has changed since it was read")
	p.Edits[0].Before = []byte("meanwhile")
	// A folder stands where a file shall be put, so that the last step fails.
	p.Edits = append(p.Edits, Edit{Path: "z", After: []byte("new")})
	require.NoError(t, os.MkdirAll(at("z/full"), 0o777))
	assert.Error(t, p.Write(folder))
	text, err = os.ReadFile(at("a.txt"))
	require.NoError(t, err)
	assert.Equal(t, "meanwhile", string(text))
	assert.Equal(t, []string{"a.txt", "z"}, names(t, folder))

	p.Edits = p.Edits[:2]
	require.NoError(t, p.Write(folder))
	info, err := os.Stat(at("a.txt"))
	require.NoError(t, err)
	assert.Equal(t, os.FileMode(0o640), info.Mode().Perm())
}

func names(t *testing.T, folder string) (list []string) {
	t.Helper()
	all, err := os.ReadDir(folder)
	require.NoError(t, err)
	for _, one := range all {
		list = append(list, one.Name())
	}
	return list
}
