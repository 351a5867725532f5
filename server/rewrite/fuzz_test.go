package rewrite

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"github.com/octroi-consent/octroi/internal/loads"
)

// seeds are pages that are not well made, and such as sites have.
func seeds() (all []string) {
	all = []string{
		"", "<", "</", "<!", "<!-", "<!--", "<!-->", "<!--->", "<a", "<a ", "<a b", "<a b=", `<a b="`, "<script", "<script>", "<script></script", "<style>@import '",
		`<img src=//stats.example/><p style="a:url(//stats.example/">`, "<svg><style><img src=//stats.example/></style>",
		"<math><annotation-xml encoding=text/html><svg><script>fbq(</script>", "<svg><desc><style><img src=//stats.example/></style></desc>",
		"<select><option><svg><style><img src=//stats.example/></select>", "<table><tr><td><svg></table><style><img src=//stats.example/></style>",
		"<p><b><svg></b><style><img src=//stats.example/></style>", "<noscript><img src=//stats.example/></noscript>",
		"<noscript><!--</noscript><img src=//stats.example/>-->", "<template><col><style></template><img src=//stats.example/></style>",
		"<frameset><style><frame src=//stats.example/></style>", "<script><!--<script></script>fbq(--></script>",
		"<a><svg><a><style><img src=//stats.example/></style>", "<svg></p><style><img src=//stats.example/></style>",
		"<svg><![CDATA[<img src=//stats.example/>]]><image href=//stats.example/>", "<![CDATA[<img src=//stats.example/>]]>",
		"<form><table><form><input type=hidden><svg></form><style><img src=//stats.example/></style>",
		"<iframe srcdoc='<iframe srcdoc=&quot;<img src=//stats.example/>&quot;>'></iframe>",
		"<font><svg><font color=a><style><img src=//stats.example/></style>", "<svg/><style><img src=//stats.example/></style>",
		"<button><p><button><svg></button><style><img src=//stats.example/></style>", "<ul><li><svg><li><style><img src=//stats.example/></style>",
		"<nobr><nobr><svg></nobr><style><img src=//stats.example/></style>", "<textarea><img src=//stats.example/></textarea>",
		"<base href=//stats.example/><img src=a>", "<style>a{b:url(//stats.example/)}\\", "<xmp><svg></xmp><img src=//stats.example/>",
		"\xef\xbb\xbf<img src=//stats.example/>", "\xff\xfe<\x00p\x00>\x00", "<plaintext><img src=//stats.example/>",
	}
	pages, _ := filepath.Glob("../../examples/*/*.html")
	for _, path := range pages {
		if b, err := os.ReadFile(path); err == nil && len(b) < 20_000 {
			all = append(all, string(b))
		}
	}
	return all
}

// oracle judges what a parser makes of a text.
type oracle struct {
	t *testing.T
	j *judge
}

func (r *Rewriter) oracle(t *testing.T) *oracle {
	return &oracle{t, &r.NewWriter(new(bytes.Buffer), here).j}
}

// loading lists what a tree asks for that is held.
func (o *oracle) loading(n *html.Node) (list []string) {
	for n := range n.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		space := loads.HTML
		switch n.Namespace {
		case "svg":
			space = loads.SVG
		case "math":
			continue
		}
		attr := func(name string) string {
			for _, a := range n.Attr {
				key := lower(a.Key)
				if a.Namespace != "" {
					key = a.Namespace + ":" + key
				}
				if key == name {
					return a.Val
				}
			}
			return ""
		}
		tag := lower(n.Data)
		if tag == "script" && !runs(scriptType(attr("type"))) {
			continue
		}
		if n.Data == "link" && !slices.ContainsFunc(strings.Fields(lower(attr("rel"))), func(rel string) bool { return loads.Rels[rel] != "" }) {
			continue
		}
		if n.Data == "img" && n.Namespace == "" {
			tag = "img"
		}
		for _, row := range loads.Of(space, tag) {
			if row.Sent {
				continue
			}
			if value := attr(lower(row.Attr)); value != "" && o.j.source(tag, &row, value, attr).held {
				list = append(list, fmt.Sprintf("%s %s=%q", tag, row.Attr, value))
			}
		}
		text := ""
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			if c.Type == html.TextNode {
				text += c.Data
			}
		}
		if n.Data == "script" && attr("src") == "" && attr("href") == "" && attr("xlink:href") == "" && o.j.inline(scriptType(attr("type")), text).held {
			list = append(list, "script "+text)
		}
		if n.Data == "style" && (attr("type") == "" || attr("type") == "text/css") && o.j.sheet(text).held {
			list = append(list, "style "+text)
		}
		if style := attr("style"); o.j.sheet(style).held {
			list = append(list, "style="+style)
		}
	}
	return list
}

