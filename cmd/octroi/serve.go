package main

import (
	"errors"
	"fmt"
	"net/url"
	"time"
)

// serveCommand is a site's origin, or stands in front of one.
type serveCommand struct {
	Declaration     string        `env:"OCTROI_DECLARATION" placeholder:"FILE" default:"octroi.json" help:"The site's (${default}). It is read again when it changes, and on SIGHUP."`
	Listen          string        `env:"OCTROI_LISTEN" placeholder:"HOST:PORT" default:"127.0.0.1:8080" help:"Where visitors' requests come in (${default})."`
	Site            string        `env:"OCTROI_SITE" placeholder:"DIR" help:"The folder with the site's pages."`
	Upstream        string        `env:"OCTROI_UPSTREAM" placeholder:"ADDRESS" help:"Or the server that has them, as http://127.0.0.1:3000."`
	Rewrite         string        `env:"OCTROI_REWRITE" enum:"off,cacheable,visitor" default:"cacheable" help:"Of pages, what would load from a service: off, they pass as they are; cacheable, all of it is gated, the same for everybody; visitor, what this visitor has not granted is gated, and no cache may keep the page for others (${default})."`
	Path            string        `env:"OCTROI_PATH" default:"/octroi/" help:"Of the built files' folder on the site (${default})."`
	Lang            []string      `env:"OCTROI_LANG" placeholder:"TAG" help:"Languages of the interface, besides those that the declaration has texts in; all for all."`
	Store           string        `env:"OCTROI_STORE" placeholder:"FILE|URL" help:"Where receipts are kept: a file of SQLite's, as receipts.db, or a PostgreSQL, as postgres://…; a password is safer in the environment, for other users of the machine see options."`
	Key             string        `env:"OCTROI_KEY" placeholder:"FILE" help:"The private key that each day's heads of the receipts are signed with: octroi receipts key makes one."`
	Host            []string      `env:"OCTROI_HOST" placeholder:"NAME" help:"The site's, whose receipts are kept: shop.example, or *.shop.example for all under it too; those of the declaration's domain unless given."`
	Writer          string        `env:"OCTROI_WRITER" default:"main" placeholder:"NAME" help:"Of this process, where several keep receipts in one PostgreSQL: each needs a name of its own, that stays (${default})."`
	Admin           string        `env:"OCTROI_ADMIN" placeholder:"HOST:PORT" help:"Where the owner's page and the metrics are, as 127.0.0.1:8081."`
	AdminBehindAuth bool          `env:"OCTROI_ADMIN_BEHIND_AUTH" help:"--admin may be open to others than this machine: what stands in front of it asks who they are."`
	TrustProxy      bool          `env:"OCTROI_TRUST_PROXY" help:"X-Forwarded-For, -Proto and -Host were set by a proxy of yours."`
	Drain           time.Duration `env:"OCTROI_DRAIN" default:"20s" placeholder:"DURATION" help:"How long requests that have begun may still take at the end (${default})."`
	Probe           bool          `help:"Ask the server that runs at --listen whether it is ready, and end: with 0 if it is."`
}

// Help is what --help says besides.
func (*serveCommand) Help() string {
	return `It makes the files that octroi build makes and serves them, with the site behind them: from a folder, or from the server that has it now. It keeps receipts where the declaration has "receipts", and erases cookies that no script can where it has "erase". TLS is the business of the proxy in front. /-/health tells that it runs, /-/ready that it can keep receipts. The log is JSON on standard error and names no visitor. SIGTERM and Ctrl-C end it once what has begun is done. Each option can come from the environment: OCTROI_ and its name, as OCTROI_LISTEN. It ends with 1 where the declaration has a fault, with 2 where it could not start.`
}

// Run does what the options ask for.
func (c *serveCommand) Run(s streams) error {
	if c.Probe {
		return c.probe(s)
	}
	return c.serve(s)
}

// upstream is the address of the site's own server; nil for none.
func (c *serveCommand) upstream() (*url.URL, error) {
	if c.Upstream == "" {
		return nil, nil
	}
	u, err := url.Parse(c.Upstream)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" {
		return nil, fmt.Errorf("--upstream %q is no address of a server: write one as http://127.0.0.1:3000", c.Upstream)
	}
	if u.RawQuery != "" || u.Fragment != "" {
		return nil, fmt.Errorf("--upstream %q: an address without ? and # is wanted, as http://127.0.0.1:3000", c.Upstream)
	}
	return u, nil
}

// declaration reads the declaration as octroi build does, and says what is wrong with it.
func (c *serveCommand) declaration() (*checked, error) {
	text, err := read(c.Declaration)
	if err != nil {
		return nil, err
	}
	found := check(text)
	found.file = c.Declaration
	if len(found.faults) > 0 {
		f := found.faults[0]
		more := ""
		if n := len(found.faults) - 1; n > 0 {
			more = fmt.Sprintf(" (and %d more: octroi check %s)", n, c.Declaration)
		}
		return &found, fmt.Errorf("%s:%d:%d: %s%s", c.Declaration, f.Line, f.Column, f.Fault, more)
	}
	return &found, nil
}

// errNotReady is told by --probe.
var errNotReady = errors.New("the server is not ready")
