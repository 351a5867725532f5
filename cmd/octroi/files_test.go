package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	root "github.com/octroi-consent/octroi"
	"github.com/octroi-consent/octroi/internal/bundle"
)

// built skips a test where nothing can be built of a declaration yet.
func built(t *testing.T) {
	t.Helper()
	if _, err := bundle.Rest(); err != nil {
		t.Skip(err)
	}
}

// listed are all files below a folder, by their path in it, with what they hold.
func listed(t *testing.T, folder string) map[string]string {
	t.Helper()
	files := map[string]string{}
	require.NoError(t, filepath.WalkDir(folder, func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		name, _ := filepath.Rel(folder, path)
		files[filepath.ToSlash(name)] = string(text)
		return err
	}))
	return files
}

func TestWhereNoDeclarationIs(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, command := range []string{"check", "build", "declare", "policy", "types", "record --all", "add youtube"} {
		out, errs, code := octroi(strings.Fields(command)...)
		assert.Equal(t, 2, code, command)
		assert.Empty(t, out, command)
		assert.Contains(t, errs, "there is no octroi.json in this folder; octroi init writes one, or name another file", command)
	}
	assert.Empty(t, listed(t, "."))
	_, errs, code := octroi("check", "shop.json")
	assert.Equal(t, 2, code)
	assert.Equal(t, "octroi check: shop.json: no such file\n", errs)
	_, errs, code = octroi("check", ".")
	assert.Equal(t, 2, code)
	assert.Equal(t, "octroi check: . is a folder: name the declaration in it, as octroi.json\n", errs)
	require.NoError(t, os.WriteFile("octroi.json", []byte(base), 0o666))
	out, _, code := octroi("check")
	assert.Zero(t, code)
	assert.Contains(t, out, "octroi.json: no fault")
}

func TestADeclarationOfANewerVersion(t *testing.T) {
	this := strings.Split(root.Version(), ".")
	for schema, want := range map[string]string{
		"https://cdn.jsdelivr.net/npm/octroi@99.1.0/dist/config.schema.json":                   "$.$schema: for Octroi 99.1, and this is " + root.Version() + "; install octroi@99.1 or later, or name the schema of this one",
		"https://unpkg.com/octroi@" + this[0] + ".999/dist/config.schema.json":                 "$.$schema: for Octroi " + this[0] + ".999, and this is",
		"https://unpkg.com/octroi@" + this[0] + "." + this[1] + ".999/dist/config.schema.json": "",
		"https://unpkg.com/octroi@1.0.0/dist/config.schema.json":                               "",
		"./node_modules/octroi/dist/config.schema.json":                                        "",
	} {
		file := written(t, strings.Replace(base, `{`, `{"$schema": "`+schema+`", "ofThatVersion": 1,`, 1))[0]
		out, _, code := octroi("check", file)
		assert.Equal(t, 1, code, schema)
		if want == "" {
			assert.Contains(t, out, "$.ofThatVersion: unknown key")
			continue
		}
		assert.Contains(t, out, want, schema)
		assert.Equal(t, 1, strings.Count(out, "\n"), "and nothing else, which that version may know: %s", out)
		to := filepath.Join(t.TempDir(), "out")
		_, _, code = octroi("build", file, "-o", to)
		assert.Equal(t, 1, code)
		assert.NoDirExists(t, to)
	}
}

func TestBuildWritesAllOrNothing(t *testing.T) {
	built(t)
	file, to := written(t, base)[0], t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(to, "robots.txt"), []byte("mine"), 0o666))
	// An earlier run was interrupted, and left the half of a file.
	require.NoError(t, os.MkdirAll(filepath.Join(to, half, "locales"), 0o777))
	require.NoError(t, os.WriteFile(filepath.Join(to, half, "octroi.js"), []byte("(() =>"), 0o666))
	_, errs, code := octroi("build", file, "-o", to, "--no-sizes", "--lang", "fr")
	require.Zero(t, code, errs)
	first := listed(t, to)
	assert.Equal(t, "mine", first["robots.txt"])
	assert.Contains(t, first, "locales/fr.json")
	assert.NoDirExists(t, filepath.Join(to, half))

	// One of the files cannot be put into its place: those that are there stay as they were.
	changed := written(t, strings.Replace(base, `"Shop"`, `"Shop of shops"`, 1))[0]
	require.NoError(t, os.Remove(filepath.Join(to, "octroi.rest.js")))
	require.NoError(t, os.Mkdir(filepath.Join(to, "octroi.rest.js"), 0o777))
	_, errs, code = octroi("build", changed, "-o", to, "--no-sizes")
	assert.Equal(t, 2, code)
	assert.Contains(t, errs, "octroi.rest.js is a folder, and a file is to stand there: move it away\n")
	delete(first, "octroi.rest.js")
	assert.Equal(t, first, listed(t, to))
}

