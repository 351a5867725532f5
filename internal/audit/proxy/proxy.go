// Package proxy stands in for a site on loopback, so that the audit's page shares the
// site's origin: browsers let it read pages, frames and storage there.
package proxy

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/octroi-consent/octroi/internal/audit/crawl"
	"github.com/octroi-consent/octroi/internal/audit/inquiry"
)

// Prefix is the path below which the audit's own files are.
const Prefix = "/octroi-audit/"

// Name is the host that the proxy is called by: cookies know no ports, so those of other
// things on localhost must not be in reach.
const Name = "octroi-audit.localhost"

// maxText bounds the bodies in which the site's own addresses are replaced; longer ones
// pass as they are.
const maxText = 16 << 20

// At returns the address of the audit's page where a proxy for the site at target is served
// on l, and that proxy.
func At(l net.Listener, target *url.URL, files fs.FS) (page string, handler http.Handler) {
	here := fmt.Sprintf("http://%s:%d", Name, l.Addr().(*net.TCPAddr).Port)
	return here + Prefix, New(target, here, files)
}

// transport is how the site is reached.
func transport() *http.Transport {
	return &http.Transport{
		Proxy:                 http.ProxyFromEnvironment,
		DialContext:           (&net.Dialer{Timeout: 10 * time.Second}).DialContext,
		TLSHandshakeTimeout:   10 * time.Second,
		ResponseHeaderTimeout: 60 * time.Second,
		MaxIdleConnsPerHost:   16,
	}
}

// Lead asks for the start, and returns where that leads: many a site at shop.example is at
// www.shop.example, or at https alone. A start that stays on its origin is returned as it is.
func Lead(ctx context.Context, start *url.URL) (*url.URL, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, start.String(), nil)
	if err != nil {
		return nil, err
	}
	last := start
	client := &http.Client{Transport: transport(), CheckRedirect: func(r *http.Request, via []*http.Request) error {
		if len(via) >= 10 {
			return http.ErrUseLastResponse // without cookies some go round for ever; the audit will see
		}
		last = r.URL
		return nil
	}}
	answer, err := client.Do(r)
	if err != nil {
		return nil, err
	}
	answer.Body.Close()
	if last.Scheme == start.Scheme && last.Host == start.Host {
		return start, nil
	}
	lead := *last
	lead.Fragment, lead.User = "", nil
	if lead.Hostname() == start.Hostname() && lead.Scheme == "https" {
		lead.User = start.User // nobody else gets it, and nobody on the way
	}
	return &lead, nil
}

// New returns a handler that stands in for the site at target, at the origin here, and
// serves the audit's files. A name and a password in target are given to the site
// with each request.
func New(target *url.URL, here string, files fs.FS) http.Handler {
	site := &url.URL{Scheme: target.Scheme, Host: target.Host}
	replace := replacer(site, here)
	pass := &httputil.ReverseProxy{
		Transport: transport(),
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(site)
			r.Out.Host = site.Host
			if target.User != nil && r.Out.Header.Get("Authorization") == "" {
				password, _ := target.User.Password()
				r.Out.SetBasicAuth(target.User.Username(), password)
			}
			r.Out.Header.Del("Accept-Encoding") // so that the transport unpacks what it gets
			for _, name := range []string{"Origin", "Referer"} {
				if v := r.Out.Header.Get(name); v != "" {
					r.Out.Header.Set(name, strings.Replace(v, here, site.String(), 1))
				}
			}
		},
		ModifyResponse: func(r *http.Response) error { return rewrite(r, site.String(), here, replace) },
		FlushInterval:  -1,
		ErrorHandler: func(w http.ResponseWriter, r *http.Request, err error) {
			why := "the site does not answer: " + err.Error()
			w.Header().Set(crawl.Unreachable, strings.ReplaceAll(why, "\n", " "))
			http.Error(w, why, http.StatusBadGateway)
		},
	}
	own := http.StripPrefix(Prefix, http.FileServerFS(files))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		// Another name for this machine would be another site's way in.
		if "http://"+r.Host != here {
			http.Error(w, "this is "+here, http.StatusMisdirectedRequest)
			return
		}
		switch {
		case r.URL.Path == Prefix+"site.json":
			w.Header().Set("Content-Type", "application/json")
			json.NewEncoder(w).Encode(map[string]string{"origin": site.String(), "start": target.RequestURI()})
		case strings.HasPrefix(r.URL.Path, Prefix):
			w.Header().Set("Cache-Control", "no-store")
			own.ServeHTTP(w, r)
		default:
			pass.ServeHTTP(w, r)
		}
	})
}

