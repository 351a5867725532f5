package admin

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"html/template"
	"net/http"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/octroi-consent/octroi/engine/config"
	"github.com/octroi-consent/octroi/server/receipts"
)

var functions = template.FuncMap{
	"instant": func(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05 UTC") },
	"minute":  func(m receipts.Minute) string { return m.Time().Format("2006-01-02 15:04 UTC") },
	"day":     func(t time.Time) string { return t.Format("2 Jan") },
	"short":   func(h receipts.Hash) string { return h.String()[:16] + "…" },
	"visible": visible,
	"words":   func(list []string) string { return strings.Join(list, ", ") },
	"add":     func(a, b int) int { return a + b },
	"lines":   func() []int { return []int{0, 50, 100} }, // of a chart, in percent
	"sub":     func(a, b int) int { return a - b },
}

// visible shows what cannot be seen in a text, or changes how the rest is seen, by its number.
func visible(of any) string {
	text := fmt.Sprintf("%s", of)
	var b strings.Builder
	for len(text) > 0 {
		r, size := utf8.DecodeRuneInString(text)
		switch {
		case r == utf8.RuneError && size == 1:
			fmt.Fprintf(&b, `\x%02x`, text[0])
		case r == '\n' || r == '\t' || unicode.IsGraphic(r):
			b.WriteRune(r)
		default:
			fmt.Fprintf(&b, `\u%04x`, r)
		}
		text = text[size:]
	}
	return b.String()
}

// archived is a declaration as it is kept.
type archived struct {
	Hash     receipts.Hash
	Name     string // the site's, in the declaration's own language
	Revision string // of the policy
	Services int
	Text     []byte // indented
}

// archivedOf reads a declaration, also one that has a fault for this version; of one that cannot be
// read at all, only its text is shown.
func archivedOf(hash receipts.Hash, text []byte) archived {
	a := archived{Hash: hash, Text: text}
	declared, _ := config.Parse(string(text))
	a.Name, a.Revision, a.Services = declared.Site.Name.In(declared.Language, declared.Language), declared.Policy.Revision, len(declared.Services)
	var wide bytes.Buffer
	if json.Indent(&wide, text, "", "  ") == nil {
		a.Text = wide.Bytes()
	}
	return a
}

// listed is how many declarations the first page lists.
const listed = 20

func (p *page) overview(w http.ResponseWriter, r *http.Request) {
	v := view{Title: "Receipts of consent"}
	var err error
	if v.Chains, err = p.chains(r.Context()); err != nil {
		p.fail(w, err)
		return
	}
	v.Last, v.Runs = p.checking.state()
	if v.Rates, err = p.rates.now(r.Context(), p.Store, p.Now()); err != nil {
		p.fail(w, err)
		return
	}
	hashes, err := p.Store.Declarations(r.Context())
	if err != nil {
		p.fail(w, err)
		return
	}
	if len(hashes) > listed {
		v.More = len(hashes) - listed
		hashes = hashes[:listed]
	}
	for _, hash := range hashes {
		text, err := p.Store.Declaration(r.Context(), hash)
		if err != nil {
			p.fail(w, err)
			return
		}
		v.Kept = append(v.Kept, archivedOf(hash, text))
	}
	p.show(w, http.StatusOK, "overview", v)
}

// found is a receipt, its place in its chain, and what it was about.
type found struct {
	receipts.Entry
	receipts.Receipt
	Wrong       string // why the receipt cannot be read
	Text        []byte // its bytes
	Declaration *archived
	Replay      []string
}

func (p *page) receipt(w http.ResponseWriter, r *http.Request) {
	id := strings.ToLower(strings.TrimSpace(r.URL.Query().Get("id")))
	v := view{Title: "Receipt", ID: id}
	if !receipts.IsID(id) {
		v.Sentence = "That is no receipt’s id: one is 36 characters long, as 1f9c2b7a-6d1e-4c35-9f0a-2b7d5e8c4a10. Visitors find theirs in what they are shown of their choices."
		p.show(w, http.StatusBadRequest, "sentence", v)
		return
	}
	e, err := p.Store.Get(r.Context(), id)
	if errors.Is(err, receipts.ErrNotFound) {
		v.Sentence = "No receipt has this id. It may have been erased, or is older than receipts are kept."
		p.show(w, http.StatusNotFound, "sentence", v)
		return
	} else if err != nil {
		p.fail(w, err)
		return
	}
	f := &found{Entry: e, Text: e.Body}
	if f.Receipt, err = receipts.Parse(e.Body); err != nil {
		f.Wrong = err.Error()
	} else {
		text, err := p.Store.Declaration(r.Context(), f.Receipt.Declaration)
		switch {
		case err == nil:
			a := archivedOf(f.Receipt.Declaration, text)
			f.Declaration = &a
			if p.Replay != nil {
				if f.Replay, err = p.Replay(f.Receipt, text); err != nil {
					f.Replay = []string{"It could not be replayed: " + err.Error()}
				}
			}
		case !errors.Is(err, receipts.ErrNotFound):
			p.fail(w, err)
			return
		}
	}
	v.Receipt = f
	p.show(w, http.StatusOK, "receipt", v)
}

func (p *page) declaration(w http.ResponseWriter, r *http.Request) {
	v := view{Title: "Declaration"}
	hash, err := receipts.ParseHash(r.URL.Query().Get("hash"))
	if err != nil {
		v.Sentence = "That names no declaration: its hash is 64 digits of lower-case hex."
		p.show(w, http.StatusBadRequest, "sentence", v)
		return
	}
	text, err := p.Store.Declaration(r.Context(), hash)
	if errors.Is(err, receipts.ErrNotFound) {
		v.Sentence = "No declaration with this hash was archived."
		p.show(w, http.StatusNotFound, "sentence", v)
		return
	} else if err != nil {
		p.fail(w, err)
		return
	}
	a := archivedOf(hash, text)
	v.Declaration = &a
	p.show(w, http.StatusOK, "declaration", v)
}
