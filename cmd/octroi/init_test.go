package main

import (
	"encoding/json"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/octroi-consent/octroi/engine/config"
	"github.com/octroi-consent/octroi/internal/audit/page"
	"github.com/octroi-consent/octroi/internal/setup"
)

// shopPage asks for a known service, for a host that nobody knows, and keeps something.
const shopPage = `<!doctype html>
<html lang="fr">
  <head>
    <meta charset="utf-8" />
    <title>Boutique</title>
    <script async src="https://www.googletagmanager.com/gtag/js?id=G-1"></script>
    <script src="https://widget.unknown.example/w.js"></script>
  </head>
  <body>
    <p>Bonjour</p>
    <script>
      document.cookie = 'panier=1; max-age=86400';
    </script>
  </body>
</html>
`

// shop is a folder of plain HTML.
func shop(t *testing.T) (folder string) {
	t.Helper()
	folder = t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(folder, "index.html"), []byte(shopPage), 0o666))
	return folder
}

// answering runs a command line with answers on standard input.
func answering(answers string, args ...string) (out, errs string, code int) {
	before := input
	defer func() { input = before }()
	input = strings.NewReader(answers)
	return octroi(args...)
}

// everything is all files below a folder, by name.
func everything(t *testing.T, folder string) map[string]string {
	t.Helper()
	all := map[string]string{}
	require.NoError(t, fs.WalkDir(os.DirFS(folder), ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := os.ReadFile(filepath.Join(folder, name))
		all[name] = string(text)
		return err
	}))
	return all
}

func declaredIn(t *testing.T, folder string) *config.Config {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(folder, "octroi.json"))
	require.NoError(t, err)
	c, faults := config.Parse(string(text))
	require.Empty(t, faults)
	return c
}

func TestInitAsks(t *testing.T) {
	folder := shop(t)
	// The address, name, controller, contact, policy; what the host is for, and who, why, where; yes.
	answers := "\n\nBoutique SAS\nvieprivee@boutique.example\n\nstat\nInconnu SARL\nMontre des avis.\n\nyes\n"
	out, errs, code := answering(answers, "init", folder)
	require.Zero(t, code, errs)
	for _, part := range []string{"The site is made with plain HTML (index.html).", "What is the site called? [Boutique]", "The pages call widget.unknown.example",
		"--- a/index.html\n+++ b/index.html\n", "+    <script src=\"/octroi/octroi.js?v=", "+++ b/cookies/index.html\n", "built into octroi: ", "Written: ",
		`<script type="text/plain" data-octroi="google-analytics" async data-src="https://www.googletagmanager.com/gtag/js?id=G-1">`} {
		assert.Contains(t, out, part)
	}
	assert.NotContains(t, out, "Only you can say")
	c := declaredIn(t, folder)
	assert.Equal(t, "Boutique", c.Site.Name.In("fr", ""))
	assert.Equal(t, "Boutique SAS", c.Site.Controller)
	assert.Equal(t, "mailto:vieprivee@boutique.example", c.Site.Contact)
	n := c.Find("widget-unknown-example")
	require.GreaterOrEqual(t, n, 0)
	s := c.Services[c.Service(n)]
	assert.Equal(t, "statistics", c.Categories[s.Category].ID)
	assert.Equal(t, "Inconnu SARL", s.Provider)
	assert.Equal(t, "Statistiques", c.Categories[s.Category].Label.In("fr", ""))
	page, err := os.ReadFile(filepath.Join(folder, "cookies/index.html"))
	require.NoError(t, err)
	assert.Contains(t, string(page), `<html lang="fr">`)
	assert.Contains(t, string(page), "data-octroi-declaration")
	assert.FileExists(t, filepath.Join(folder, "octroi/octroi.js"))

	before := everything(t, folder)
	out, _, code = octroi("init", folder, "--yes")
	assert.Zero(t, code)
	assert.Contains(t, out, "Nothing has to change: all is there.")
	assert.Equal(t, before, everything(t, folder), "a second run changes nothing")
}