// rewrite makes an answer of the site one of this origin.
func rewrite(r *http.Response, site, here string, replace func([]byte) []byte) error {
	h := r.Header
	if to := h.Get("Location"); to != "" {
		to = string(replace([]byte(to)))
		h.Set("Location", to)
		// Where the audit reads, it may not leave its origin, and a browser would not say why.
		if u, err := url.Parse(to); err == nil && u.Host != "" && u.Scheme+"://"+u.Host != here && r.Request.Header.Get("Sec-Fetch-Mode") == "same-origin" {
			h.Set(crawl.Unreachable, "redirects to "+u.Host)
			h.Del("Location")
			r.StatusCode = http.StatusBadGateway
		}
	}
	// The audit's page frames what the site lets nobody frame.
	h.Del("X-Frame-Options")
	h.Del("Strict-Transport-Security")
	for _, name := range []string{"Content-Security-Policy", "Content-Security-Policy-Report-Only"} {
		for i, value := range h[name] {
			h[name][i] = string(replace([]byte(unframed(value))))
		}
	}
	if cookies := h["Set-Cookie"]; len(cookies) > 0 {
		h.Set(inquiry.SetCookies, url.QueryEscape(strings.Join(cookies, "\n")))
		for i, c := range cookies {
			cookies[i] = domain.ReplaceAllString(c, "")
		}
	}
	h.Set(crawl.FinalURL, here+r.Request.URL.RequestURI())
	kind := strings.ToLower(h.Get("Content-Type"))
	if !textual.MatchString(kind) || r.ContentLength > maxText || r.Body == nil || strings.HasPrefix(kind, "text/event-stream") || h.Get("Content-Encoding") != "" {
		return nil
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, maxText))
	if err != nil {
		return fmt.Errorf("its answer breaks off: %w", err)
	}
	if len(body) == maxText {
		r.Body = struct {
			io.Reader
			io.Closer
		}{io.MultiReader(bytes.NewReader(body), r.Body), r.Body}
		return nil
	}
	r.Body.Close()
	body = replace(body)
	r.Body = io.NopCloser(bytes.NewReader(body))
	r.ContentLength = int64(len(body))
	h.Set("Content-Length", strconv.Itoa(len(body)))
	h.Del("Etag")
	return nil
}

var (
	textual = regexp.MustCompile(`^(text/|application/(javascript|json|xml|xhtml|ld\+json|manifest|rss|atom)|[a-z]+/[a-z.-]+\+(xml|json))`)
	domain  = regexp.MustCompile(`(?i);\s*domain=[^;]*`)
	framing = regexp.MustCompile(`(?i)(^|;)\s*(frame-ancestors|upgrade-insecure-requests|block-all-mixed-content)\b[^;,]*`)
)

// unframed takes from a policy what would keep the page out of the audit's frame, or send
// it to the site over https.
func unframed(policy string) string {
	return strings.TrimLeft(framing.ReplaceAllString(policy, ""), "; ")
}

// replacer replaces the site's own origin in a text, also as JSON writes it.
func replacer(site *url.URL, here string) func([]byte) []byte {
	host := regexp.QuoteMeta(site.Hostname())
	port := site.Port()
	switch {
	case port != "":
		port = ":" + port
	case site.Scheme == "https":
		port = "(?::443)?"
	default:
		port = "(?::80)?"
	}
	// RE2 looks at nothing behind a match, so what ends the host is taken along.
	pattern := regexp.MustCompile(`(?i)(https?:)?(\\?/\\?/)` + host + port + `([^A-Za-z0-9.:_-]|$)`)
	scheme, rest, _ := strings.Cut(here, "//")
	return func(text []byte) []byte {
		if !bytes.Contains(bytes.ToLower(text), []byte(strings.ToLower(site.Hostname()))) {
			return text
		}
		return pattern.ReplaceAllFunc(text, func(match []byte) []byte {
			m := pattern.FindSubmatch(match)
			var b []byte
			if len(m[1]) > 0 {
				b = append(b, scheme...)
			}
			b = append(b, m[2]...)
			b = append(b, rest...)
			return append(b, m[3]...)
		})
	}
}
