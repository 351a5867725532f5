// Command matrix runs the browser suite in each engine that can be had, then what shows the
// promises on the files that octroi build makes; and prints how many tests of each situation
// passed where, and what was skipped and why.
//
//	go run ./cmd/dev/matrix [ENGINE…]
package main

import (
	"bufio"
	"cmp"
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"text/tabwriter"
	"time"
)

// situations are what the tests of a file are about.
var situations = map[string]string{
	"admin":         "the owner's page of receipts",
	"app":           "in an app",
	"apps":          "whole apps of frameworks",
	"areas":         "what else is kept, and what goes on",
	"audit":         "the owner's audit",
	"bends":         "a language that is bent",
	"broken":        "traps, faults, no storage, sandboxes",
	"checkers":      "accessibility, by three checkers",
	"serve":         "octroi serve",
	"shots":         "pictures of every state",
	"calls":         "what scripts call",
	"card":          "what is wrong with a page",
	"build":         "octroi build",
	"compiled":      "a site's own files",
	"prefetch":      "scripts that wait for their turn",
	"inline":        "a page that has octroi.js itself",
	"table":         "what is known ahead of the engine",
	"plain":         "the theme that is made of the page",
	"themes":        "how the interface looks, theme by theme",
	"cookies":       "cookies, by the browsers' own stores",
	"debug":         "the developer's overlay",
	"device":        "what lies on the device, listed and deleted",
	"differ":        "markup becomes what it becomes without",
	"elements":      "elements and markup that scripts make",
	"embeds":        "stand-ins of embeds",
	"enforce":       "a policy behind the hooks",
	"embed_element": "<octroi-embed>",
	"facade":        "what a page imports of the package",
	"face":          "the interface, looked at",
	"frames":        "frames, prerender, history",
	"hostile":       "a page that attacks",
	"inherit":       "other managers",
	"keep":          "what is kept, and for how long",
	"markup":        "gated markup",
	"nowasm":        "without WebAssembly",
	"odd":           "odd addresses",
	"looks":         "the first layer in both forms",
	"linear":        "worst cases, twice as long",
	"parser":        "what parsers fetch",
	"rewriter":      "what parsers fetch of a rewritten page",
	"recipes":       "frameworks",
	"rest":          "the rest of the engine",
	"snippets":      "real tags",
	"spa":           "single-page apps",
	"strict":        "strict policies",
	"tags":          "tags that scripts build",
	"visit":         "a visitor's ways",
	"own":           "the page's own",
	"own_ui":        "an interface that the page draws",
	"pages":         "pages with much, and with editors",
	"styles":        "CSS",
	"configurator":  "the documentation's site",
	"documentation": "the documentation's site",
	"demo":          "the documentation's site",
	"domain":        "hosts that share a choice",
	"guides":        "pages that guides quote",
	"gpc":           "a browser that says no",
	"signals":       "what vendors are told",
	"twice":         "two versions on one page",
	"stale":         "files and pages that caches have kept",
	"unready":       "without a declaration or an engine",
	"network":       "calls, workers, peers, forms, frames",
	"webview":       "a real embedded webview",
	"wasm":          "the wasm itself",
	"ways":          "every way out",
	"alike":         "hooks are like the built-ins",
	"base":          "where its files lie",
	"blocked":       "recipes where it is blocked",
	"full":          "a full stack",
	"held":          "forms, links and windows that are held",
	"large":         "large",
	"passed":        "events that have passed",
	"receipts_page": "receipts of choices",
	"react":         "hydration",
	"routers":       "routers",
	"running":       "scripts that run late",
	"start":         "document start",
	"stay":          "what outlasts a visit",
	"texts":         "markup in texts",
	"wordpress":     "WordPress",
	"plugin":        "the WordPress plugin, in real sites",
	"plugin_gate":   "what the WordPress plugin gates",
	"ways_oracle":   "ways that were found",
	"withdraw":      "withdrawal",
	"worker":        "the service worker",
	"adapters":      "the package in frameworks",
	"migrate":       "coming from another manager",
}

// pass is one run of tests in an engine.
type pass struct {
	engine string
	form   string // for $OCTROI_FORM: the drop-in, or "compiled"
	tests  string // a pattern; all without one
}

// title heads the column of a pass.
func (p pass) title() string {
	if p.form == "" {
		return p.engine
	}
	return p.engine + ", built"
}

// tally counts how the tests of a situation ended in a pass.
type tally struct{ passed, skipped, failed int }

func (t *tally) String() string {
	if t == nil {
		return ""
	}
	text := fmt.Sprint(t.passed)
	if t.skipped > 0 {
		text += fmt.Sprintf(" (%d skipped)", t.skipped)
	}
	if t.failed > 0 {
		text += fmt.Sprintf(", %d FAILED", t.failed)
	}
	return text
}

