// Package erase is the endpoint by which a page has the site's server erase the cookies that no
// script can, as those that are HttpOnly: "erase": {"endpoint": "/erase"} in the declaration.
package erase

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/net/publicsuffix"

	"github.com/octroi-consent/octroi/engine/config"
	"github.com/octroi-consent/octroi/engine/cookie"
	"github.com/octroi-consent/octroi/engine/gate"
	"github.com/octroi-consent/octroi/server/consent"
)

const (
	maxBody    = 8 << 10 // bytes of a request's body
	maxNames   = 256     // in it
	maxCookies = 1000    // of a request; browsers keep fewer for a site

	// maxHeader bounds the Set-Cookie fields of a response, in bytes: proxies take 4 to 8 KB
	// unless told otherwise, Chromium 256.
	maxHeader = 32 << 10

	// ended is the end of a cookie that is erased. With "Max-Age=0" Firefox 153 keeps an empty
	// cookie, which it sends to nobody but shows in its tools, where the second changes while
	// it reads the answer: 22 of 400 did.
	ended = "=; Expires=Thu, 01 Jan 1970 00:00:00 GMT"
)

// Handler erases what a page asks for, of the cookies that a declaration says belong to a service
// that visitors can refuse. It never erases what is essential, the record, or what nobody has
// declared.
//
// A page sends POST with {"erase": ["uid", "track_*"]} as application/json, from the site's own
// origin. The answer has a Set-Cookie of a past date for each variant that there can be of a
// cookie: of this host and of each domain above it that the site can have, of the declared path,
// plain and Partitioned. Of a name with "*", those cookies are erased that the request has. The
// status is 204 where nothing is left; else what can be erased is, and a status of 4xx and a
// sentence say what is left, so that the page tells the visitor. Names of what is no cookie are
// left alone: the page erases it, and looks again.
type Handler struct {
	// Host is the site's, as "www.shop.example", where a proxy in front hands on another;
	// "" for that of each request.
	Host string

	items  []item
	others []string // names of what is declared and no cookie
	record string
}

// item is a declared cookie.
type item struct {
	config.Item
	needed bool
}

// New returns the handler for a declaration.
func New(d *consent.Declaration) *Handler {
	cfg := d.Config()
	h := &Handler{record: cfg.Name}
	for i := range cfg.Services {
		s := &cfg.Services[i]
		for area, items := range s.Items {
			for _, one := range items {
				if area == int(config.Cookies) {
					h.items = append(h.items, item{one, cfg.Categories[s.Category].Required})
				} else {
					h.others = append(h.others, one.Name)
				}
			}
		}
	}
	return h
}

// refusal is why something is not erased; the zero refusal is none.
type refusal struct {
	status   int
	sentence string
}

func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "no-store")
	host := h.Host
	if host == "" {
		host = r.Host
	}
	names, left := asked(w, r, host)
	if left.status == 0 {
		var fields []string
		fields, left = h.erase(names, hostOf(host), strings.Join(r.Header["Cookie"], ";"))
		for _, field := range fields {
			w.Header().Add("Set-Cookie", field)
		}
	}
	switch left.status {
	case 0:
		w.WriteHeader(http.StatusNoContent)
		return
	case http.StatusMethodNotAllowed:
		w.Header().Set("Allow", http.MethodPost)
	}
	http.Error(w, left.sentence, left.status) // as plain text that no browser takes for another type
}

// asked are the names that a page asks for.
func asked(w http.ResponseWriter, r *http.Request, host string) (names []string, why refusal) {
	if r.Method != http.MethodPost {
		return nil, refusal{http.StatusMethodNotAllowed, `This erases cookies: send POST with {"erase": [names]}.`}
	}
	own := *r
	own.Host = host
	if new(http.CrossOriginProtection).Check(&own) != nil {
		return nil, refusal{http.StatusForbidden, "This request came from another origin: only the site's own pages can have its cookies erased."}
	}
	if kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); kind != "application/json" {
		return nil, refusal{http.StatusUnsupportedMediaType, "The body has to be application/json."}
	}
	if strings.Count(strings.Join(r.Header["Cookie"], ";"), ";") >= maxCookies {
		return nil, refusal{http.StatusRequestHeaderFieldsTooLarge, fmt.Sprintf("The request has more than %d cookies.", maxCookies)}
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if tooLong := new(http.MaxBytesError); errors.As(err, &tooLong) {
		return nil, refusal{http.StatusRequestEntityTooLarge, fmt.Sprintf("The body is longer than %d bytes: ask for fewer names at a time.", maxBody)}
	}
	var of struct{ Erase []string }
	switch {
	case err != nil:
		return nil, refusal{http.StatusBadRequest, "The body did not come whole."}
	case json.Unmarshal(body, &of) != nil || of.Erase == nil:
		return nil, refusal{http.StatusBadRequest, `The body has to be {"erase": [names]}, a list of texts.`}
	case len(of.Erase) > maxNames:
		return nil, refusal{http.StatusRequestEntityTooLarge, fmt.Sprintf("More than %d names: ask for fewer at a time.", maxNames)}
	}
	return of.Erase, refusal{}
}

// hostOf is a host without its port.
func hostOf(host string) string {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	return strings.ToLower(strings.Trim(host, "[]."))
}

