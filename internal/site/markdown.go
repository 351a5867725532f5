package site

import (
	"bytes"
	"fmt"
	"image"
	_ "image/png" // the size of pictures
	"net/url"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/renderer"
	gm "github.com/yuin/goldmark/renderer/html"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// code is where the repository is read by those who have the site alone.
const code = "https://github.com/octroi-consent/octroi/"

// markdown reads pages: GitHub's Markdown, with HTML, which only this repository's files bring.
func markdown() goldmark.Markdown {
	return goldmark.New(
		goldmark.WithExtensions(extension.GFM),
		goldmark.WithParserOptions(parser.WithAutoHeadingID()),
		goldmark.WithRendererOptions(gm.WithUnsafe(), renderer.WithNodeRenderers(util.Prioritized(scrolled{}, 1))),
	)
}

// render makes a page's body, and finds its title, its first sentence and its headings.
func (s *Site) render(p *Page) {
	md := markdown()
	doc := md.Parser().Parse(text.NewReader(p.Source))
	p.anchors = map[string]bool{}
	err := ast.Walk(doc, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		switch n := n.(type) {
		case *ast.Heading:
			s.heading(p, n)
		case *ast.Paragraph:
			if p.Lead == "" && p.Title != "" && n.Parent() == doc {
				p.Lead = firstSentence(plain(n, p.Source))
			}
		case *ast.CodeBlock:
			s.fault(p, "code by indentation: fence it, and say where it is from")
		case *ast.Link:
			n.Destination = []byte(s.address(p, string(n.Destination), false))
		case *ast.Image:
			n.Destination = []byte(s.address(p, string(n.Destination), true))
			s.size(p, n)
		}
		return ast.WalkContinue, nil
	})
	if err != nil {
		s.fault(p, "%v", err)
	}
	if p.Title == "" || p.Lead == "" {
		s.fault(p, "a page begins with # and its title, then a paragraph")
	}
	for _, id := range idsOf(p.Source) {
		p.anchors[id] = true
	}
	var out bytes.Buffer
	if err := md.Renderer().Render(&out, p.Source, doc); err != nil {
		s.fault(p, "%v", err)
	}
	p.body = out.Bytes()
	if p.App != "" {
		p.body, err = look.ReadFile("look/" + p.App + "/page.html")
		if err != nil {
			s.fault(p, "%v", err)
		}
	}
}

// heading notes a heading; the first one is the page's title.
func (s *Site) heading(p *Page, n *ast.Heading) {
	id, _ := n.AttributeString("id")
	name, _ := id.([]byte)
	h := heading{n.Level, string(name), plain(n, p.Source)}
	p.anchors[h.ID] = true
	if n.Level == 1 && p.Title == "" {
		p.Title = h.Text
		return
	}
	if n.Level == 1 {
		s.fault(p, "%q is a second title", h.Text)
	}
	p.headings = append(p.headings, h)
}

// plain is the text of a node, without its markup.
func plain(n ast.Node, source []byte) string {
	var b strings.Builder
	_ = ast.Walk(n, func(c ast.Node, entering bool) (ast.WalkStatus, error) {
		if t, ok := c.(*ast.Text); ok && entering {
			b.Write(t.Segment.Value(source))
			if t.SoftLineBreak() {
				b.WriteByte(' ')
			}
		} else if t, ok := c.(*ast.String); ok && entering {
			b.Write(t.Value)
		}
		return ast.WalkContinue, nil
	})
	return string(util.UnescapePunctuations([]byte(b.String())))
}

// firstSentence is a text up to its first full stop that ends a sentence.
func firstSentence(s string) string {
	for i := 0; i+1 < len(s); i++ {
		if strings.IndexByte(".!?", s[i]) >= 0 && s[i+1] == ' ' && (i+2 == len(s) || s[i+2] < 'a' || s[i+2] > 'z') {
			return s[:i+1]
		}
	}
	return s
}

// idsOf are the ids that a page's own HTML gives.
func idsOf(source []byte) (ids []string) {
	rest := string(source)
	for {
		_, after, found := strings.Cut(rest, ` id="`)
		if !found {
			return ids
		}
		id, more, _ := strings.Cut(after, `"`)
		ids, rest = append(ids, id), more
	}
}

// address is a link's address on the site. A page may be named by "page:" and its path; else an
// address is relative to the file that the page is written in, as on GitHub.
func (s *Site) address(p *Page, link string, picture bool) string {
	u, err := url.Parse(link)
	if err != nil {
		s.fault(p, "the link %q cannot be read", link)
		return link
	}
	if u.Scheme != "" && u.Scheme != "page" || u.Host != "" {
		return link
	}
	target, fragment := p, u.Fragment
	if u.Scheme == "page" {
		target = s.byPath[u.Opaque]
		if target == nil {
			s.fault(p, "the link %q leads to no page", link)
			return link
		}
	} else if u.Path != "" {
		file := path.Join(path.Dir(p.File), u.Path)
		if target = s.byFile[file]; target == nil {
			return s.copied(p, link, file, picture)
		}
	}
	if fragment != "" {
		p.wanted = append(p.wanted, anchor{target, fragment})
		fragment = "#" + fragment
	}
	if target == p {
		return fragment
	}
	return p.to(target.url()) + fragment
}

// copied puts a file of the repository that a page links to beside the pages; a folder stays
// where the code is.
func (s *Site) copied(p *Page, link, file string, picture bool) string {
	info, err := os.Stat(filepath.Join(s.root, file))
	if err != nil || strings.HasPrefix(file, "..") {
		s.fault(p, "the link %q leads nowhere", link)
		return link
	}
	if info.IsDir() {
		return code + "tree/main/" + file
	}
	if !picture && info.Size() > 200_000 || slices.Contains([]string{".go", ".js", ".ts", ".tsx", ".jsx", ".vue", ".php", ".sh"}, path.Ext(file)) && !strings.HasSuffix(file, ".d.ts") {
		return code + "blob/main/" + file
	}
	content, err := os.ReadFile(filepath.Join(s.root, file))
	if picture && path.Ext(file) == ".png" && len(content) > pictureLength {
		file = strings.TrimSuffix(file, ".png") + ".jpg"
		if s.Files["files/"+file] != nil {
			return p.to("files/" + file)
		}
		content, err = shrunk(content)
	}
	if err != nil {
		s.fault(p, "%v", err)
	}
	s.Files["files/"+file] = content
	return p.to("files/" + file)
}

// size says how large a picture is, so that the text below it does not move.
func (s *Site) size(p *Page, n *ast.Image) {
	content := s.Files[path.Join(path.Dir(p.Path), string(n.Destination))]
	if c, _, err := image.DecodeConfig(bytes.NewReader(content)); err == nil {
		n.SetAttributeString("width", fmt.Append(nil, c.Width))
		n.SetAttributeString("height", fmt.Append(nil, c.Height))
	}
	n.SetAttributeString("loading", []byte("lazy"))
}
