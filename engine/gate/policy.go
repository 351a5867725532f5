package gate

import (
	"github.com/octroi-consent/octroi/engine/config"
	"github.com/octroi-consent/octroi/engine/jsontext"
)

// When a page has a policy, of [config.Enforcements].
const (
	Refusal = "refusal" // once a service with addresses is refused
	Always  = "always"
)

// Polices reports whether a page has a policy; answered tells of a category, by its index, whether
// nothing of it waits for the visitor's answer.
func Polices(c *config.Config, open config.Grants, answered func(category int) bool) bool {
	switch c.Enforce {
	case Always:
		return true
	case Refusal:
		for n := range c.Services {
			if s := &c.Services[n]; len(s.URLs) > 0 && !open.Service(c, n) && answered(s.Category) {
				return true
			}
		}
	}
	return false
}

// Page is where a policy is to stand.
type Page struct {
	Host   string // with the port that is not its scheme's own; "" where a file is the page
	Secure bool
	Folder string // address of the folder that the drop-in and its files come from
}

// Name returns the host without its port.
func (p *Page) Name() string {
	u := ParseURL("//" + p.Host)
	return u.Host
}

// policy is a template. Kinds of request are not told apart, since a declaration does not
// tell them: what one kind may ask for, all may. Own markup, own scripts of whatever sort
// and what is on no host go on as without it; held.invalid and the port are where the
// hooks send what they hold, which is no news. There is no form-action: it also stops the
// site's own forms where an answer redirects, as to whoever takes the payment, and
// javascript: in them; forms in frames are the frames' navigations.
const policy = "default-src 'self'# 'unsafe-inline' 'unsafe-eval' 'wasm-unsafe-eval' data: blob:" +
	" http://localhost:1 http://held.invalid ws://held.invalid;base-uri 'self'##"

// Policy writes a Content-Security-Policy that lets through whatever [Access] allows when
// what nobody declares is refused: the page's own, and the services that are open, as for
// [Decide]. It lets through more where the language of policies has no word for what is
// shut (CSP 3, section 6.7.2): a path of the page's own; a part of a host that is open; a
// path that is only begun or has a "*", of which the folder counts; any path once a
// request was redirected. It lets through less where there are paths and an address is
// written as no browser would: with slashes twice, or encoded. Hosts with a dot at their
// end, with an underscore, or that are addresses, but for 127.0.0.1, have no name there, or
// not in every browser.
func (x *Index) Policy(c *config.Config, open config.Grants, page Page) string {
	var w jsontext.Writer
	if page.Host == "" {
		w.Raw(" file:")
	} else if named(page.Host) {
		// 'self' has no sockets in every browser, nor anything in a sandbox.
		s := ""
		if page.Secure {
			s = "s"
		}
		w.Put(" http#://# ws#://#", s, page.Host, s, page.Host)
	}
	for _, address := range [...]string{page.Folder, c.Receipts} {
		u := ParseURL(address)
		own := pattern{host: u.Host, port: u.Port, path: u.Path}
		if u.Port != "" {
			u.Host += ":" + u.Port
		}
		if u.Host != page.Host {
			own.sources(&w)
		}
	}
	// No server that helps to find a peer may be asked then.
	block := ";webrtc 'block'"
	for i := range x.patterns {
		p := &x.patterns[i]
		if p.host != "" && open.Service(c, int(p.service)) {
			p.sources(&w)
			block = ""
		}
	}
	return jsontext.Fill(policy, string(w.B), string(w.B), block)
}

// Abroad reports whether a service calls other hosts than the page's.
func Abroad(s *config.Service) bool {
	for _, text := range s.URLs {
		if !local(text) {
			return true
		}
	}
	return false
}

// local reports whether a pattern is a path of the page's own.
func local(text string) bool { return text[0] == '/' && !(len(text) > 1 && text[1] == '/') }

// sources writes what a policy calls a pattern: "*.host" is what is below a host alone
// there, "http" and "ws" stand for the secure ones too, and without a port the scheme's
// own would be meant.
func (p *pattern) sources(w *jsontext.Writer) {
	port, folder := p.port, p.folder()
	if port == "" {
		port = "*"
	} else if !named(port) {
		return
	}
	for below := ""; named(p.host); below = "*." {
		w.Put(" http://##:## ws://##:##", below, p.host, port, folder, below, p.host, port, folder)
		if below != "" || !p.below {
			return
		}
	}
}

// folder returns what of its path a policy can say: up to the last "/" before what any
// characters may follow, or up to a query, of which policies know nothing; "" for all.
func (p *pattern) folder() string {
	end := 0
	for i := range len(p.path) {
		c := p.path[i]
		if c == '?' {
			end = i
		}
		if c == '/' {
			end = i + 1
		} else if !letter(c) && c != '~' {
			break
		}
	}
	if end < 2 {
		return ""
	}
	return p.path[:end]
}

// named reports whether a policy can hold a host's name, in lower case and perhaps with a port.
func named(host string) bool {
	for i := range len(host) {
		if !letter(host[i]) && host[i] != ':' {
			return false
		}
	}
	return host != ""
}

func letter(c byte) bool {
	return c|0x20 >= 'a' && c|0x20 <= 'z' || c >= '0' && c <= '9' || c == '-' || c == '.' || c == '_'
}