// erase makes the Set-Cookie fields that erase what may be erased of names, where the request has
// cookies; left is about the first that may not.
func (h *Handler) erase(names []string, host, cookies string) (fields []string, left refusal) {
	leave := func(status int, sentence string, name string) {
		if left.status == 0 {
			left = refusal{status, fmt.Sprintf(sentence, quote(name))}
		}
	}
	domains, there, length := domainsOf(host), cookie.Names(cookies), 0
	for i, name := range names {
		if slices.Contains(names[:i], name) {
			continue
		}
		found := h.find(name, host)
		switch {
		case !isName(name):
			leave(http.StatusBadRequest, "%s is no cookie's name.", name)
			continue
		case found.needed:
			leave(http.StatusForbidden, "%s is essential, and stays.", name)
			continue
		case found.paths == nil && found.abroad:
			leave(http.StatusUnprocessableEntity, "%s is another site's cookie: no server of this site can erase it.", name)
			continue
		case found.paths == nil && slices.ContainsFunc(h.others, func(other string) bool { return gate.Match(other, name) }):
			continue // the page's own to erase
		case found.paths == nil:
			leave(http.StatusForbidden, "%s is no cookie of a service in the declaration.", name)
			continue
		}
		for _, one := range h.expand(name, there) {
			for _, field := range variants(one, domains, found.paths) {
				if length += len(field); length > maxHeader {
					leave(http.StatusRequestEntityTooLarge, "%s is beyond what one response can erase: ask for fewer names at a time.", name)
					return fields, left
				}
				fields = append(fields, field)
			}
		}
		if strings.Contains(name, "*") && !slices.Equal(found.paths, []string{"/"}) {
			leave(http.StatusUnprocessableEntity, "Which cookies %s stands for cannot be seen from here, for they have a path of their own: declare each by its name.", name)
		}
	}
	return fields, left
}

// found is what the declaration says of a name.
type found struct {
	needed bool     // by an essential service, or it is the record
	abroad bool     // another site's
	paths  []string // that it may have; nil for no cookie that may be erased
}

// find looks for a cookie, or for what is declared under a name with "*".
func (h *Handler) find(name, host string) (f found) {
	f.needed = name == h.record
	for i := range h.items {
		one := &h.items[i]
		domain := strings.ToLower(strings.TrimPrefix(one.Domain, "."))
		switch {
		case !gate.Match(one.Name, name):
		case one.needed:
			f.needed = true
		case domain != "" && host != domain && !strings.HasSuffix(host, "."+domain):
			f.abroad = true
		case one.Path == "" || one.Path == "/":
			f.paths = append(f.paths, "/")
		default:
			path := strings.TrimSuffix(one.Path, "/")
			f.paths = append(f.paths, path, path+"/")
		}
	}
	slices.Sort(f.paths)
	f.paths = slices.Compact(f.paths)
	return f
}

// expand is a name, or those that one with "*" stands for of the cookies that are there, without
// what stays.
func (h *Handler) expand(name string, there []string) (names []string) {
	if !strings.Contains(name, "*") {
		return []string{name}
	}
	for _, one := range there {
		if gate.Match(name, one) && isName(one) && !h.find(one, "").needed {
			names = append(names, one)
		}
	}
	return names
}

// domainsOf are the domains that a cookie of a host can have: the host itself and those above it,
// up to the one that a site can be registered by; "" for the host alone.
func domainsOf(host string) []string {
	domains := []string{""}
	if host == "" || net.ParseIP(host) != nil {
		return domains
	}
	suffix, _ := publicsuffix.PublicSuffix(host)
	for domain := host; domain != suffix && domain != ""; _, domain, _ = strings.Cut(domain, ".") {
		domains = append(domains, domain)
	}
	return domains
}

// variants are the Set-Cookie fields that erase all that can be of one name (RFC 6265bis, section
// 5.7: name, domain, host-only and path tell cookies apart, and besides whether they are
// Partitioned, which needs Secure).
func variants(name string, domains, paths []string) (fields []string) {
	lower := strings.ToLower(name)
	secure := ""
	if strings.HasPrefix(lower, "__secure-") || strings.HasPrefix(lower, "__host-") {
		secure = "; Secure"
	}
	if strings.HasPrefix(lower, "__host-") {
		domains, paths = domains[:1], []string{"/"}
	}
	for _, path := range paths {
		for _, domain := range domains {
			field := name + ended + "; Path=" + path
			if domain != "" {
				field += "; Domain=" + domain
			}
			fields = append(fields, field+secure, field+"; Secure; Partitioned")
		}
	}
	return fields
}

// isName reports whether a Set-Cookie field can name a cookie so: as browsers take it, which is
// more than RFC 6265 has servers send, but nothing that ends a name or a field.
func isName(name string) bool {
	for i := range len(name) {
		if c := name[i]; c < ' ' || c == 0x7f || c == ';' || c == '=' {
			return false
		}
	}
	return name != "" && len(name) <= 256 && name == strings.Trim(name, " ")
}

// quote writes a name that a client has sent, cut.
func quote(name string) string {
	if len(name) > 64 {
		name = name[:64] + "…"
	}
	return strconv.QuoteToASCII(name)
}
