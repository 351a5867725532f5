//go:build !kept

package shop

import (
	"errors"
	"os"
	"path/filepath"

	"github.com/evanw/esbuild/pkg/api"
)

// Bundle bundles the source of a recipe that is a single-page app, with the packages that
// OCTROI_NPM has.
func Bundle(id, third string) ([]byte, error) {
	packages, _ := filepath.Abs(os.Getenv("OCTROI_NPM"))
	result := api.Build(api.BuildOptions{
		Stdin:  &api.StdinOptions{Contents: text(appSources[id], third), Sourcefile: appSources[id], Loader: api.LoaderJSX, ResolveDir: filepath.Dir(packages)},
		Bundle: true, Format: api.FormatIIFE, MinifySyntax: true, MinifyWhitespace: true, JSX: api.JSXAutomatic,
		Define:    map[string]string{"process.env.NODE_ENV": `"production"`, "__VUE_OPTIONS_API__": "true", "__VUE_PROD_DEVTOOLS__": "false", "__VUE_PROD_HYDRATION_MISMATCH_DETAILS__": "false"},
		Alias:     map[string]string{"vue": "vue/dist/vue.esm-bundler.js"},
		NodePaths: []string{packages},
	})
	if len(result.Errors) > 0 {
		return nil, errors.New(result.Errors[0].Text)
	}
	return result.OutputFiles[0].Contents, nil
}
