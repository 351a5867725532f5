package setup

import (
	"regexp"
	"strings"
)

var next = Framework{Name: "next", Title: "Next", found: func(s *Site) string { return s.depends("next") }, plan: planNext}

func planNext(s *Site, p *Plan) error {
	// next start reads the configuration, too.
	if err := s.takes(p, "dependencies"); err != nil {
		return err
	}
	if err := s.nextConfig(p); err != nil {
		return err
	}
	layout := ""
	for _, folder := range []string{"app", "src/app"} {
		if layout == "" {
			layout = s.first(with(folder+"/layout", ".tsx", ".jsx", ".js")...)
		}
	}
	if layout != "" {
		if err := s.nextLayout(p, layout); err != nil {
			return err
		}
	}
	pages := ""
	for _, folder := range []string{"pages", "src/pages"} {
		if s.first(with(folder+"/_app", ".tsx", ".jsx", ".js")...)+s.first(with(folder+"/_document", ".tsx", ".jsx", ".js")...)+s.first(with(folder+"/index", ".tsx", ".jsx", ".js")...) != "" && pages == "" {
			pages = folder
		}
	}
	if pages != "" {
		if err := s.nextDocument(p, pages); err != nil {
			return err
		}
	}
	ending := ".jsx"
	if s.typed() {
		ending = ".tsx"
	}
	page := "export const metadata = { title: '" + s.title() + "' };\n\nexport default function Cookies() {\n  return (\n    <main>\n      <h1>" + s.title() +
		"</h1>\n      <div data-octroi-declaration=\"\" suppressHydrationWarning />\n    </main>\n  );\n}\n"
	switch {
	case layout != "":
		folder := layout[:strings.LastIndexByte(layout, '/')] + "/cookies/page"
		if had := s.first(with(folder, ".tsx", ".jsx", ".js", ".mdx")...); had != "" {
			return s.addPage(p, had, nil)
		}
		return s.addPage(p, folder+ending, []byte(page))
	case pages != "":
		_, page, _ = strings.Cut(page, "\n\n")
		if had := s.first(with(pages+"/cookies", ".tsx", ".jsx", ".js", "/index.tsx", "/index.jsx", "/index.js")...); had != "" {
			return s.addPage(p, had, nil)
		}
		return s.addPage(p, pages+"/cookies"+ending, []byte(page))
	}
	p.Steps = append(p.Steps, Step{Where: "app/layout or pages/_document", Why: "Neither is there. In the layout of all pages, first in <head>, write:", Lines: []string{headImport, "<OctroiHead />"}})
	return nil
}

const (
	headImport = "import { OctroiHead } from 'octroi/next';"
	withImport = "import { withOctroi } from 'octroi/next';"
)

var (
	exported = regexp.MustCompile(`(?m)^export default ([^\n]+?)[ \t]*;?[ \t]*$`)
	module   = regexp.MustCompile(`(?m)^module\.exports\s*=\s*([A-Za-z_$][\w$]*)[ \t]*;?[ \t]*$`)
	object   = regexp.MustCompile(`(?m)^export default (\{[\s\S]*\n\})[ \t]*;?\s*$`)
)

// whole reports whether the one line that exports something has all of it, and a value.
func whole(found [][]string) bool {
	if len(found) != 1 || regexp.MustCompile(`^(?:async|function|class)\b|=>|//`).MatchString(found[0][1]) {
		return false
	}
	open := ""
	for _, c := range found[0][1] {
		switch c {
		case '(', '[', '{':
			open += string(c)
		case ')', ']', '}':
			if open == "" || open[len(open)-1] != map[rune]byte{')': '(', ']': '[', '}': '{'}[c] {
				return false
			}
			open = open[:len(open)-1]
		}
	}
	return open == ""
}

