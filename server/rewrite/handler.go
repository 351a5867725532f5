package rewrite

import (
	"io"
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/octroi-consent/octroi/internal/vary"
)

// Handler serves what next does, with the HTML in it rewritten, and without the links in headers
// (RFC 8288) that load from what is not granted.
//
// Compressed HTML is read: next is asked for gzip at most where the answer may be HTML, and what
// it sends so goes out as gzip again. HTML in another encoding cannot be read, and is answered
// with 502. Nor can a part of a document (206): next is asked again, for all of it.
func (r *Rewriter) Handler(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) {
		a := r.answer(w, request)
		defer a.stop()
		a.serve(next)
		if a.again {
			a.again, a.begun, a.dropped = false, false, false
			a.request.Header.Del("Range")
			a.request.Header.Del("If-Range")
			clear(w.Header())
			a.serve(next)
		}
		a.end()
	})
}

// answer rewrites what is HTML. Next writes to it by way of [typed], so that its header comes first.
type answer struct {
	http.ResponseWriter
	r       *Rewriter
	visit   visit
	request *http.Request // as next gets it
	tagged  bool          // the client has a document of ours, of which it asks whether it still holds

	begun   bool
	status  int
	again   bool // next is to be asked again
	dropped bool // nothing of what next writes goes out

	z     *Writer
	unzip *unzipper
	zip   zipper // what goes out is compressed again
}

// answer prepares the request for next.
func (r *Rewriter) answer(w http.ResponseWriter, request *http.Request) *answer {
	a := &answer{ResponseWriter: w, r: r, visit: r.visit(request), request: request}
	a.request = request.Clone(request.Context())
	h := a.request.Header
	if mayBePage(h) {
		if accepts := h.Values("Accept-Encoding"); len(accepts) > 0 {
			h.Set("Accept-Encoding", "identity")
			if slices.ContainsFunc(accepts, acceptsGzip) {
				h.Set("Accept-Encoding", "gzip")
			}
		}
		a.tagged = a.ask(h)
	}
	return a
}

// serve has next answer.
func (a *answer) serve(next http.Handler) {
	t := &typed{answer: a}
	next.ServeHTTP(t, a.request)
	t.end()
}

// mayBePage reports whether the answer to a request may be HTML.
func mayBePage(h http.Header) bool {
	switch h.Get("Sec-Fetch-Dest") {
	case "", "document", "iframe", "frame", "fencedframe", "embed", "object", "empty":
		return true
	}
	return false
}

// acceptsGzip reports whether a list of encodings has gzip.
func acceptsGzip(list string) bool {
	for one := range strings.SplitSeq(list, ",") {
		name, weight, _ := strings.Cut(one, ";")
		if strings.EqualFold(strings.TrimSpace(name), "gzip") {
			weight = strings.Trim(strings.TrimSpace(weight), "q= ")
			return weight == "" || strings.Trim(weight, "0.") != ""
		}
	}
	return false
}

// ours marks the tags of documents that were made here.
const ours = "-octroi."

// ask has next be asked whether its own document still holds, where the client has what was made
// of it here. What the client has of another declaration, of other grants, or of a time before
// does not hold.
func (a *answer) ask(h http.Header) (tagged bool) {
	page := strings.Contains(h.Get("Accept"), "text/html")
	var tags []string
	for _, list := range h.Values("If-None-Match") {
		for one := range strings.SplitSeq(list, ",") {
			one = strings.TrimSpace(one)
			if inner, found := strings.CutSuffix(one, a.visit.tag+`"`); found {
				tags = append(tags, inner+`"`)
				tagged = true
			} else if !page && !strings.Contains(one, ours) {
				tags = append(tags, one)
			}
		}
	}
	h.Del("If-None-Match")
	if len(tags) > 0 {
		h.Set("If-None-Match", strings.Join(tags, ", "))
	}
	if page {
		h.Del("If-Modified-Since")
	}
	return tagged
}

// WriteHeader sends the header, for HTML as it is for what is made of it.
func (a *answer) WriteHeader(status int) {
	h := a.Header()
	if status < 200 && status != http.StatusSwitchingProtocols {
		a.visit.filter(h, a.request)
		a.ResponseWriter.WriteHeader(status)
		return
	}
	if a.begun {
		return
	}
	a.begun, a.status = true, status
	kind, parameters, _ := mime.ParseMediaType(h.Get("Content-Type"))
	a.visit.filter(h, a.request)
	switch {
	case status == http.StatusNotModified && a.tagged:
		a.retag(h)
		a.vary(h)
	case kind != "text/html" || status == http.StatusSwitchingProtocols:
	case status == http.StatusPartialContent:
		a.again, a.dropped = true, true
		return
	default:
		if why := a.page(h, parameters["charset"]); why != "" {
			a.dropped = true
			clear(h)
			http.Error(a.ResponseWriter, why, http.StatusBadGateway)
			return
		}
	}
	a.ResponseWriter.WriteHeader(status)
}

