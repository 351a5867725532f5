//go:build !kept

package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/evanw/esbuild/pkg/api"

	"github.com/octroi-consent/octroi/internal/bundle"
)

// exported and imported are what esbuild writes at the end of a chunk, and at the beginning of
// a script that uses it.
var (
	exported = regexp.MustCompile(`export\s*\{([^}]*)\};?\s*$`)
	imported = regexp.MustCompile(`^\s*import\s*\{([^}]*)\}\s*from\s*"[^"]*";?`)
	renamed  = regexp.MustCompile(`([\w$]+) as ([\w$]+)`)
)

// pristineSource is what modules of the second script take built-ins from.
const pristineSource = "web/safe/pristine.js"

// What such modules take from the page when they start. They come late: the page may have bent
// it by then, and hooks may stand in its place.
var (
	ofInterface = regexp.MustCompile(`(^|[^.\w$])([A-Z]\w*)\.prototype\b(?:\.(\w+)|, '(\w+)')?`)
	ofPrototype = regexp.MustCompile(`(?m)^const \{ ([^}]*) \} = (?:/\*\*[^*]*\*/ \()?([A-Z]\w*)\.prototype\)?;`)
	ofObject    = regexp.MustCompile(`(?m)^const \{ ([^}]*) \} = (?:/\*\*[^*]*\*/ \()?(window|globalThis|JSON|Object|Array|URL)\)?;`)
	ofWindow    = regexp.MustCompile(`\b(new |globalThis\.)(DOMParser|MutationObserver|CustomEvent|Event|TextEncoder|TextDecoder|WebAssembly)\b`)
)

// late are the modules that only the second of two scripts has, by their paths, and what they
// take from the page.
type late struct {
	paths   map[string]bool
	members map[string]map[string]bool // of interfaces; "*" for all
	statics map[string]map[string]bool // of objects
	globals map[string]bool
}