func TestInitStops(t *testing.T) {
	folder := shop(t)
	before := everything(t, folder)
	for name, answers := range map[string]string{
		"at no":             "\n\nBoutique SAS\n\n\n\n\n\n\nno\n",
		"at the last":       "\n\nBoutique SAS\n\n\n\n\n\n\n\n",
		"where input ends":  "\n\nBoutique SAS\n",
		"with no input":     "",
		"at a last half no": "\n\nBoutique SAS\n\n\n\n\n\n\nn",
	} {
		_, errs, code := answering(answers, "init", folder)
		assert.Equal(t, 1, code, name)
		assert.Contains(t, errs, "stopped; nothing was written", name)
		assert.Equal(t, before, everything(t, folder), name)
	}
	out, _, code := octroi("init", folder, "--yes", "--dry-run")
	assert.Zero(t, code)
	assert.Contains(t, out, "+++ b/octroi.json")
	assert.Equal(t, before, everything(t, folder), "--dry-run")
}

func TestInitWithoutQuestions(t *testing.T) {
	folder := shop(t)
	out, errs, code := octroi("init", folder, "--yes", "--name", "Shop", "--controller", "Shop Ltd", "--contact", "/contact", "--policy", "/legal/cookies", "--language", "en")
	require.Zero(t, code, errs)
	assert.Contains(t, out, "Only you can say, in octroi.json:")
	assert.Contains(t, out, "TO DO: who is behind widget.unknown.example")
	c := declaredIn(t, folder)
	assert.Equal(t, "Shop Ltd", c.Site.Controller)
	assert.Equal(t, "/contact", c.Site.Contact)
	assert.Equal(t, "/legal/cookies", c.Policy.URL.In("en", ""))
	assert.NoFileExists(t, filepath.Join(folder, "cookies/index.html"), "the policy is elsewhere")

	// What is there stays, unless its owner says otherwise.
	mine := strings.Replace(everything(t, folder)["octroi.json"], "Shop Ltd", "Another Ltd", 1)
	require.NoError(t, os.WriteFile(filepath.Join(folder, "octroi.json"), []byte(mine), 0o666))
	_, _, code = octroi("init", folder, "--yes", "--controller", "Third Ltd")
	assert.Zero(t, code)
	assert.Equal(t, "Another Ltd", declaredIn(t, folder).Site.Controller)
	_, errs, code = answering("anew\n\n\nFourth Ltd\n\n\n\n\n\n\nyes\n", "init", folder)
	assert.Zero(t, code, errs)
	assert.Equal(t, "Fourth Ltd", declaredIn(t, folder).Site.Controller)

	require.NoError(t, os.WriteFile(filepath.Join(folder, "octroi.json"), []byte(`{"site": 1}`), 0o666))
	before := everything(t, folder)
	_, errs, code = octroi("init", folder, "--yes")
	assert.Equal(t, 1, code)
	assert.Contains(t, errs, "octroi.json:1:2: $.site: no object here")
	assert.Equal(t, before, everything(t, folder))
}

func TestInitTellsAsJSON(t *testing.T) {
	folder := t.TempDir()
	require.NoError(t, os.CopyFS(folder, os.DirFS("../../internal/setup/testdata/next-app")))
	out, errs, code := octroi("init", folder, "--json", "--no-audit", "--name", "Site", "--use", "youtube,google-analytics")
	require.Zero(t, code, errs)
	var told struct {
		Framework   string
		Written     bool
		Edits       []struct{ Path, Diff string }
		Left        struct{ Then, TODO []string }
		Declaration struct{ Site struct{ Name string } }
	}
	require.NoError(t, json.Unmarshal([]byte(out), &told))
	assert.Equal(t, "next", told.Framework)
	assert.True(t, told.Written)
	assert.Equal(t, "Site", told.Declaration.Site.Name)
	assert.Equal(t, []string{"pnpm install"}, told.Left.Then)
	assert.Len(t, told.Left.TODO, 1)
	var paths []string
	for _, e := range told.Edits {
		paths = append(paths, e.Path)
		assert.NotEmpty(t, e.Diff)
	}
	assert.Equal(t, []string{"octroi.json", "package.json", "next.config.ts", "src/app/layout.tsx", "src/app/cookies/page.tsx"}, paths)
	out, _, code = octroi("check", filepath.Join(folder, "octroi.json"))
	assert.Zero(t, code, out)
}

