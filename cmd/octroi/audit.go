// Command octroi audit audits a site: it stands in for it on loopback and opens the audit's page
// there, or with -headless drives a Chromium through it and prints what was found.
//
//	go run ./cmd/octroi audit https://www.shop.example/
//	go run ./cmd/octroi audit -headless -sarif audit.sarif -fail-on error https://staging.shop.example/
//
// It ends with 1 on findings at or above -fail-on, with 2 where nothing could be found out.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/octroi-consent/octroi/internal/audit/headless"
	"github.com/octroi-consent/octroi/internal/audit/proxy"
	"github.com/octroi-consent/octroi/internal/audit/report"
)

type arguments struct {
	target                    *url.URL
	dist                      string
	port                      int
	headless                  bool
	json, sarif, draft, since string
	failOn                    report.Level
	options                   url.Values
}

func auditMain() {
	a, err := parse(os.Args[2:])
	code := 0
	if err == nil {
		code, err = run(a)
	}
	switch {
	case err == flag.ErrHelp:
		os.Exit(0)
	case err == errUsage:
		os.Exit(2)
	case err != nil:
		fmt.Fprintln(os.Stderr, "audit:", err)
		os.Exit(2)
	}
	os.Exit(code)
}

// errUsage tells that the flags are wrong, which their package has said already.
var errUsage = errors.New("usage")

func parse(args []string) (*arguments, error) {
	a := &arguments{options: url.Values{}}
	f := flag.NewFlagSet("audit", flag.ContinueOnError)
	f.Usage = func() {
		fmt.Fprintln(f.Output(), "usage: ./build.sh audit [OPTION…] URL")
		f.PrintDefaults()
	}
	f.StringVar(&a.dist, "dist", filepath.Join("dist", "audit"), "folder of the audit's files")
	f.IntVar(&a.port, "port", 8430, "of the audit's page; 0 for any that is free")
	f.BoolVar(&a.headless, "headless", false, "drive a Chromium and print what was found")
	f.StringVar(&a.json, "json", "", "write the report as JSON into this file")
	f.StringVar(&a.sarif, "sarif", "", "write the findings as SARIF 2.1.0 into this file")
	f.StringVar(&a.draft, "draft", "", "write a declaration of all that was found into this file")
	f.StringVar(&a.since, "since", "", "compare with the report in this file, one that -json wrote")
	failOn := f.String("fail-on", "error", "end with 1 on findings of this level or a graver one: error, warning, note, never")
	for _, o := range []struct{ name, value, about string }{
		{"pages", "100", "to read at most"}, {"depth", "10", "links away from the start"}, {"live", "10", "pages to load as a visitor"},
		{"minutes", "10", "for reading, and as many for loading, at most"}, {"seconds", "30", "for one page, at most"}, {"megabytes", "200", "to read in all, at most"}, {"settle", "1000", "ms that a loaded page has to be quiet"},
	} {
		name := o.name
		f.Func(name, o.about+fmt.Sprintf(" (default %s)", o.value), func(s string) error {
			if _, err := fmt.Sscanf(s, "%f", new(float64)); err != nil {
				return errors.New("no number")
			}
			a.options.Set(name, s)
			return nil
		})
	}
	// Options may stand before and after the address.
	for rest := args; ; {
		if err := f.Parse(rest); err != nil {
			if err != flag.ErrHelp {
				err = errUsage
			}
			return nil, err
		}
		if rest = f.Args(); len(rest) == 0 {
			break
		}
		if a.target != nil {
			return nil, fmt.Errorf("one site at a time: %s or %s", a.target.Redacted(), rest[0])
		}
		text := rest[0]
		if !strings.Contains(text, "://") {
			text = "https://" + text
		}
		u, err := url.Parse(text)
		if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" {
			return nil, fmt.Errorf("%q is no address; write one as https://www.shop.example/", rest[0])
		}
		if u.Path == "" {
			u.Path = "/"
		}
		a.target, rest = u, rest[1:]
	}
	if a.target == nil {
		return nil, errors.New("which site? write its address, as https://www.shop.example/")
	}
	a.failOn = report.Level(*failOn)
	if a.failOn.Weight() == 0 && *failOn != "never" {
		return nil, fmt.Errorf("-fail-on %s: write error, warning, note or never", *failOn)
	}
	if (a.json != "" || a.sarif != "" || a.draft != "" || a.since != "") && !a.headless {
		return nil, errors.New("-json, -sarif, -draft and -since go with -headless; the page has buttons for them")
	}
	return a, nil
}

func run(a *arguments) (code int, err error) {
	if _, err := os.Stat(filepath.Join(a.dist, "audit.wasm")); err != nil {
		return 0, fmt.Errorf("%s is not built: run ./build.sh audit", a.dist)
	}
	soon, cancel := context.WithTimeout(context.Background(), time.Minute)
	target, err := proxy.Lead(soon, a.target)
	cancel()
	if err != nil {
		return 0, fmt.Errorf("the site does not answer: %w", err)
	}
	if target != a.target {
		fmt.Fprintf(os.Stderr, "%s leads to %s, which is audited.\n", a.target.Redacted(), target.Redacted())
	}
	l, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", a.port))
	if err != nil {
		return 0, fmt.Errorf("port %d is taken: give another with -port N", a.port)
	}
	page, handler := proxy.At(l, target, a.dist)
	served := make(chan error, 1)
	go func() { served <- http.Serve(l, handler) }()
	if !a.headless {
		if len(a.options) > 0 {
			page += "?" + a.options.Encode()
		}
		fmt.Printf("The audit of %s is at\n\n  %s\n\nOnly Chromium tells it when cookies end. Stop with Ctrl-C.\n", target.Redacted(), page)
		open(page)
		return 0, <-served
	}
	text, err := headless.Audit(page, a.options, func(line string) { fmt.Fprint(os.Stderr, "\r\033[K  "+line) })
	fmt.Fprint(os.Stderr, "\r\033[K")
	if err != nil {
		return 0, err
	}
	return a.tell(text)
}

// tell prints a report and writes the files that are wanted.
func (a *arguments) tell(text string) (code int, err error) {
	r := new(report.Report)
	if err := json.Unmarshal([]byte(text), r); err != nil {
		return 0, err
	}
	if a.since != "" {
		earlier := new(report.Report)
		b, err := os.ReadFile(a.since)
		if err == nil {
			err = json.Unmarshal(b, earlier)
		}
		if err != nil {
			return 0, fmt.Errorf("-since %s: %w", a.since, err)
		}
		r.Compare(earlier)
	}
	r.Text(os.Stdout)
	for path, write := range map[string]func() ([]byte, error){
		a.json:  func() ([]byte, error) { return json.MarshalIndent(r, "", "  ") },
		a.sarif: r.SARIF,
		a.draft: func() ([]byte, error) { return json.MarshalIndent(r.Draft, "", "  ") },
	} {
		if path == "" {
			continue
		}
		b, err := write()
		if err == nil {
			err = os.WriteFile(path, append(b, '\n'), 0o666)
		}
		if err != nil {
			return 0, err
		}
	}
	if len(r.Pages) == 0 {
		return 0, errors.New("no page could be read")
	}
	if a.failOn.Weight() > 0 && r.Count(a.failOn) > 0 {
		return 1, nil
	}
	return 0, nil
}

// open shows a page in the owner's browser, if that can be had.
func open(page string) {
	for _, program := range map[string][]string{"darwin": {"open"}, "windows": {"explorer"}, "linux": {"xdg-open"}}[runtime.GOOS] {
		if path, err := exec.LookPath(program); err == nil {
			exec.Command(path, page).Start()
			return
		}
	}
}
