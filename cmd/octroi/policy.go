// Command policy prints a site's cookie policy as HTML, from its declaration: what
// data-octroi-declaration shows, for search engines and for visitors without
// JavaScript.
//
//	go run ./cmd/octroi policy FILE [LANGUAGE]
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/octroi-consent/octroi/engine/banner"
	"github.com/octroi-consent/octroi/engine/config"
	"github.com/octroi-consent/octroi/engine/locale"
)

func policyMain() {
	if err := policy(os.Args[2:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "policy:", err)
		os.Exit(1)
	}
}

func policy(args []string, out io.Writer) error {
	if len(args) < 1 || len(args) > 2 {
		return errors.New("usage: policy FILE [LANGUAGE]")
	}
	b, err := os.ReadFile(args[0])
	if err != nil {
		return err
	}
	c, faults := config.Parse(string(b))
	if len(faults) > 0 {
		var all []error
		for i := range faults {
			all = append(all, errors.New(faults[i].String()))
		}
		return errors.Join(all...)
	}
	wanted := c.Language
	if len(args) == 2 {
		wanted = args[1]
	}
	lang, _ := locale.Choose(wanted, strings.Join(languages(), " "), "")
	if lang == "" {
		return fmt.Errorf("there is no language %q; there are %s", wanted, strings.Join(languages(), " "))
	}
	text, err := os.ReadFile(filepath.Join("web", "locales", lang+".json"))
	if err != nil {
		return err
	}
	texts, _ := locale.Parse(lang, string(text))
	v := banner.View{Config: c, Texts: texts, Lives: func(config.Area, *config.Item) (first, end int64) { return 0, 0 }}
	var tree any
	if err := json.Unmarshal([]byte(v.Declaration()), &tree); err != nil {
		return err
	}
	var page strings.Builder
	write(&page, tree)
	_, err = fmt.Fprintln(out, page.String())
	return err
}

func languages() (langs []string) {
	files, _ := filepath.Glob("web/locales/*.json")
	for _, file := range files {
		langs = append(langs, strings.TrimSuffix(filepath.Base(file), ".json"))
	}
	return langs
}

// write writes a tree as HTML. A text is never markup.
func write(w *strings.Builder, node any) {
	list, isNode := node.([]any)
	if !isNode {
		w.WriteString(html.EscapeString(node.(string)))
		return
	}
	tag := list[0].(string)
	w.WriteString("<" + tag)
	attributes := list[1].(map[string]any)
	var names []string
	for name := range attributes {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		w.WriteString(" " + name + `="` + html.EscapeString(attributes[name].(string)) + `"`)
	}
	w.WriteString(">")
	for _, child := range list[2:] {
		write(w, child)
	}
	if tag != "br" && tag != "img" && tag != "input" {
		w.WriteString("</" + tag + ">")
	}
	if tag == "h2" || tag == "p" || tag == "tr" || tag == "li" || tag == "table" {
		w.WriteString("\n")
	}
}