// page makes the header of a document that of what is made of it; why says that it cannot be read.
func (a *answer) page(h http.Header, charset string) (why string) {
	zipped := false
	switch encoding := strings.ToLower(strings.TrimSpace(strings.Join(h.Values("Content-Encoding"), ", "))); encoding {
	case "", "identity":
	case "gzip", "x-gzip":
		zipped = true
	default:
		return "octroi: this page comes compressed as " + strconv.Quote(encoding) + ", which cannot be gated; let what serves it send gzip or none"
	}
	for _, name := range []string{"Content-Length", "Accept-Ranges", "Content-MD5", "Digest", "Content-Digest", "Repr-Digest"} {
		h.Del(name)
	}
	a.retag(h)
	a.vary(h)
	if _, other := lookupCharset(charset); other {
		h.Set("Content-Type", "text/html; charset=utf-8")
	}
	if policy := a.visit.policy(a.request); policy != "" {
		h.Add("Content-Security-Policy", policy)
	}
	if a.request.Method == http.MethodHead {
		a.dropped = true // its length is not that of what would go out
		return ""
	}
	if a.status == http.StatusNoContent || a.status == http.StatusNotModified {
		return ""
	}
	nonce := ""
	if a.r.o.Nonce != nil {
		nonce = a.r.o.Nonce(a.request)
	} else {
		nonce = nonceOf(h)
	}
	var out io.Writer = a.ResponseWriter
	if zipped {
		h.Del("Content-Encoding")
		if acceptsGzip(a.request.Header.Get("Accept-Encoding")) {
			h.Set("Content-Encoding", "gzip")
			a.zip = newZipper(out)
			out = a.zip
		}
	}
	a.z = a.r.newWriter(out, a.visit.open, Document{URL: place(a.request), Charset: charset, Nonce: nonce,
		Asks: a.visit.asks && (nonce != "" || len(h["Content-Security-Policy"]) == 0)})
	if zipped {
		a.unzip = newUnzipper(a.z)
	}
	return ""
}

// place is the address that a request is for.
func place(r *http.Request) string {
	return scheme(r) + "://" + r.Host + r.URL.RequestURI()
}

// scheme is that of a request's address, as the browser knows it.
func scheme(r *http.Request) string {
	if r.TLS != nil || strings.EqualFold(r.Header.Get("X-Forwarded-Proto"), "https") {
		return "https"
	}
	return "http"
}

// retag gives a document a tag of its own, by which only what is alike may be taken for it.
func (a *answer) retag(h http.Header) {
	tag := strings.TrimPrefix(h.Get("Etag"), "W/")
	if len(tag) > 1 && strings.HasSuffix(tag, `"`) {
		h.Set("Etag", "W/"+strings.TrimSuffix(tag, `"`)+a.visit.tag+`"`)
	} else {
		h.Del("Etag")
	}
}

func (a *answer) vary(h http.Header) {
	if a.visit.personal {
		vary.Record(h, a.r.c.Objects())
	}
}

// nonceOf is the nonce for scripts in a Content-Security-Policy, "" for none.
func nonceOf(h http.Header) string {
	for _, policies := range h.Values("Content-Security-Policy") {
		for directive := range strings.FieldsFuncSeq(policies, func(r rune) bool { return r == ';' || r == ',' }) {
			words := strings.Fields(directive)
			if len(words) == 0 {
				continue
			}
			switch strings.ToLower(words[0]) {
			case "script-src", "script-src-elem", "default-src":
				for _, word := range words[1:] {
					if nonce, found := strings.CutPrefix(word, "'nonce-"); found {
						return strings.TrimSuffix(nonce, "'")
					}
				}
			}
		}
	}
	return ""
}

// Write takes in a part of the body.
func (a *answer) Write(b []byte) (int, error) {
	switch {
	case a.dropped:
		return len(b), nil
	case a.unzip != nil:
		return a.unzip.Write(b)
	case a.z != nil:
		return a.z.Write(b)
	}
	return a.ResponseWriter.Write(b)
}

// ReadFrom takes in the body; what goes through as it is may be sent by the operating system.
func (a *answer) ReadFrom(src io.Reader) (int64, error) {
	if from, is := a.ResponseWriter.(io.ReaderFrom); is && a.begun && !a.dropped && a.z == nil {
		return from.ReadFrom(src)
	}
	return io.Copy(struct{ io.Writer }{a}, src)
}

// FlushError sends all that is known to be right by now.
func (a *answer) FlushError() error {
	if a.dropped {
		return nil
	}
	if a.zip != nil {
		if err := a.zip.Flush(); err != nil {
			return err
		}
	}
	return http.NewResponseController(a.ResponseWriter).Flush()
}

// end writes what has waited for the document's end.
func (a *answer) end() {
	if a.unzip != nil {
		a.unzip.close()
	}
	if a.z != nil {
		a.z.Close()
	}
	if a.zip != nil {
		a.zip.Close()
	}
}

// stop ends what still runs where next has failed.
func (a *answer) stop() {
	if a.unzip != nil {
		a.unzip.close()
	}
}