func main() {
	names := os.Args[1:]
	if len(names) == 0 {
		names = []string{"chromium", "firefox", "webkit"}
	}
	files, err := fileOfTests("wasm_test")
	if err != nil {
		fmt.Fprintln(os.Stderr, "matrix:", err)
		os.Exit(1)
	}
	promised := map[string]string{} // by engine, what it runs on built files
	for _, name := range names {
		if promised[name], err = onBuiltFiles(files, name); err != nil {
			fmt.Fprintln(os.Stderr, "matrix:", err)
			os.Exit(1)
		}
	}
	results := map[string]map[string]*tally{} // by situation and title
	reasons := map[string][]string{}
	var ran []string
	for _, name := range names {
		if why := missing(name); why != "" {
			fmt.Printf("skipped: %s: %s\n", name, why)
		} else {
			ran = append(ran, name)
		}
	}
	var mu sync.Mutex
	failed := false
	binary, err := compiled()
	if err != nil {
		fmt.Fprintln(os.Stderr, "matrix:", err)
		os.Exit(1)
	}
	one := func(p pass) {
		start, name := time.Now(), p.title()
		var took []timed
		ok := run(binary, p, func(test, outcome, why string, seconds float64) {
			mu.Lock()
			defer mu.Unlock()
			took = append(took, timed{test, seconds})
			file := files[test]
			if results[file] == nil {
				results[file] = map[string]*tally{}
			}
			if results[file][name] == nil {
				results[file][name] = &tally{}
			}
			t := results[file][name]
			switch outcome {
			case "pass":
				t.passed++
			case "skip":
				t.skipped++
				reasons[why] = append(reasons[why], test+" in "+name)
			default:
				t.failed++
			}
		})
		mu.Lock()
		defer mu.Unlock()
		failed = failed || !ok
		fmt.Printf("%s: %.0f s, of which %s\n", name, time.Since(start).Seconds(), longest(took))
	}
	// Each waits for its browser much of the time, so all go at once.
	var all sync.WaitGroup
	for _, name := range ran {
		parts := []string{""}
		if name == "chromium" {
			// It runs half as many tests again as the others: in one row it went on alone for minutes.
			parts = halves(files)
		}
		for i, tests := range parts {
			all.Go(func() {
				one(pass{engine: name, tests: tests})
				if i == 0 {
					one(pass{engine: name, form: "compiled", tests: promised[name]})
				}
			})
		}
	}
	all.Wait()
	os.Remove(binary)
	titles := slices.Clone(ran)
	for _, name := range ran {
		titles = append(titles, pass{engine: name, form: "compiled"}.title())
	}
	print(results, titles, reasons)
	if failed {
		os.Exit(1)
	}
}

// halves are the patterns of every other test, and of those between.
func halves(files map[string]string) []string {
	parts := make([][]string, 2)
	for i, test := range slices.Sorted(maps.Keys(files)) {
		parts[i%2] = append(parts[i%2], test)
	}
	return []string{exactly(parts[0]), exactly(parts[1])}
}

// exactly is the pattern of these tests.
func exactly(names []string) string { return "^(" + strings.Join(names, "|") + ")$" }

// missing tells what an engine lacks here.
func missing(engine string) string {
	need := map[string][]string{"firefox": {"firefox-esr"}, "webkit": {"WebKitWebDriver", "Xvfb"}}
	for _, program := range need[engine] {
		if _, err := exec.LookPath(program); err != nil {
			return "there is no " + program
		}
	}
	return ""
}

// compiled makes the tests' program once for all engines.
func compiled() (string, error) {
	file, err := os.CreateTemp("", "wasm_test")
	if err != nil {
		return "", err
	}
	file.Close()
	cmd := exec.Command("go", "test", "-c", "-o", file.Name(), "./wasm_test")
	cmd.Stdout, cmd.Stderr = os.Stderr, os.Stderr
	return file.Name(), cmd.Run()
}

// timed is how long a test took.
type timed struct {
	test    string
	seconds float64
}

// longest names the tests that took the most time.
func longest(took []timed) string {
	slices.SortFunc(took, func(a, b timed) int { return cmp.Compare(b.seconds, a.seconds) })
	var parts []string
	for _, one := range took[:min(12, len(took))] {
		parts = append(parts, fmt.Sprintf("%s %.0f", one.test, one.seconds))
	}
	return strings.Join(parts, ", ")
}

// crashed is what a test says whose browser's own process ended (wasm_test/drivers_test.go).
const crashed = "the browser crashed"

