package rewrite

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"

	"github.com/octroi-consent/octroi/engine/config"
	"github.com/octroi-consent/octroi/engine/gate"
)

// Grants is what a visitor has granted, as a server reads it from the record: the State of
// server/consent is one.
type Grants interface {
	// Allows reports whether each of these categories and services is granted now.
	Allows(ids ...string) bool
}

// Options are what a [Rewriter] does besides gating. The zero value only gates.
type Options struct {
	// Head is put first into the head of each document, behind what says its encoding: the
	// line that "octroi build" prints, which manifest.json has as the first of "html". A page that
	// has it there already does not get it twice.
	Head string

	// Inline is what "octroi build --inline" writes, which pages get in the place of Head whose
	// visitor has yet to answer: they ask without a request. It needs Visitor, whose Grants tell
	// by Decided; each answer is one visitor's then. Where a page has a policy for scripts that
	// names no nonce, it gets Head all the same.
	Inline string

	// Origin is the site's own, as "https://www.shop.example", where its pages are asked for by
	// another name, as behind a proxy; "" takes a request's own host.
	Origin string

	// Visitor tells what the visitor of a request has granted, as the State of server/consent
	// does. A declaration with "enforce" needs it: each answer then has the policy of what its
	// visitor has granted. If it is nil, answers have none, and the page's own engine enforces.
	Visitor func(*http.Request) Grants

	// PerVisitor leaves as it is what the visitor has granted, so that it loads without waiting
	// for the page's engine. Each answer is one visitor's then. Without it all that is not
	// essential is gated, the engine opens what is granted, and caches may keep the answers.
	PerVisitor bool

	// Nonce is that of the answer's Content-Security-Policy. If it is nil, it is read from the
	// answer's header.
	Nonce func(*http.Request) string
}

// Rewriter gates markup by one declaration. Goroutines may share it.
type Rewriter struct {
	c        *config.Config
	o        Options
	origin   address
	head     lines
	inline   lines  // of Options.Inline
	folder   string // address of the folder that octroi.js comes from
	required config.Grants
	indexes  sync.Pool
	version  string
}

// New reads a declaration, as "octroi build" writes it into declaration.json.
func New(declaration []byte, o Options) (*Rewriter, error) {
	c, faults := config.Parse(string(declaration))
	if len(faults) > 0 {
		return nil, fmt.Errorf("the declaration is faulty: %s", faults[0].String())
	}
	r := &Rewriter{c: c, o: o, required: make(config.Grants, c.Places())}
	if o.Origin != "" {
		u, err := url.Parse(o.Origin)
		if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
			return nil, fmt.Errorf("the origin %q is none; write scheme and host, as https://www.shop.example", o.Origin)
		}
		var ok bool
		if r.origin, ok = resolve(u.Scheme+"://"+u.Host+"/", &address{}); !ok {
			return nil, fmt.Errorf("the origin %q has no host that a browser knows", o.Origin)
		}
	}
	for i := range c.Categories {
		category := &c.Categories[i]
		r.required[i] = category.Required
		for n := category.From; n < category.To; n++ {
			r.required[c.Place(n)] = category.Required
		}
	}
	if err := r.readHead(); err != nil {
		return nil, err
	}
	r.indexes.New = func() any { return gate.NewIndex(c) }
	r.version = version(declaration, o.Head+o.Inline)
	return r, nil
}

// lines are what is put into a head.
type lines struct {
	text   [2]string // in two halves, between which a nonce stands
	script [2]string // the start tag of octroi.js in them, where that is a file
}

// with are they under a nonce, "" for none; first all, then the start tag.
func (l *lines) with(nonce string) (text, script string) {
	if nonce != "" {
		nonce = ` nonce="` + inAttribute.Replace(nonce) + `"`
	}
	if l.script[0] != "" {
		script = l.script[0] + nonce + l.script[1]
	}
	return l.text[0] + nonce + l.text[1], script
}

// readHead reads both heads.
func (r *Rewriter) readHead() (err error) {
	if r.head, r.folder, err = readLines(r.o.Head); err != nil || r.o.Inline == "" {
		return err
	}
	var folder string
	switch r.inline, folder, err = readLines(r.o.Inline); {
	case err != nil:
		return fmt.Errorf("inline: %w", err)
	case r.inline.script[0] != "":
		return errors.New(`the inline head names a file; take what "octroi build --inline" writes into octroi.inline.html`)
	case r.o.Visitor == nil:
		return errors.New("the inline head needs Visitor, which tells who has yet to answer")
	case r.o.Head != "" && folder != r.folder:
		return fmt.Errorf("the inline head has its files in %q, and the head in %q", folder, r.folder)
	}
	r.folder = folder
	return nil
}

// readLines finds where a nonce goes into a head, and the folder that octroi.js comes from.
func readLines(text string) (l lines, folder string, err error) {
	text = strings.TrimSpace(text)
	if text == "" {
		return l, "", nil
	}
	for at := 0; ; {
		n := strings.Index(text[at:], "<script")
		if n < 0 {
			return l, "", errors.New(`the head has no tag of octroi.js; take the line that "octroi build" prints, or the first of "html" in manifest.json`)
		}
		at += n
		var g tag
		g.begin(1)
		end := g.read([]byte(text[at:]))
		if end < 0 {
			return l, "", errors.New("the head has a tag without an end")
		}
		named := at + g.named
		l.text = [2]string{text[:named], text[named:]}
		if src := g.value("src"); isDropIn(src) {
			l.script = [2]string{text[at:named], text[named : at+end]}
			return l, src[:strings.LastIndexByte(src, '/')+1], nil
		}
		if isInline(&g) {
			return l, g.value("data-base"), nil
		}
		at += end
	}
}

