package main

import (
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/octroi-consent/octroi/internal/audit/report"
)

// auditCommand stands in for a site on loopback and opens the audit's page there, or drives
// a Chromium through it and prints what was found.
type auditCommand struct {
	Site []string `arg:"" name:"url" optional:"" help:"The site's address, as https://www.shop.example/"`

	Dist      string   `placeholder:"DIR" help:"The audit's files, where others are wanted than this program has."`
	Port      int      `default:"8430" help:"Of the audit's page; 0 for any that is free."`
	Headless  bool     `help:"Drive a Chromium and print what was found."`
	JSON      string   `name:"json" placeholder:"FILE" help:"Write the report as JSON into this file."`
	SARIF     string   `name:"sarif" placeholder:"FILE" help:"Write the findings as SARIF 2.1.0 into this file."`
	Draft     string   `placeholder:"FILE" help:"Write a declaration of all that was found into this file."`
	Since     string   `placeholder:"FILE" help:"Compare with the report in this file, one that --json wrote."`
	FailOn    string   `default:"error" placeholder:"LEVEL" help:"End with 1 on findings of this level or a graver one: error, warning, note, never (${default})."`
	Pages     *float64 `placeholder:"N" help:"To read at most (100)."`
	Depth     *float64 `placeholder:"N" help:"Links away from the start (10)."`
	Live      *float64 `placeholder:"N" help:"Pages to load as a visitor (10)."`
	Minutes   *float64 `placeholder:"N" help:"For reading, and as many for loading, at most (10)."`
	Seconds   *float64 `placeholder:"N" help:"For one page, at most (30)."`
	Megabytes *float64 `placeholder:"N" help:"To read in all, at most (200)."`
	Settle    *float64 `placeholder:"MS" help:"How long a loaded page has to be quiet (1000)."`
}

// Help is what --help says besides.
func (*auditCommand) Help() string {
	return "It ends with 1 on findings at or above --fail-on, with 2 where nothing could be found out. $CHROME names the Chromium that --headless drives."
}

// Run does what the options ask for.
func (c *auditCommand) Run(s streams) error {
	target, err := c.target()
	if err != nil {
		return unable{err}
	}
	worse, err := c.audit(target, s)
	if err != nil {
		return unable{err}
	}
	if worse {
		return exit(1)
	}
	return nil
}

// target is the site's address, where the options are right.
func (c *auditCommand) target() (*url.URL, error) {
	switch {
	case len(c.Site) == 0:
		return nil, errors.New("which site? write its address, as https://www.shop.example/")
	case len(c.Site) > 1:
		return nil, fmt.Errorf("one site at a time: %s or %s", c.Site[0], c.Site[1])
	case report.Level(c.FailOn).Weight() == 0 && c.FailOn != "never":
		return nil, fmt.Errorf("--fail-on %s: write error, warning, note or never", c.FailOn)
	case (c.JSON != "" || c.SARIF != "" || c.Draft != "" || c.Since != "") && !c.Headless:
		return nil, errors.New("--json, --sarif, --draft and --since go with --headless; the page has buttons for them")
	}
	text := c.Site[0]
	if !strings.Contains(text, "://") {
		text = "https://" + text
	}
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" {
		return nil, fmt.Errorf("%q is no address; write one as https://www.shop.example/", c.Site[0])
	}
	if u.Path == "" {
		u.Path = "/"
	}
	return u, nil
}