// shape writes a tree down as it was before it was gated.
func shape(n *html.Node) string {
	var b strings.Builder
	var walk func(n *html.Node, depth int)
	walk = func(n *html.Node, depth int) {
		fmt.Fprintf(&b, "%*s", depth, "")
		switch n.Type {
		case html.ElementNode:
			attrs := map[string]string{}
			for _, a := range n.Attr {
				attrs[strings.TrimPrefix(a.Namespace+":"+a.Key, ":")] = a.Val
			}
			if _, gated := attrs["data-octroi"]; gated {
				delete(attrs, "data-octroi")
				delete(attrs, "data-octroi-unknown")
				if attrs["type"] == "text/plain" {
					delete(attrs, "type")
				}
				for name, value := range attrs {
					if real, found := strings.CutPrefix(name, "data-"); found {
						delete(attrs, name)
						attrs[strings.Replace(strings.TrimPrefix(real, "octroi-"), "xlink-href", "xlink:href", 1)] = value
					}
				}
			}
			var list []string
			for name, value := range attrs {
				if strings.Contains(value, "url") {
					value = "url" // blanked, or not
				}
				list = append(list, name+"="+value)
			}
			slices.Sort(list)
			fmt.Fprintf(&b, "<%s:%s %q>\n", n.Namespace, n.Data, list)
		case html.TextNode:
			text := n.Data
			if n.Parent != nil && (n.Parent.Data == "style" || n.Parent.DataAtom == atom.Noscript) {
				text = "…"
			}
			fmt.Fprintf(&b, "%q\n", text)
		default:
			fmt.Fprintf(&b, "%d %q\n", n.Type, n.Data)
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c, depth+1)
		}
	}
	walk(n, 0)
	return b.String()
}

// differs is where the parser of golang.org/x/net/html is known to read otherwise than the standard
// has it: what it says then counts for nothing.
var differs = regexp.MustCompile(`(?i)<frameset|<template|</(p|br)\b|=[^"'\s>][^\s>]*/>|<!doctype[^>]*["']|\x00`)

func FuzzRewrite(f *testing.F) {
	for _, s := range seeds() {
		f.Add(s)
	}
	r := rewriter(f, "", Options{Head: `<script src="/octroi/octroi.js" integrity="x"></script>`})
	bare := rewriter(f, "", Options{})
	f.Fuzz(func(t *testing.T, in string) { holds(t, r, bare, in) })
}