// Document is what a [Writer] has to know of one.
type Document struct {
	// URL is where it stands, with scheme and host, or a path of the site's own.
	URL string

	// Charset is its encoding as the Content-Type tells it, "" where only the document does.
	Charset string

	// Nonce is that of its Content-Security-Policy, "" for none.
	Nonce string

	// Grants are its visitor's, nil for a visitor who has granted nothing.
	Grants Grants

	// Asks tells that its visitor has yet to answer: it gets Options.Inline.
	Asks bool

	// Report gets what is held, in order; nil for nobody.
	Report func(Gated)
}

// nowhere stands for the site's own host where nobody tells it.
const nowhere = "site.invalid"

// Writer writes a document with what is not granted gated. What is known to be right goes out at
// each Write; Close writes the rest.
type Writer struct {
	m    machine
	tree tree
	out  output
	j    judge
	buf  []byte
	r    *Rewriter
	head head

	charset string
	decoder decoder
	started bool
	closed  bool
}

// NewWriter returns one that writes to w, which it does not close.
func (r *Rewriter) NewWriter(w io.Writer, d Document) *Writer {
	return r.newWriter(w, r.grants(d.Grants), d)
}

func (r *Rewriter) newWriter(w io.Writer, open config.Grants, d Document) *Writer {
	z := &Writer{r: r, tree: *newTree(), out: output{w: w, report: d.Report}, j: r.judge(d.URL, open)}
	z.m = machine{judge: &z.j, tree: &z.tree, out: &z.out}
	if r.head.text[1] != "" {
		z.head.text, z.head.script = r.head.with(d.Nonce)
		z.m.head = &z.head
	}
	if d.Asks && r.inline.text[1] != "" {
		z.head.under, z.head.script = z.head.text, ""
		z.head.text, _ = r.inline.with(d.Nonce)
		z.m.head = &z.head
	}
	z.charset = d.Charset
	return z
}

// judge returns one for a document at an address, which needs its index for itself.
func (r *Rewriter) judge(at string, open config.Grants) judge {
	base := r.origin
	if base.host == "" {
		base = address{scheme: "http", host: nowhere, path: "/"}
	}
	if to, ok := resolve(at, &base); ok && to.host != "" {
		if r.origin.host != "" {
			to.scheme, to.host = r.origin.scheme, r.origin.host
		}
		base = to
	}
	j := judge{c: r.c, index: r.indexes.Get().(*gate.Index), open: open, page: base, base: base, own: base.host, known: map[string]verdict{}}
	for i := range r.c.Services {
		if open.Service(r.c, i) {
			continue
		}
		for _, address := range r.c.Services[i].URLs {
			j.local = j.local || strings.HasPrefix(address, "/") && !strings.HasPrefix(address, "//")
		}
		for _, text := range r.c.Services[i].Inline {
			j.parts = append(j.parts, part{text, r.c.Services[i].ID})
		}
	}
	return j
}

// grants are those of a visitor, in the engine's form.
func (r *Rewriter) grants(visitor Grants) config.Grants {
	if visitor == nil {
		return r.required
	}
	open := append(config.Grants{}, r.required...)
	for place := range open {
		open[place] = open[place] || visitor.Allows(r.c.ID(place))
	}
	return open
}

// Rewrite writes a document that it reads to its end.
func (r *Rewriter) Rewrite(w io.Writer, src io.Reader, d Document) error {
	z := r.NewWriter(w, d)
	if _, err := io.CopyBuffer(struct{ io.Writer }{z}, struct{ io.Reader }{src}, make([]byte, 1<<16)); err != nil {
		return err
	}
	return z.Close()
}

// Write takes in more of the document.
func (z *Writer) Write(p []byte) (int, error) {
	if z.closed {
		return 0, errors.New("the document has been closed")
	}
	z.take(p, false)
	return len(p), z.out.err
}

// Close takes in that the document has ended, and writes what was waiting for that.
func (z *Writer) Close() error {
	if z.closed {
		return z.out.err
	}
	z.take(nil, true)
	z.closed = true
	z.r.indexes.Put(z.j.index)
	z.j.index = nil
	return z.out.err
}

// take reads on.
func (z *Writer) take(p []byte, final bool) {
	if !z.started {
		if !z.begin(&p, final) {
			return
		}
	}
	p = z.decoder.decode(p, final)
	b := p
	if len(z.buf) > 0 {
		z.buf = append(z.buf, p...)
		b = z.buf
	}
	n := z.m.process(b, 0, final)
	if label := z.m.charset; label != "" {
		z.m.charset = ""
		z.out.end(b, n)
		z.head.before += n
		rest := append([]byte(nil), b[n:]...)
		z.buf = z.buf[:0]
		z.setCharset(label)
		z.take(rest, final)
		return
	}
	if final {
		if h := z.m.head; h != nil && n == len(b) && z.m.state == markup && !z.m.broken {
			h.put(&z.m, b, n)
		}
		n = len(b)
	}
	z.out.end(b, n)
	z.head.before += n
	switch {
	case n == len(b):
		z.buf = z.buf[:0]
	case len(z.buf) > 0 && n == 0:
	default:
		z.buf = append(z.buf[:0], b[n:]...)
	}
}

// version tells apart what different declarations and heads make of the same document.
func version(declaration []byte, head string) string {
	sum := sha256.New()
	fmt.Fprintf(sum, "1 %d %s %s", len(declaration), declaration, head)
	return hex.EncodeToString(sum.Sum(nil)[:6])
}