// nextConfig has the configuration build the files.
func (s *Site) nextConfig(p *Plan) error {
	config := s.first(with("next.config", ".mjs", ".ts", ".js", ".mts")...)
	if config == "" {
		return s.put(p, "next.config.mjs", []byte(withImport+"\n\nexport default withOctroi();\n"))
	}
	return s.edit(p, config, func(text string) (string, bool) {
		switch {
		case strings.Contains(text, "octroi/next"):
			return text, true
		case whole(exported.FindAllStringSubmatch(text, -1)):
			return addImport(exported.ReplaceAllString(text, "export default withOctroi($1);"), withImport), true
		case len(object.FindAllString(text, -1)) == 1:
			return addImport(object.ReplaceAllString(text, "export default withOctroi($1);\n"), withImport), true
		case len(module.FindAllString(text, -1)) == 1:
			// The package is of ES modules, which any version of Node that Next runs on can import.
			return module.ReplaceAllString(text, "module.exports = async (phase, context) => (await import('octroi/next')).withOctroi($1)(phase, context);"), true
		}
		return text, false
	}, Step{Why: "withOctroi builds the files, and goes around what the file exports:", Lines: []string{withImport, "export default withOctroi(nextConfig);"}})
}

var (
	htmlOpen  = regexp.MustCompile(`<html(?:\s(?:[^<>{}]|\{(?:[^{}]|\{[^{}]*\})*\})*)?>`)
	headOpen  = regexp.MustCompile(`<head(?:\s[^<>]*)?>`)
	headShut  = regexp.MustCompile(`<head\s*/>`)
	nextHead  = regexp.MustCompile(`<Head(?:\s[^<>]*)?>`)
	nextEmpty = regexp.MustCompile(`<Head\s*/>`)
)

// behind puts an element first into another, which has to stand there once.
func behind(text string, open *regexp.Regexp, element string) (changed string, done bool) {
	at := open.FindAllStringIndex(text, -1)
	if len(at) != 1 {
		return text, false
	}
	start := strings.LastIndex(text[:at[0][0]], "\n") + 1
	indent := text[start:at[0][0]]
	if strings.TrimSpace(indent) != "" {
		return text[:at[0][1]] + element + text[at[0][1]:], true
	}
	return text[:at[0][1]] + "\n" + indent + "  " + strings.ReplaceAll(element, "\n", "\n"+indent+"  ") + text[at[0][1]:], true
}

// nextLayout puts the tag into the App Router's layout of all pages.
func (s *Site) nextLayout(p *Plan, layout string) error {
	return s.edit(p, layout, func(text string) (string, bool) {
		if strings.Contains(text, "OctroiHead") {
			return text, true
		}
		after, done := text, false
		switch {
		case len(headOpen.FindAllString(text, -1)) == 1:
			after, done = behind(text, headOpen, "<OctroiHead />")
		case len(headShut.FindAllString(text, -1)) == 1:
			after, done = headShut.ReplaceAllString(text, "<head><OctroiHead /></head>"), true
		case !strings.Contains(text, "<head"):
			after, done = behind(text, htmlOpen, "<head>\n  <OctroiHead />\n</head>")
		}
		if !done {
			return text, false
		}
		return addImport(after, headImport), true
	}, Step{Why: "First in <head>, which goes right into <html>:", Lines: []string{headImport, "<head>", "  <OctroiHead />", "</head>"}})
}

// nextDocument puts the tag into the Pages Router's document.
func (s *Site) nextDocument(p *Plan, pages string) error {
	document := s.first(with(pages+"/_document", ".tsx", ".jsx", ".js")...)
	if document == "" {
		ending := ".jsx"
		if s.typed() {
			ending = ".tsx"
		}
		return s.put(p, pages+"/_document"+ending, []byte("import { Head, Html, Main, NextScript } from 'next/document';\n"+headImport+
			"\n\nexport default function Document() {\n  return (\n    <Html lang=\""+s.Language+"\">\n      <Head>\n        <OctroiHead />\n      </Head>\n      <body>\n        <Main />\n        <NextScript />\n      </body>\n    </Html>\n  );\n}\n"))
	}
	return s.edit(p, document, func(text string) (string, bool) {
		if strings.Contains(text, "OctroiHead") {
			return text, true
		}
		var after string
		done := false
		switch {
		case len(nextEmpty.FindAllString(text, -1)) == 1:
			after, done = nextEmpty.ReplaceAllString(text, "<Head><OctroiHead /></Head>"), true
		default:
			after, done = behind(text, nextHead, "<OctroiHead />")
		}
		if !done {
			return text, false
		}
		return addImport(after, headImport), true
	}, Step{Why: "First in <Head>:", Lines: []string{headImport, "<Head>", "  <OctroiHead />", "</Head>"}})
}
