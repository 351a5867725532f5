package inquiry

import (
	"net/url"
	"slices"
	"strings"

	"github.com/octroi-consent/octroi/engine/ascii"
	"github.com/octroi-consent/octroi/internal/audit/crawl"
	"github.com/octroi-consent/octroi/internal/audit/markup"
	"github.com/octroi-consent/octroi/internal/audit/report"
)

// policy is a serialized Content Security Policy: its directives' sources by name, the
// first of each (CSP 3, section 2.2.1).
type policy map[string][]string

func parsePolicy(text string) policy {
	p := policy{}
	for part := range strings.SplitSeq(text, ";") {
		words := strings.Fields(part)
		if len(words) == 0 {
			continue
		}
		if name := ascii.Lower(words[0]); p[name] == nil {
			p[name] = append([]string{}, words[1:]...)
		}
	}
	return p
}

// of returns what governs a kind of thing: its own directive, or what stands in for it;
// nil where none does.
func (p policy) of(names ...string) (name string, sources []string) {
	for _, name = range append(names, "default-src") {
		if s, has := p[name]; has {
			return name, s
		}
	}
	return "", nil
}

func (p policy) has(sources []string, keyword string) bool {
	return slices.ContainsFunc(sources, func(s string) bool { return ascii.Lower(s) == keyword })
}

// allows reports whether a list of sources lets an address pass (CSP 3, section 6.7.2).
func (p policy) allows(sources []string, u, self *url.URL) bool {
	for _, s := range sources {
		s = ascii.Lower(s)
		switch {
		case s == "*":
			return u.Scheme == "http" || u.Scheme == "https"
		case s == "'self'":
			if u.Host == self.Host && u.Scheme == self.Scheme {
				return true
			}
		case strings.HasSuffix(s, ":") && !strings.Contains(s, "/"):
			if u.Scheme+":" == s || s == "http:" && u.Scheme == "https" {
				return true
			}
		case strings.HasPrefix(s, "'"):
		default:
			if hostSource(s, u, self) {
				return true
			}
		}
	}
	return false
}

func hostSource(s string, u, self *url.URL) bool {
	scheme, rest, found := strings.Cut(s, "://")
	if !found {
		scheme, rest = self.Scheme, s
	}
	if scheme != u.Scheme && !(scheme == "http" && u.Scheme == "https") {
		return false
	}
	host, path, _ := strings.Cut(rest, "/")
	host, port, hasPort := strings.Cut(host, ":")
	if hasPort && port != "*" && port != u.Port() || !hasPort && u.Port() != "" {
		return false
	}
	if below, wild := strings.CutPrefix(host, "*."); wild {
		if !strings.HasSuffix(u.Hostname(), "."+below) {
			return false
		}
	} else if host != u.Hostname() {
		return false
	}
	path = "/" + path
	return path == "/" || u.Path == path || strings.HasSuffix(path, "/") && strings.HasPrefix(u.Path, path)
}

// policies looks whether a page's policies let the drop-in do its work; stopped tells
// that it does not run at all.
func (q *inquiry) policies(one read) (stopped bool) {
	var texts []string
	for _, value := range one.Header.Values("Content-Security-Policy") {
		// Several policies may stand in one header, between commas.
		texts = append(texts, strings.Split(value, ",")...)
	}
	texts = append(texts, one.doc.Policies...)
	for _, text := range texts {
		stopped = q.policy(parsePolicy(text), one) || stopped
	}
	return stopped
}