// holds checks all that has to hold of whatever is rewritten, with a head and without.
func holds(t *testing.T, r, bare *Rewriter, in string) {
	if len(in) > 1<<16 {
		return
	}
	out := bare.text(t, in, here)
	if again := bare.text(t, out, here); again != out {
		t.Fatalf("twice is not once:\n%q\n%q\n%q", in, out, again)
	}
	if headed := r.text(t, in, here); r.text(t, headed, here) != headed {
		t.Fatalf("twice is not once, with a head:\n%q\n%q\n%q", in, headed, r.text(t, headed, here))
	} else if parts := r.parts(t, in, 7); parts != headed {
		t.Fatalf("in parts it is another:\n%q\n%q\n%q", in, headed, parts)
	}
	if parts := bare.parts(t, in, 1); parts != out {
		t.Fatalf("in bytes it is another:\n%q\n%q\n%q", in, out, parts)
	}
	if strings.HasPrefix(in, "\xff\xfe") || strings.HasPrefix(in, "\xfe\xff") || strings.Contains(lower(in), "2022") {
		return
	}
	if differs.MatchString(in) {
		return
	}
	for _, scripting := range []bool{true, false} {
		before, err := html.ParseWithOptions(strings.NewReader(in), html.ParseOptionEnableScripting(scripting))
		if err != nil {
			return // too deep for it
		}
		after, err := html.ParseWithOptions(strings.NewReader(out), html.ParseOptionEnableScripting(scripting))
		if err != nil {
			return
		}
		if !strings.Contains(lower(in), "<base") {
			if list := bare.oracle(t).loading(after); len(list) > 0 {
				t.Fatalf("scripting %v: still asks for %q:\n%q\n%q", scripting, list, in, out)
			}
		}
		if strings.Contains(out, "<octroi-") || strings.Count(out, "&lt;") != strings.Count(in, "&lt;") || strings.Contains(lower(in), "noscript") {
			continue
		}
		if x, y := shape(before), shape(after); x != y && !strings.Contains(lower(in), "data-") {
			t.Fatalf("scripting %v: another tree:\n%q\n%q\n%s\n%s", scripting, in, out, x, y)
		}
	}
}

// words are what markup is made of that parsers have to think about.
var words = strings.Fields(`div p span b i a nobr font table tbody tr td th caption colgroup col select option optgroup svg math mi mtext annotation-xml
	foreignObject desc title style script template noscript textarea iframe xmp noembed noframes button li ul dd dl h1 form input hr img image br body html head
	ruby rt rp rtc rb object applet marquee g path use embed link meta base plaintext frameset frame pre listing video source my-tag search menu keygen big em
	address fieldset center details summary`)

// wild makes up markup.
func wild(random *rand.Rand) string {
	var b strings.Builder
	pick := func(list ...string) string { return list[random.IntN(len(list))] }
	for range 1 + random.IntN(14) {
		tag := words[random.IntN(len(words))]
		switch random.IntN(12) {
		case 0:
			b.WriteString(pick(" ", "x", "&nbsp;", "&#32;", "\n", "<!--", "-->", "<![CDATA[", "]]>", "<", "</", "<!x>", "fbq(", "url(//stats.example/)", "\x00"))
		case 1, 2, 3:
			b.WriteString("</" + tag + ">")
		default:
			b.WriteString("<" + tag)
			for range random.IntN(3) {
				b.WriteString(pick(" ", "/", "\n") + pick("src=//stats.example/", "href='//stats.example/'", `data="//pixel.example/"`, "srcset='/a,//stats.example/ 2x'", "style=a:url(//stats.example/)",
					"type=hidden", "type=module", "rel=stylesheet", "color=x", "encoding=text/html", "http-equiv=refresh", "content='0;//stats.example/'", "xlink:href=//stats.example/", "a", "b=c", "srcdoc='<img src=//stats.example/>'"))
			}
			b.WriteString(pick(">", ">", ">", ">", ">", " />", ">", ">", ">", ""))
		}
	}
	return b.String()
}

func TestWildMarkup(t *testing.T) {
	random := rand.New(rand.NewPCG(uint64(wildSeed()), 2))
	r := rewriter(t, "", Options{Head: `<script src="/octroi/octroi.js" integrity="x"></script>`})
	bare := rewriter(t, "", Options{})
	for range wildCases() {
		holds(t, r, bare, wild(random))
	}
}

func wildSeed() int {
	if seed, err := strconv.Atoi(os.Getenv("OCTROI_SEED")); err == nil {
		return seed
	}
	return 1
}

func wildCases() int {
	if n, err := strconv.Atoi(os.Getenv("OCTROI_CASES")); err == nil {
		return n
	}
	return 3000
}

// parts has a text come in parts of up to so many bytes.
func (r *Rewriter) parts(t testing.TB, in string, most int) string {
	var b strings.Builder
	z := r.NewWriter(&b, here)
	random := rand.New(rand.NewPCG(1, uint64(len(in))))
	for len(in) > 0 {
		n := min(1+random.IntN(most), len(in))
		if _, err := z.Write([]byte(in[:n])); err != nil {
			t.Fatal(err)
		}
		in = in[n:]
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}
