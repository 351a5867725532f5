// Command bench loads one page with each consent manager in one headless Chromium, slowed
// down, and tells what each costs its visitors.
//
//	go run ./wasm_test/bench -modules DIR [-runs 5]
//	go run ./wasm_test/bench -decisions
//	go run ./wasm_test/bench -audit
//
// DIR is a node_modules with what package.json names. It writes docs/bench.md and
// docs/bench.svg.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
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
	only := flag.String("only", "", "managers whose name has this in it; nothing is written")
	decision := flag.Bool("decisions", false, "measure decisions alone, and put them into docs/bench.md")
	audit := flag.Bool("audit", false, "measure the owner's audit alone, and put it into docs/bench.md")
	flag.Parse()
	var err error
	switch {
	case *decision:
		err = again(decisionsTitle, decisions)
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

// again measures one section once more and leaves the rest of the report as it is.
func again(title string, measure func(context.Context) (string, error)) error {
	b, err := os.ReadFile("docs/bench.md")
	if err != nil {
		return err
	}
	browser, err := headless.Launch("")
	if err != nil {
		return err
	}
	section, err := measure(browser)
	if err != nil {
		return err
	}
	fmt.Print(section)
	before, rest, had := strings.Cut(string(b), title)
	if !had {
		before += "\n"
	}
	after := ""
	if at := strings.Index(rest, "\n## "); at >= 0 {
		section, after = section+"\n", rest[at+1:]
	}
	return os.WriteFile("docs/bench.md", []byte(before+section+after), 0o666)
}

func run(modules string, runs int, only string) error {
	built, err := bundles(modules)
	if err != nil {
		return err
	}
	s := newSite(managers(), modules, built)
	defer s.Close()
	browser, err := headless.Launch("")
	if err != nil {
		return err
	}
	results := make([]result, len(s.pages))
	// In turn, so that whatever else the machine does meets all alike.
	for r := range runs {
		for n := range s.pages {
			m := &s.pages[n]
			results[n].manager = m
			if !strings.Contains(m.name, only) {
				continue
			}
			fmt.Fprintf(os.Stderr, "\r\033[K  run %d of %d: %s", r+1, runs, m.name)
			first, again, err := visit(browser, s, n, few)
			if err != nil {
				return err
			}
			tags, _, err := visit(browser, s, n, many)
			if err != nil {
				return err
			}
			one := &results[n]
			one.first, one.again, one.tags = append(one.first, first), append(one.again, again), append(one.tags, tags)
			if only != "" {
				fmt.Fprintf(os.Stderr, "\n%+v\n%+v\n%+v\n", first, again, tags)
			}
		}
	}
	fmt.Fprint(os.Stderr, "\r\033[K")
	if only != "" {
		return nil
	}
	decided, err := decisions(browser)
	if err != nil {
		return err
	}
	audited, err := audits(browser)
	if err != nil {
		return err
	}
	return report(results, runs, decided+"\n"+audited)
}