// policy judges one: what it forbids is told with the directive that allows it.
func (q *inquiry) policy(p policy, one read) (stopped bool) {
	d := one.doc.DropIn
	at := report.Place{Page: one.URL.String(), Line: d.Line}
	tell := func(rule, name, what, directive string) {
		q.find(rule, name, report.Finding{What: what, Fix: "Write into the page’s Content-Security-Policy:", Code: directive}, at)
	}
	src := crawl.Resolve(one.URL, d.Src)
	if src == nil {
		return false
	}
	if sandbox, has := p["sandbox"]; has && !p.has(sandbox, "allow-scripts") {
		tell(cspStops, "sandbox", "sandbox without allow-scripts: no script runs.", directive("sandbox", sandbox, "allow-scripts", "allow-same-origin"))
		stopped = true
	}
	name, sources := p.of("script-src-elem", "script-src")
	if name != "" && d.Hash != "" && !p.runsInline(sources, d) {
		tell(cspStops, name+" inline", name+" does not let octroi.js run, which stands in the page itself.", directive(name, sources, "'"+d.Hash+"'"))
		stopped = true
	}
	if name != "" && !p.runs(sources, d, src, one.URL) {
		source := "'self'"
		if src.Host != one.URL.Host {
			source = src.Scheme + "://" + src.Host
		}
		if p.has(sources, "'strict-dynamic'") || hasNonce(sources) {
			q.find(cspStops, name, report.Finding{What: name + " lets only scripts with a nonce or a hash run, and octroi.js has neither.",
				Fix: "Give octroi.js the page’s nonce:", Code: tag("…", d.Src, d.Integrity)}, at)
		} else {
			tell(cspStops, name, name+" does not let "+src.String()+" run.", directive(name, sources, source))
		}
		stopped = true
	}
	if name, sources := p.of("script-src"); name != "" && !p.has(sources, "'wasm-unsafe-eval'") && !p.has(sources, "'unsafe-eval'") {
		tell(cspSlows, name+" 'wasm-unsafe-eval'", name+" has no 'wasm-unsafe-eval'.", directive("script-src", sources, "'wasm-unsafe-eval'"))
	}
	if list, has := p["trusted-types"]; has && !p.has(list, "octroi") && !p.has(list, "*") {
		if _, required := p["require-trusted-types-for"]; required {
			tell(cspStops, "trusted-types", "trusted-types does not have octroi, and scripts are required to have a policy: nothing that is granted can start.", directive("trusted-types", list, "octroi"))
		}
	}
	if name, sources := p.of("connect-src"); name != "" && !p.allows(sources, src, one.URL) {
		source := "'self'"
		if src.Host != one.URL.Host {
			source = src.Scheme + "://" + src.Host
		}
		tell(cspStops, "connect-src", name+" does not let octroi.js load its texts from "+src.Host+".", directive("connect-src", sources, source))
	}
	return stopped
}

// runs reports whether the drop-in's tag may run.
func (p policy) runs(sources []string, d *markup.DropIn, src, page *url.URL) bool {
	if nonced(sources, d) {
		return true
	}
	for _, hash := range strings.Fields(d.Integrity) {
		if slices.Contains(sources, "'"+hash+"'") {
			return true
		}
	}
	return !p.has(sources, "'strict-dynamic'") && p.allows(sources, src, page)
}

// runsInline reports whether the drop-in may run that stands in the page itself.
func (p policy) runsInline(sources []string, d *markup.DropIn) bool {
	named := slices.ContainsFunc(sources, func(s string) bool {
		return strings.HasPrefix(s, "'nonce-") || strings.HasPrefix(s, "'sha") || s == "'strict-dynamic'"
	})
	return slices.Contains(sources, "'"+d.Hash+"'") || nonced(sources, d) || !named && p.has(sources, "'unsafe-inline'")
}

// nonced reports whether the drop-in's tag has a nonce of the policy.
func nonced(sources []string, d *markup.DropIn) bool {
	return d.Nonce != "" && slices.Contains(sources, "'nonce-"+d.Nonce+"'")
}

func hasNonce(sources []string) bool {
	return slices.ContainsFunc(sources, func(s string) bool { return strings.HasPrefix(s, "'nonce-") }) &&
		!slices.ContainsFunc(sources, func(s string) bool { return !strings.HasPrefix(s, "'") })
}

// directive writes one with more sources; 'none' allows no others beside it.
func directive(name string, sources []string, more ...string) string {
	var list []string
	for _, s := range append(slices.Clone(sources), more...) {
		if ascii.Lower(s) != "'none'" {
			list = add(list, s)
		}
	}
	return name + " " + strings.Join(list, " ")
}
