package rewrite

import (
	"bytes"
	"compress/gzip"
	"io"
	"mime"
	"net/http"
	"slices"
	"strings"
)

// typed gives an answer the type that browsers take it for, where what it says of its type is
// nothing, more than one thing, or no type at all: what they show as HTML has to be gated as HTML
// (https://mimesniff.spec.whatwg.org/#determining-the-computed-mime-type-of-a-resource).
type typed struct {
	*answer
	status int    // that waits for the body's beginning; 0 for none
	start  []byte // of the body, as long as the status waits
	done   bool
}

func (t *typed) WriteHeader(status int) {
	h := t.Header()
	switch {
	case t.done || t.status != 0:
		return
	case status < 200 && status != http.StatusSwitchingProtocols:
		t.answer.WriteHeader(status)
		return
	case status == http.StatusSwitchingProtocols || status == http.StatusNoContent || status == http.StatusNotModified:
	case plainly(h):
	case strings.EqualFold(strings.TrimSpace(h.Get("X-Content-Type-Options")), "nosniff"):
	default:
		t.status = status
		return
	}
	t.done = true
	t.answer.WriteHeader(status)
}

// plainly reports whether it is clear of which type an answer is, and says so in a way in which it
// can be read: of several types, HTML counts.
func plainly(h http.Header) bool {
	var essences []string
	for _, value := range h["Content-Type"] {
		for one := range strings.SplitSeq(value, ",") {
			essence, _, _ := strings.Cut(one, ";")
			essences = append(essences, strings.ToLower(strings.Trim(essence, " \t\r\n\f")))
		}
	}
	if slices.Contains(essences, "text/html") {
		if _, _, err := mime.ParseMediaType(h.Get("Content-Type")); err != nil || len(essences) > 1 {
			h.Set("Content-Type", "text/html"+charsetOf(h["Content-Type"]))
		}
		return true
	}
	return len(essences) > 0 && !slices.ContainsFunc(essences, func(essence string) bool {
		kind, sub, divided := strings.Cut(essence, "/")
		return !divided || kind == "" || sub == "" || slices.Contains([]string{"unknown/unknown", "application/unknown", "*/*"}, essence)
	})
}

// charsetOf is the first charset that types name, as a parameter.
func charsetOf(types []string) string {
	for _, one := range types {
		for parameter := range strings.FieldsFuncSeq(one, func(r rune) bool { return r == ';' || r == ',' }) {
			name, value, _ := strings.Cut(parameter, "=")
			if strings.EqualFold(strings.TrimSpace(name), "charset") && value != "" {
				return "; charset=" + strings.Trim(value, ` "`)
			}
		}
	}
	return ""
}

// taken is what browsers take a body for.
type taken int

const (
	takenLater taken = iota // before more of it is there
	takenForOther
	takenForHTML
)

// resourceHeader is how many bytes browsers look at to find a type (section 5.2 of the standard).
const resourceHeader = 1445

// htmlStarts are what a document begins with that some browser takes for HTML, in lower case. Chrome
// wants nothing behind a name, so that <a is also <article; Firefox has more names than the standard.
var htmlStarts = []string{
	"!", "?", "a", "b", "center", "div", "font", "form", "frameset", "h1", "h2", "h3", "h4", "h5", "h6", "head",
	"html", "iframe", "img", "isindex", "link", "meta", "p", "script", "style", "table", "title",
}

// longestStart is how many bytes tell whether one of them is there, and no XML.
const longestStart = 10

// sniff tells what browsers take a body for that begins so.
func sniff(start []byte, ended bool) taken {
	ended = ended || len(start) >= resourceHeader
	text := bytes.TrimLeft(start, " \t\r\n\f")
	switch {
	case len(text) == 0 && !ended:
		return takenLater
	case len(text) == 0 || text[0] != '<':
		return takenForOther
	case len(text) < longestStart && !ended:
		return takenLater
	}
	text = bytes.ToLower(text[1:min(len(text), longestStart)])
	if bytes.HasPrefix(text, []byte("?xml")) {
		return takenForOther
	}
	for _, one := range htmlStarts {
		if bytes.HasPrefix(text, []byte(one)) {
			return takenForHTML
		}
	}
	return takenForOther
}

// IsHTML reports whether some browser takes a body for HTML that begins so, where nothing says what
// it is. It needs 1,445 bytes of it, or all.
func IsHTML(start []byte) bool { return sniff(start, true) == takenForHTML }

// unzipped is the beginning of what was compressed, as far as it can be read.
func unzipped(start []byte) []byte {
	z, err := gzip.NewReader(bytes.NewReader(start))
	if err != nil {
		return nil
	}
	text, _ := io.ReadAll(io.LimitReader(z, resourceHeader))
	return text
}

// decide sends the header that has waited, and what has come of the body, once that tells its type.
func (t *typed) decide(ended bool) error {
	h := t.Header()
	switch encoding := strings.ToLower(strings.TrimSpace(h.Get("Content-Encoding"))); encoding {
	case "", "identity", "gzip", "x-gzip":
		text := t.start
		if strings.HasSuffix(encoding, "gzip") {
			text = unzipped(t.start)
			ended = ended || len(t.start) > 4*resourceHeader
		}
		switch sniff(text, ended) {
		case takenLater:
			return nil
		case takenForHTML:
			h.Set("Content-Type", "text/html")
		case takenForOther:
			if h.Get("Content-Type") == "" && encoding == "" && len(text) > 0 {
				h.Set("Content-Type", notHTML(text))
			}
		}
	default:
		// It may be HTML, and nobody can tell here: browsers must not, either.
		if mayBePage(t.request.Header) {
			h.Set("X-Content-Type-Options", "nosniff")
		}
	}
	start := t.start
	status := t.status
	t.start, t.status, t.done = nil, 0, true
	t.answer.WriteHeader(status)
	if len(start) == 0 {
		return nil
	}
	_, err := t.answer.Write(start)
	return err
}

// notHTML is the type of what is no HTML, as net/http would say it.
func notHTML(text []byte) string {
	if found := http.DetectContentType(text); !strings.HasPrefix(found, "text/html") {
		return found
	}
	return "text/plain; charset=utf-8"
}

// Write takes in a part of the body.
func (t *typed) Write(b []byte) (int, error) {
	if !t.done && t.status == 0 {
		t.WriteHeader(http.StatusOK)
	}
	if t.done {
		return t.answer.Write(b)
	}
	t.start = append(t.start, b...)
	return len(b), t.decide(false)
}

// ReadFrom takes in the body; what goes through as it is may be sent by the operating system.
func (t *typed) ReadFrom(src io.Reader) (int64, error) {
	if t.done {
		return t.answer.ReadFrom(src)
	}
	return io.Copy(struct{ io.Writer }{t}, src)
}

// FlushError sends all that is known to be right by now; a header that waits for the body's
// beginning waits on.
func (t *typed) FlushError() error {
	if !t.done && t.status == 0 {
		t.WriteHeader(http.StatusOK)
	}
	if !t.done {
		return nil
	}
	return t.answer.FlushError()
}

// Flush is [typed.FlushError].
func (t *typed) Flush() { _ = t.FlushError() }

// end sends a header that still waits, of a body that is short or that there is none of.
func (t *typed) end() {
	if t.status != 0 {
		_ = t.decide(true)
	}
}

// Unwrap returns what the answer is written to, for [http.ResponseController].
func (t *typed) Unwrap() http.ResponseWriter { return t.ResponseWriter }