// lateOf finds them.
func lateOf(first, second string, modules map[string]string, form string) (*late, error) {
	l := &late{map[string]bool{}, map[string]map[string]bool{}, map[string]map[string]bool{}, map[string]bool{}}
	modules["octroi:taken"] = "export const interfaces = '', globals = '', statics = ''"
	for _, entry := range []string{second, first} {
		options := bundling(modules, form)
		options.EntryPoints, options.Metafile = []string{entry}, true
		result := api.Build(options)
		var meta struct{ Inputs map[string]struct{} }
		if err := json.Unmarshal([]byte(result.Metafile), &meta); err != nil {
			return nil, fmt.Errorf("%s: %w", entry, err)
		}
		for path := range meta.Inputs {
			l.paths[path] = entry == second && strings.HasSuffix(path, ".js")
		}
	}
	for path, is := range l.paths {
		if !is {
			delete(l.paths, path)
			continue
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		for _, m := range ofPrototype.FindAllStringSubmatch(string(text), -1) {
			for _, name := range strings.Split(m[1], ",") {
				name, _, _ = strings.Cut(strings.TrimSpace(name), ":")
				enter(l.members, m[2], name)
			}
		}
		for _, m := range ofInterface.FindAllStringSubmatch(ofPrototype.ReplaceAllString(string(text), ""), -1) {
			enter(l.members, m[2], cmp.Or(m[3], m[4], "*"))
		}
		for _, m := range ofWindow.FindAllSubmatch(text, -1) {
			l.globals[string(m[2])] = true
		}
		for _, m := range ofObject.FindAllSubmatch(text, -1) {
			for _, name := range strings.Split(string(m[1]), ",") {
				name, _, _ = strings.Cut(strings.TrimSpace(name), ":")
				if object := string(m[2]); object == "window" || object == "globalThis" {
					l.globals[name] = true
				} else {
					enter(l.statics, object, name)
				}
			}
		}
	}
	list := func(names map[string]bool) string { return strings.Join(slices.Sorted(maps.Keys(names)), " ") }
	kinds := func(all map[string]map[string]bool) string {
		var each []string
		for _, kind := range slices.Sorted(maps.Keys(all)) {
			each = append(each, kind+" "+list(all[kind]))
		}
		return strings.Join(each, ",")
	}
	modules["octroi:taken"] = fmt.Sprintf("export const interfaces = %q, globals = %q, statics = %q", kinds(l.members), list(l.globals), kinds(l.statics))
	return l, nil
}

// enter enters a name under a kind.
func enter(all map[string]map[string]bool, kind, name string) {
	if all[kind] == nil {
		all[kind] = map[string]bool{}
	}
	all[kind][name] = true
}

// plugin has those modules take it from web/safe/pristine.js.
func (l *late) plugin() api.Plugin {
	return api.Plugin{Name: "pristine", Setup: func(b api.PluginBuild) {
		root, _ := os.Getwd()
		b.OnLoad(api.OnLoadOptions{Filter: `\.js$`}, func(a api.OnLoadArgs) (api.OnLoadResult, error) {
			content, err := os.ReadFile(a.Path)
			text := string(content)
			if path, _ := filepath.Rel(root, a.Path); l.paths[filepath.ToSlash(path)] {
				text = ofInterface.ReplaceAllStringFunc(text, func(all string) string {
					return strings.Replace(all, ofInterface.FindStringSubmatch(all)[2]+".prototype", "prototypes."+ofInterface.FindStringSubmatch(all)[2], 1)
				})
				text = ofObject.ReplaceAllStringFunc(text, func(all string) string {
					m := ofObject.FindStringSubmatch(all)
					if m[2] == "window" || m[2] == "globalThis" {
						return "const { " + m[1] + " } = taken;"
					}
					return "const { " + m[1] + " } = taken." + m[2] + ";"
				})
				text = ofWindow.ReplaceAllStringFunc(text, func(all string) string {
					m := ofWindow.FindStringSubmatch(all)
					return strings.TrimSuffix(m[1], "globalThis.") + "taken." + m[2]
				})
				text = "import { prototypes, taken } from " + strconv.Quote(filepath.ToSlash(filepath.Join(root, pristineSource))) + ";" + text
			}
			return api.OnLoadResult{Contents: &text}, err
		})
	}}
}

// divide bundles two scripts of which the second begins where the first is: what both use
// stands in the first alone, which lends it as SHARE. The second finds that in window.octroi,
// and runs only where both are of one build.
func divide(first, second string, modules map[string]string, form string) (one, two string, err error) {
	late, err := lateOf(first, second, modules, form)
	if err != nil {
		return "", "", err
	}
	options := bundling(modules, form)
	options.Plugins = append(options.Plugins, late.plugin())
	options.EntryPoints, options.Splitting, options.Format, options.Outdir = []string{first, second}, true, api.FormatESModule, "out"
	files, err := made(options)
	if err != nil {
		return "", "", err
	}
	var shared string
	for name, content := range files {
		switch name {
		case filepath.Base(first):
			one = content
		case filepath.Base(second):
			two = content
		default:
			if shared != "" {
				return "", "", fmt.Errorf("%s and %s share more than one chunk", first, second)
			}
			shared = content
		}
	}
	share := exported.FindStringSubmatch(shared)
	if share == nil || !imported.MatchString(one) || !imported.MatchString(two) {
		return "", "", fmt.Errorf("esbuild divides scripts in another form than it did")
	}
	shared = exported.ReplaceAllString(shared, "")
	build := `"` + bundle.Mark("build") + `"`
	take := func(script, from string) string {
		names := imported.FindStringSubmatch(script)[1]
		return "const{" + renamed.ReplaceAllString(names, "$1:$2") + "}=" + from + ";" + imported.ReplaceAllString(script, "")
	}
	one = "const SHARE=(()=>{" + shared + "return{build:" + build + "," + renamed.ReplaceAllString(share[1], "$2:$1") + "}})();(()=>{" + take(one, "SHARE") + "})();"
	two = "(()=>{const SHARE=window.octroi;if(!SHARE||SHARE.build!==" + build + ")return;" + take(two, "SHARE") + "})();"
	return "(()=>{" + one + "})();", two, nil
}

// made returns what esbuild makes, by the names of the files.
func made(options api.BuildOptions) (map[string]string, error) {
	result := api.Build(options)
	if len(result.Errors) > 0 {
		e := result.Errors[0]
		if e.Location != nil {
			return nil, fmt.Errorf("%s:%d: %s", e.Location.File, e.Location.Line, e.Text)
		}
		return nil, fmt.Errorf("%s: %s", strings.Join(options.EntryPoints, ", "), e.Text)
	}
	files := map[string]string{}
	for _, f := range result.OutputFiles {
		files[filepath.Base(f.Path)] = string(f.Contents)
	}
	return files, nil
}