func TestWhereBuildCannotWrite(t *testing.T) {
	built(t)
	file := written(t, base)[0]
	in := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(in, "octroi"), []byte("a file"), 0o666))
	_, errs, code := octroi("build", file, "-o", filepath.Join(in, "octroi"), "--no-sizes")
	assert.Equal(t, 2, code)
	assert.Contains(t, errs, "octroi is a file, and a folder is wanted: name another, or move it away\n")
	_, errs, code = octroi("build", file, "-o", filepath.Join(in, "octroi", "below"), "--no-sizes")
	assert.Equal(t, 2, code)
	assert.Contains(t, errs, "below cannot be written (")
	assert.Contains(t, errs, "not a directory): name another place, or let this user write there\n")
	_, errs, code = octroi("types", file, "-o", in)
	assert.Equal(t, 2, code)
	assert.Contains(t, errs, "is a folder: name the file in it")
	_, errs, code = octroi("types", file, "-o", filepath.Join(in, "none", "a.d.ts"))
	assert.Equal(t, 2, code)
	assert.Contains(t, errs, "a.d.ts cannot be written (")
	assert.Equal(t, map[string]string{"octroi": "a file"}, listed(t, in))
	if os.Geteuid() == 0 {
		t.Skip("root writes everywhere")
	}
	require.NoError(t, os.Chmod(in, 0o555))
	_, errs, code = octroi("build", file, "-o", filepath.Join(in, "out"), "--no-sizes")
	assert.Equal(t, 2, code)
	assert.Contains(t, errs, "permission denied): name another place")
}

func TestCopy(t *testing.T) {
	from, to := t.TempDir(), t.TempDir()
	files := map[string][]byte{"octroi.js": []byte("1"), "octroi.rest.js": []byte("2"), "octroi.wasm": []byte("3"), "catalog.json": []byte("[]"), "locales/fr.json": []byte("{}"), "locales/de.json": []byte("{}"),
		"octroi.d.ts": []byte("no visitor loads it"), "audit/audit.js": []byte("nor this"), "integrity.json": []byte("{}")}
	require.NoError(t, place(from, files))
	out, errs, code := octroi("copy", to, "--from", from, "--lang", "fr", "--path", "/assets/consent")
	require.Zero(t, code, errs)
	assert.Equal(t, map[string]string{"octroi.js": "1", "octroi.rest.js": "2", "octroi.wasm": "3", "catalog.json": "[]", "locales/fr.json": "{}"}, listed(t, to))
	assert.Contains(t, out, `<script src="/assets/consent/octroi.js?v=6b86b273ff34fce1"></script>`, "as its content is")
	assert.Contains(t, out, bundle.Integrity([]byte("3")))
	out, _, code = octroi("copy", to, "--from", from, "--json")
	require.Zero(t, code)
	var copied copiedFiles
	require.NoError(t, json.Unmarshal([]byte(out), &copied))
	assert.Len(t, copied.Files, 6)
	assert.Equal(t, copiedFile{1, bundle.Integrity([]byte("2"))}, copied.Files["octroi.rest.js"])
	out, _, code = octroi("copy", to, "--from", from, "--integrity")
	require.Zero(t, code)
	assert.Contains(t, out, `<script src="/octroi/octroi.6b86b273ff34fce1.js" integrity="`+bundle.Integrity([]byte("1"))+`"></script>`)
	assert.Equal(t, "1", listed(t, to)["octroi.6b86b273ff34fce1.js"])
	require.NoError(t, os.Remove(filepath.Join(to, "octroi.6b86b273ff34fce1.js")))

	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{to}, "this program has not the drop-in's files: run npx octroi copy, or name the dist folder"},
		{[]string{to, "--from", t.TempDir()}, "has no octroi.js: name the folder that has the drop-in's files with --from"},
		{[]string{to, "--from", from, "--lang", "xx"}, `no texts in "xx"; there are: en de fr`},
		{[]string{filepath.Join(to, "octroi.js"), "--from", from}, "octroi.js is a file, and a folder is wanted"},
	} {
		_, errs, code = octroi(append([]string{"copy"}, c.args...)...)
		assert.Equal(t, 2, code, c.want)
		assert.Contains(t, errs, c.want)
	}
}