// Where nothing can be found out, init asks for what the catalogue knows, and without any it
// writes the declaration alone.
func TestInitAsksForServices(t *testing.T) {
	folder := t.TempDir()
	require.NoError(t, os.CopyFS(folder, os.DirFS("../../internal/setup/testdata/sveltekit")))
	before := everything(t, folder)
	out, errs, code := octroi("init", folder, "--yes", "--no-audit", "--use", "gogle-analytics")
	assert.Equal(t, 2, code, out)
	assert.Contains(t, errs, "google-analytics")
	assert.Equal(t, before, everything(t, folder))

	out, errs, code = octroi("init", folder, "--yes", "--no-audit", "--dry-run")
	require.Zero(t, code, errs)
	assert.Contains(t, out, "Nothing in it needs a visitor's consent")
	assert.NotContains(t, out, "--- a/package.json")

	out, errs, code = answering("\n\nSite Ltd\n\n\nyoutub\nyoutube, google-analytics\nyes\n", "init", folder)
	require.Zero(t, code, errs)
	assert.Contains(t, out, "did you mean youtube?")
	c := declaredIn(t, folder)
	assert.GreaterOrEqual(t, c.Find("youtube"), 0)
	assert.GreaterOrEqual(t, c.Find("google-analytics"), 0)
	assert.FileExists(t, filepath.Join(folder, "static/octroi/octroi.js"))
	out, _, code = octroi("init", folder, "--yes", "--no-audit", "--use", "vimeo")
	assert.Zero(t, code)
	assert.Contains(t, out, "Nothing has to change")
	assert.Contains(t, out, "octroi add adds a service to this")
}

func TestWhereInitCannotLook(t *testing.T) {
	folder := t.TempDir()
	_, errs, code := octroi("init", folder, "--yes")
	assert.Equal(t, 2, code)
	assert.Contains(t, errs, "no site is found in "+folder)
	_, errs, code = octroi("init", filepath.Join(folder, "none"), "--yes")
	assert.Equal(t, 2, code)
	assert.Contains(t, errs, "no such file")
	_, errs, code = octroi("init", folder, "--yes", "--framework", "nextjs")
	assert.Equal(t, 2, code)
	assert.Contains(t, errs, `no framework "nextjs" is known`)
	require.NoError(t, os.WriteFile(filepath.Join(folder, "index.html"), []byte(shopPage), 0o666))
	_, errs, code = octroi("init", folder, "--yes", "--url", "ftp://a")
	assert.Equal(t, 2, code)
	assert.Contains(t, errs, `"ftp://a" is no address`)
	out, _, _ := octroi("help", "init")
	assert.Contains(t, strings.Join(strings.Fields(out), " "), strings.Join(setup.Names(), ", "))
}

// With a browser, init sees what scripts do: here the cookie that no file tells of, and the call
// of a script's own.
func TestInitLoadsTheSite(t *testing.T) {
	folder := shop(t)
	if testing.Short() {
		t.Skip("it drives a browser")
	}
	if _, err := page.Files(io.Discard); err != nil {
		t.Skip(err)
	}
	before, settle, live := loading, 200.0, 1.0
	loading.Settle, loading.Live = &settle, &live // nothing of the page is late
	defer func() { loading = before }()
	third := httptest.NewServer(http.NotFoundHandler())
	defer third.Close()
	host := strings.TrimPrefix(third.URL, "http://")
	require.NoError(t, os.WriteFile(filepath.Join(folder, "index.html"), []byte(`<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Shop</title></head><body>
<script>document.cookie = 'basket=1; max-age=86400'; fetch('`+third.URL+`/' + 'call', { mode: 'no-cors' })</script></body></html>`), 0o666))
	server := httptest.NewServer(http.FileServer(http.Dir(folder)))
	defer server.Close()
	answers := "\nShop Ltd\n\n\nmarketing\nThird Ltd\nMeasures.\n\nessential\nyes\n"
	out, errs, code := answering(answers, "init", folder, "--url", server.URL+"/")
	if strings.Contains(out, "No browser loads the site") {
		t.Skip("there is no Chromium")
	}
	require.Zero(t, code, errs+out)
	assert.Contains(t, out, "The pages call "+host+", which nobody knows.")
	assert.Contains(t, out, "Something named basket is kept (cookie).")
	c := declaredIn(t, folder)
	n := c.Find("site-essential")
	require.GreaterOrEqual(t, n, 0)
	own := c.Services[c.Service(n)]
	require.Len(t, own.Items[config.Cookies], 1)
	assert.Equal(t, "basket", own.Items[config.Cookies][0].Name)
	assert.Equal(t, "Shop Ltd", own.Provider)
	assert.Less(t, c.Find("unsorted-names"), 0)
	// What is set up now keeps that call back, and the page has a way to the choices.
	assert.NotContains(t, out, "before there is a choice", "the second audit")
	assert.NotContains(t, out, "octroi.js is not")
	t.Log(out[strings.Index(out, "Written: "):])
}
