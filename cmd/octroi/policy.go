package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"io"
	"slices"
	"strings"

	"github.com/octroi-consent/octroi/engine/banner"
	"github.com/octroi-consent/octroi/engine/config"
	"github.com/octroi-consent/octroi/engine/locale"
	"github.com/octroi-consent/octroi/web"
)

type policyCommand struct {
	File     string `arg:"" optional:"" default:"octroi.json" help:"The declaration (${default}); - for standard input."`
	Language string `arg:"" name:"lang" optional:"" help:"A language tag; the declaration's language unless given."`
}

// Help is what --help says besides.
func (*policyCommand) Help() string {
	return "It is what data-octroi-declaration shows, for search engines and for visitors without JavaScript."
}

func (c *policyCommand) Run(s streams) error {
	found, err := declared(s, c.File)
	if err != nil {
		return err
	}
	return policy(found.text, c.Language, s.out)
}

// policy prints a declaration's policy in a language, its own where none is given.
func policy(declaration []byte, wanted string, out io.Writer) error {
	c, faults := config.Parse(string(declaration))
	if len(faults) > 0 {
		return errors.New(strings.Join(sentences(faults), "\n"))
	}
	if wanted == "" {
		wanted = c.Language
	}
	languages := strings.Join(web.Languages(), " ")
	lang, _ := locale.Choose(wanted, languages, "")
	if lang == "" {
		return fmt.Errorf("there is no language %q; there are %s", wanted, languages)
	}
	text, err := web.Texts(lang)
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
