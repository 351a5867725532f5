// Command bench loads one page with each consent manager in one headless Chromium, slowed
// down, and tells what each costs its visitors.
//
//	go run ./wasm_test/bench -modules DIR [-runs 5]
//	go run ./wasm_test/bench -modules DIR -only Octroi,vanilla,klaro
//	go run ./wasm_test/bench -decisions
//	go run ./wasm_test/bench -heavy
//	go run ./wasm_test/bench -audit
//
// DIR is a node_modules with what package.json names. It writes docs/bench.md and
// docs/bench.svg; with -only it prints what it would write.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/octroi-consent/octroi/internal/audit/headless"
)

// few and many are how many gated tags a page has.
const few, many = 10, 100

// result is one manager's figures, one of each for every run.
type result struct {
	manager            *manager
	first, again, tags []figures
}

func main() {
	modules := flag.String("modules", "", "node_modules with the other managers")
	runs := flag.Int("runs", 5, "of each measurement")
	only := flag.String("only", "", "managers with these names, or with one of these in theirs, separated by commas; nothing is written")
	decision := flag.Bool("decisions", false, "measure decisions alone, and put them into docs/bench.md")
	heavy := flag.Bool("heavy", false, "measure heavy pages alone, and put them into docs/bench.md")
	audit := flag.Bool("audit", false, "measure the owner's audit alone, and put it into docs/bench.md")
	flag.Parse()
	var err error
	switch {
	case *decision:
		err = again(decisionsTitle, decisions)
	case *heavy:
		err = again(heavyTitle, heavyPages)
	case *audit:
		err = again(auditTitle, audits)
	default:
		err = run(*modules, *runs, *only)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// section is a part of the report that can be measured alone.
type section struct {
	text string
	aims []aim // that it tells of
}

// again measures one section once more and leaves the rest of the report as it is, but for the
// aims that the section tells of.
func again(title string, measure func(context.Context) (section, error)) error {
	b, err := os.ReadFile("docs/bench.md")
	if err != nil {
		return err
	}
	browser, err := headless.Launch("")
	if err != nil {
		return err
	}
	made, err := measure(browser)
	if err != nil {
		return err
	}
	fmt.Print(made.text)
	for _, a := range made.aims {
		fmt.Print(a.row())
	}
	return os.WriteFile("docs/bench.md", []byte(renewed(string(b), title, made)), 0o666)
}

// renewed is a report with one section, and the aims that it tells of, in the place of those
// that stand there.
func renewed(report, title string, made section) string {
	before, rest, had := strings.Cut(report, title)
	if !had {
		before += "\n"
	}
	after := ""
	if at := strings.Index(rest, "\n## "); at >= 0 {
		after = rest[at:]
	}
	for _, a := range made.aims {
		if from := strings.Index(before, a.start()); from >= 0 {
			to := from + strings.Index(before[from:], "\n") + 1
			before = before[:from] + a.row() + before[to:]
		}
	}
	return before + made.text + after
}

// chosen tells whether a manager is one of those that are named. A whole name means that one
// alone.
func chosen(name, only string, all []manager) bool {
	if only == "" {
		return true
	}
	for part := range strings.SplitSeq(only, ",") {
		part = strings.TrimSpace(part)
		whole := slices.ContainsFunc(all, func(m manager) bool { return m.name == part })
		if name == part || part != "" && !whole && strings.Contains(name, part) {
			return true
		}
	}
	return false
}

func run(modules string, runs int, only string) error {
	built, err := bundles(modules)
	if err != nil {
		return err
	}
	s := newSite(managers(), modules, built)
	defer s.close()
	browser, err := headless.Launch("")
	if err != nil {
		return err
	}
	var results []result
	var at []int
	for n := range s.pages {
		if chosen(s.pages[n].name, only, s.pages) {
			results, at = append(results, result{manager: &s.pages[n]}), append(at, n)
		}
	}
	// In turn, so that whatever else the machine does meets all alike. The first round is not
	// counted: in it the site squeezes its files.
	for r := range runs + 1 {
		for i, n := range at {
			one := &results[i]
			fmt.Fprintf(os.Stderr, "\r\033[K  run %d of %d: %s", r, runs, one.manager.name)
			first, again, err := visit(browser, s, n, few)
			if err != nil {
				return err
			}
			if r == 0 {
				continue
			}
			if first.slow, err = slowStart(browser, s, n); err != nil {
				return err
			}
			if first.share, err = shareOf(browser, s, n); err != nil {
				return err
			}
			tags, _, err := visit(browser, s, n, many)
			if err != nil {
				return err
			}
			one.first, one.again, one.tags = append(one.first, first), append(one.again, again), append(one.tags, tags)
		}
	}
	fmt.Fprint(os.Stderr, "\r\033[K")
	if only != "" {
		fmt.Print(compare(results, nil))
		return nil
	}
	decided, e1 := decisions(browser)
	busy, e2 := heavyPages(browser)
	audited, e3 := audits(browser)
	if err = errors.Join(e1, e2, e3); err != nil {
		return err
	}
	return report(results, runs, decided, busy, audited)
}
