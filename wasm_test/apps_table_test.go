package wasmtest

import (
	"bytes"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/andybalholm/brotli"
	"github.com/evanw/esbuild/pkg/api"

	"github.com/octroi-consent/octroi/internal/apps"
)

// frameworksFile has the table of what the apps have shown.
const frameworksFile = "../docs/frameworks.md"

const (
	tableHead = "| framework | versions | first load | soft navigation | grant | withdrawal | octroi.js blocked | strict policy | hydration warnings | adapter, brotli |\n| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |\n"
	tableEnd  = "\n<!-- end of the table -->"
)

// tell writes an app's row into the table, in the place of the one that it had.
func tell(app apps.App) error {
	versions, err := app.VersionsUsed()
	if err != nil {
		return err
	}
	weight := "–"
	if app.Adapter != "" {
		bytes, err := adapterBytes(app.Adapter)
		if err != nil {
			return err
		}
		weight = fmt.Sprintf("%d bytes", bytes)
	}
	strict := map[string]string{"": "–", "nonce": "nonces", "hash": "hashes", "self": "own files"}[app.Policy]
	row := fmt.Sprintf("| [%s](../examples/apps/%s) | %s | yes | yes | yes | yes | yes | %s | 0 | %s |", app.Name, app.ID, versions, strict, weight)
	content, err := os.ReadFile(frameworksFile)
	if err != nil {
		return err
	}
	before, rest, ok := strings.Cut(string(content), tableHead)
	table, after, ended := strings.Cut(rest, tableEnd)
	if !ok || !ended {
		return fmt.Errorf("%s has no table", frameworksFile)
	}
	rows := strings.Split(strings.TrimSpace(table), "\n")
	rows = slices.DeleteFunc(rows, func(one string) bool {
		return one == "" || strings.Contains(one, "(../examples/apps/"+app.ID+")")
	})
	rows = append(rows, row)
	slices.SortFunc(rows, func(a, b string) int { return strings.Compare(strings.ToLower(a), strings.ToLower(b)) })
	return os.WriteFile(frameworksFile, []byte(before+tableHead+strings.Join(rows, "\n")+"\n"+tableEnd+after), 0o666)
}

// adapterBytes weighs an adapter as a visitor gets it, minified, with the part of the package
// that it stands on and without the framework.
func adapterBytes(name string) (int, error) {
	result := api.Build(api.BuildOptions{
		EntryPoints: []string{"../npm/octroi/lib/" + name}, Bundle: true, Format: api.FormatESModule,
		MinifyWhitespace: true, MinifyIdentifiers: true, MinifySyntax: true, Packages: api.PackagesExternal, LogLevel: api.LogLevelSilent,
	})
	if len(result.Errors) > 0 {
		return 0, fmt.Errorf("%s: %s", name, result.Errors[0].Text)
	}
	var packed bytes.Buffer
	w := brotli.NewWriterLevel(&packed, brotli.BestCompression)
	w.Write(result.OutputFiles[0].Contents)
	w.Close()
	return packed.Len(), nil
}