// run does one pass. A test whose browser crashed shows nothing of ours, and runs once more in a
// new browser, as is printed; where a second test meets that, or the same one again, it has failed:
// a page that crashes browsers is a fault.
func run(binary string, p pass, tell func(test, outcome, why string, seconds float64)) bool {
	var again []string
	ok := once(binary, p, func(test, outcome, why string, seconds float64) bool {
		if outcome == crashed && len(again) == 0 {
			again = append(again, test)
			return true
		}
		tell(test, outcome, why, seconds)
		return outcome == "pass" || outcome == "skip"
	})
	if len(again) == 0 {
		return ok
	}
	fmt.Printf("%s crashed in %s, which runs once more\n", p.engine, again[0])
	p.tests = exactly(again)
	return once(binary, p, func(test, outcome, why string, seconds float64) bool {
		tell(test, outcome, why, seconds)
		return outcome == "pass"
	}) && ok
}

// once runs the tests of a pass, prints what fails as it does, and reports whether tell took each.
func once(binary string, p pass, tell func(test, outcome, why string, seconds float64) bool) bool {
	cmd := exec.Command("go", "tool", "test2json", "-t", binary, "-test.v=test2json", "-test.timeout=25m", "-test.run="+p.tests)
	cmd.Dir = "wasm_test"
	cmd.Env = append(os.Environ(), "OCTROI_ENGINE="+p.engine, "OCTROI_FORM="+p.form)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return false
	}
	said := map[string]string{}
	ok, ended := true, false // ended: the program came to its end, and some test failed
	lines := bufio.NewScanner(out)
	lines.Buffer(nil, 1<<24)
	for lines.Scan() {
		var event struct {
			Action, Test, Output string
			Elapsed              float64
		}
		if json.Unmarshal(lines.Bytes(), &event) != nil {
			fmt.Println(lines.Text())
			continue
		}
		top, _, inner := strings.Cut(event.Test, "/")
		switch event.Action {
		case "output", "build-output":
			if event.Test == "" && event.Output != "PASS\n" {
				fmt.Print(event.Output)
			}
			ended = ended || event.Test == "" && event.Output == "FAIL\n"
			said[top] += event.Output
		case "pass", "skip", "fail":
			if event.Test == "" || inner {
				continue
			}
			why := ""
			if event.Action == "fail" {
				fmt.Printf("%s:\n%s", p.title(), said[top])
			} else if event.Action == "skip" {
				for line := range strings.Lines(said[top]) {
					if _, text, found := strings.Cut(line, "_test.go:"); found {
						_, text, _ = strings.Cut(text, ": ")
						why = strings.TrimSpace(text)
					}
				}
			}
			outcome := event.Action
			if outcome == "fail" && strings.Contains(said[top], crashed) {
				outcome = crashed
			}
			ok = tell(top, outcome, why, event.Elapsed) && ok
		}
	}
	return (cmd.Wait() == nil || ended) && ok
}

// fileOfTests tells in which file each test stands, without the end of its name.
func fileOfTests(folder string) (map[string]string, error) {
	found := map[string]string{}
	paths, err := filepath.Glob(filepath.Join(folder, "*_test.go"))
	for _, path := range paths {
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		for _, declaration := range file.Decls {
			if function, ok := declaration.(*ast.FuncDecl); ok && function.Recv == nil {
				found[function.Name.Name] = strings.TrimSuffix(filepath.Base(path), "_test.go")
			}
		}
	}
	return found, err
}

func print(results map[string]map[string]*tally, titles []string, reasons map[string][]string) {
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 3, ' ', 0)
	fmt.Fprintf(w, "\ntests passed\t%s\n", strings.Join(titles, "\t"))
	sums := map[string]*tally{}
	for _, file := range slices.Sorted(maps.Keys(results)) {
		situation := situations[file]
		if situation == "" {
			situation = file
		}
		fmt.Fprint(w, situation)
		for _, title := range titles {
			t := results[file][title]
			fmt.Fprintf(w, "\t%s", t)
			if t == nil {
				continue
			}
			if sums[title] == nil {
				sums[title] = &tally{}
			}
			sum := sums[title]
			sum.passed, sum.skipped, sum.failed = sum.passed+t.passed, sum.skipped+t.skipped, sum.failed+t.failed
		}
		fmt.Fprintln(w)
	}
	fmt.Fprint(w, "in all")
	for _, title := range titles {
		fmt.Fprintf(w, "\t%s", sums[title])
	}
	fmt.Fprintln(w)
	w.Flush()
	fmt.Println("\nskipped:")
	for _, why := range slices.Sorted(maps.Keys(reasons)) {
		fmt.Printf("  %s\n      %s\n", why, strings.Join(reasons[why], ", "))
	}
}
