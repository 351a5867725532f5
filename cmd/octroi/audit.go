package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"time"

	"github.com/octroi-consent/octroi/internal/audit/headless"
	"github.com/octroi-consent/octroi/internal/audit/page"
	"github.com/octroi-consent/octroi/internal/audit/proxy"
	"github.com/octroi-consent/octroi/internal/audit/report"
)

// auditCommand stands in for a site on loopback and opens the audit's page there, or drives
// a Chromium through it and prints what was found.
type auditCommand struct {
	Site []string `arg:"" name:"url" optional:"" help:"The site's address, as https://www.shop.example/"`

	Dist      string   `placeholder:"FOLDER" help:"The audit's files, where others are wanted than this program has."`
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

// options are those that the audit's page takes.
func (c *auditCommand) options() url.Values {
	options := url.Values{}
	for name, n := range map[string]*float64{"pages": c.Pages, "depth": c.Depth, "live": c.Live, "minutes": c.Minutes,
		"seconds": c.Seconds, "megabytes": c.Megabytes, "settle": c.Settle} {
		if n != nil {
			options.Set(name, strconv.FormatFloat(*n, 'f', -1, 64))
		}
	}
	return options
}

// files are those of the audit's page.
func (c *auditCommand) files(s streams) (fs.FS, error) {
	if c.Dist != "" {
		if files := os.DirFS(c.Dist); page.Complete(files) {
			return files, nil
		}
		return nil, fmt.Errorf("%s has not the audit's files: run ./build.sh audit", c.Dist)
	}
	return page.Files(s.err)
}

// audit reports whether there are findings to fail on.
func (c *auditCommand) audit(wanted *url.URL, s streams) (worse bool, err error) {
	files, err := c.files(s)
	if err != nil {
		return false, err
	}
	soon, cancel := context.WithTimeout(context.Background(), time.Minute)
	target, err := proxy.Lead(soon, wanted)
	cancel()
	if err != nil {
		return false, fmt.Errorf("the site does not answer: %w", err)
	}
	if target != wanted {
		fmt.Fprintf(s.err, "%s leads to %s, which is audited.\n", wanted.Redacted(), target.Redacted())
	}
	l, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", c.Port))
	if err != nil {
		return false, fmt.Errorf("port %d is taken: give another with --port N", c.Port)
	}
	address, handler := proxy.At(l, target, files)
	served := make(chan error, 1)
	go func() { served <- http.Serve(l, handler) }()
	if !c.Headless {
		if options := c.options(); len(options) > 0 {
			address += "?" + options.Encode()
		}
		fmt.Fprintf(s.out, "The audit of %s is at\n\n  %s\n\nOnly Chromium tells it when cookies end. Stop with Ctrl-C.\n", target.Redacted(), address)
		open(address)
		return false, <-served
	}
	text, err := headless.Audit(address, c.options(), func(line string) { fmt.Fprint(s.err, "\r\033[K  "+line) })
	fmt.Fprint(s.err, "\r\033[K")
	if err != nil {
		return false, err
	}
	return c.tell(text, s.out)
}

// tell prints a report, writes the files that are wanted, and reports whether there are
// findings to fail on.
func (c *auditCommand) tell(text string, out io.Writer) (worse bool, err error) {
	r := new(report.Report)
	if err := json.Unmarshal([]byte(text), r); err != nil {
		return false, err
	}
	if c.Since != "" {
		earlier := new(report.Report)
		b, err := os.ReadFile(c.Since)
		if err == nil {
			err = json.Unmarshal(b, earlier)
		}
		if err != nil {
			return false, fmt.Errorf("--since %s: %w", c.Since, err)
		}
		r.Compare(earlier)
	}
	r.Text(out)
	for path, write := range map[string]func() ([]byte, error){
		c.JSON:  func() ([]byte, error) { return json.MarshalIndent(r, "", "  ") },
		c.SARIF: r.SARIF,
		c.Draft: func() ([]byte, error) { return json.MarshalIndent(r.Draft, "", "  ") },
	} {
		if path == "" {
			continue
		}
		b, err := write()
		if err == nil {
			err = os.WriteFile(path, append(b, '\n'), 0o666)
		}
		if err != nil {
			return false, err
		}
	}
	if len(r.Pages) == 0 {
		return false, errors.New("no page could be read")
	}
	level := report.Level(c.FailOn)
	return level.Weight() > 0 && r.Count(level) > 0, nil
}

// open shows a page in the owner's browser, if that can be had.
func open(address string) {
	for _, program := range map[string][]string{"darwin": {"open"}, "windows": {"explorer"}, "linux": {"xdg-open"}}[runtime.GOOS] {
		if path, err := exec.LookPath(program); err == nil {
			exec.Command(path, address).Start()
			return
		}
	}
}