func TestWhatIsPrintedAsJSON(t *testing.T) {
	files := written(t, base, strings.Replace(base, `"revision": "1"`, `"revision": 1`, 1))
	out, _, code := octroi("check", "--json", files[0], files[1])
	assert.Equal(t, 1, code)
	var checked struct{ Files []findings }
	require.NoError(t, json.Unmarshal([]byte(out), &checked))
	require.Len(t, checked.Files, 2)
	pairs := checked.Files[0].Contrasts
	require.NotEmpty(t, pairs)
	assert.Equal(t, contrast{"ink on paper", 4.5, pairs[0].Light, pairs[0].Dark}, pairs[0])
	assert.Greater(t, pairs[0].Light.Ratio, 4.5)
	assert.True(t, pairs[0].Dark.Legible)
	checked.Files[0].Contrasts = nil
	assert.Equal(t, findings{File: files[0], Faults: []finding{}, Hints: []finding{}, Services: 3, Categories: 2}, checked.Files[0])
	require.Len(t, checked.Files[1].Faults, 1)
	fault := checked.Files[1].Faults[0]
	assert.Equal(t, "$.policy.revision", fault.Path)
	assert.Equal(t, 3, fault.Line)
	assert.Equal(t, 32, fault.Column)
	assert.Equal(t, fault.Path+": "+fault.Reason+"; "+fault.Right, fault.Message)

	out, errs, code := octroi("declare", "--json", files[0])
	assert.Zero(t, code)
	assert.Empty(t, errs)
	var declared struct {
		Declaration struct{ Services []struct{ ID string } }
		findings
	}
	require.NoError(t, json.Unmarshal([]byte(out), &declared))
	assert.Len(t, declared.Declaration.Services, 3)
	out, _, code = octroi("declare", "--json", files[1])
	assert.Equal(t, 1, code)
	assert.Contains(t, out, `"declaration": null`)

	built(t)
	to := filepath.Join(t.TempDir(), "out")
	var made struct {
		findings
		Folder   string
		Manifest *bundle.Manifest
	}
	out, _, code = octroi("build", "--json", files[1], "-o", to)
	assert.Equal(t, 1, code)
	require.NoError(t, json.Unmarshal([]byte(out), &made))
	assert.Nil(t, made.Manifest)
	assert.Len(t, made.Faults, 1)
	assert.NoDirExists(t, to)
	out, _, code = octroi("build", "--json", files[0], "-o", to, "--no-sizes")
	assert.Zero(t, code)
	require.NoError(t, json.Unmarshal([]byte(out), &made))
	var manifest bundle.Manifest
	text, err := os.ReadFile(filepath.Join(to, "manifest.json"))
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(text, &manifest))
	assert.Equal(t, manifest, *made.Manifest)
	assert.Equal(t, to, made.Folder)
}

// What is not known is told with what is like it.
func TestMisspelledCommandsAndOptions(t *testing.T) {
	for line, want := range map[string]string{
		"buidl":                `did you mean "build"?`,
		"build --pth /x/":      `did you mean "--path"?`,
		"check --jsno":         `did you mean "--json"?`,
		"check --format sarfi": `must be one of "text","github","sarif"`,
	} {
		out, errs, code := octroi(strings.Fields(line)...)
		assert.Equal(t, 2, code, line)
		assert.Empty(t, out, line)
		assert.Contains(t, errs, want, line)
	}
}

func TestProgressIsForTerminals(t *testing.T) {
	built(t)
	file := written(t, base)[0]
	errs, err := os.Create(filepath.Join(t.TempDir(), "errors"))
	require.NoError(t, err)
	defer errs.Close()
	var out strings.Builder
	require.Zero(t, run([]string{"build", file, "-o", t.TempDir(), "--no-sizes"}, streams{&out, errs}))
	said, err := os.ReadFile(errs.Name())
	require.NoError(t, err)
	assert.Empty(t, said)
	// A terminal's file is a character device, as this one.
	null, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	require.NoError(t, err)
	defer null.Close()
	assert.True(t, terminal(null))
}
