//go:build !js

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
	"time"

	"github.com/octroi-consent/octroi/internal/audit/headless"
	"github.com/octroi-consent/octroi/internal/audit/page"
	"github.com/octroi-consent/octroi/internal/audit/proxy"
	"github.com/octroi-consent/octroi/internal/audit/report"
)

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
	address, target, served, err := c.standIn(wanted, s)
	if err != nil {
		return false, err
	}
	if !c.Headless {
		if options := c.options(); len(options) > 0 {
			address += "?" + options.Encode()
		}
		fmt.Fprintf(s.out, "The audit of %s is at\n\n  %s\n\nOnly Chromium tells it when cookies end. Stop with Ctrl-C.\n", target.Redacted(), address)
		open(address)
		return false, <-served
	}
	text, err := c.drive(address, s)
	if err != nil {
		return false, err
	}
	return c.tell(text, s.out)
}

// standIn stands in for the site on loopback. It returns the address of the audit's page there,
// and where the wanted address leads.
func (c *auditCommand) standIn(wanted *url.URL, s streams) (address string, target *url.URL, served chan error, err error) {
	files, err := c.files(s)
	if err != nil {
		return "", nil, nil, err
	}
	soon, cancel := context.WithTimeout(context.Background(), time.Minute)
	target, err = proxy.Lead(soon, wanted)
	cancel()
	if err != nil {
		return "", nil, nil, fmt.Errorf("the site does not answer: %w", err)
	}
	if target != wanted {
		fmt.Fprintf(s.err, "%s leads to %s, which is audited.\n", wanted.Redacted(), target.Redacted())
	}
	l, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", c.Port))
	if err != nil {
		return "", nil, nil, fmt.Errorf("port %d is taken: give another with --port N", c.Port)
	}
	address, handler := proxy.At(l, target, files)
	served = make(chan error, 1)
	go func() { served <- http.Serve(l, handler) }()
	return address, target, served, nil
}

// drive has a Chromium run the audit's page, and returns its report.
func (c *auditCommand) drive(address string, s streams) (string, error) {
	text, err := headless.Audit(address, c.options(), s.progress)
	s.ended()
	return text, err
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
