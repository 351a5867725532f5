package main

import (
	"fmt"
	"os"
	"slices"
	"strings"
)

// column is one figure of every manager; less is better.
type column struct {
	title string
	of    func(*figures) float64
	unit  float64 // what a figure is divided by
	told  bool    // there is no best
}

var (
	script = column{"script ms", func(f *figures) float64 { return f.script }, 1, false}
	busy   = column{"main thread ms", func(f *figures) float64 { return f.main }, 1, false}
	long   = column{"long tasks", func(f *figures) float64 { return f.longTasks }, 1, false}
	over   = column{"blocked ms", func(f *figures) float64 { return f.blocked }, 1, false}
	sent   = column{"KB", func(f *figures) float64 { return f.bytes }, 1000, false}
	ahead  = column{"KB before the banner", func(f *figures) float64 { return f.ahead }, 1000, false}
	asked  = column{"requests", func(f *figures) float64 { return f.requests }, 1, false}
	shown  = column{"banner ms", func(f *figures) float64 { return f.banner }, 1, false}
	closes = column{"click to closed ms", func(f *figures) float64 { return f.closed }, 1, false}
	more   = column{"KB for the choice", func(f *figures) float64 { return f.chosen }, 1000, false}
	heap   = column{"JS heap KB", func(f *figures) float64 { return f.heap }, 1, false}
	ran    = column{"tags run", func(f *figures) float64 { return f.ran }, 1, true}
	memory = column{"wasm KB", func(f *figures) float64 { return f.wasm }, 1, false}
)

const returning = "The same visitor again, everything accepted"

// table is one situation.
type table struct {
	title   string
	of      func(*result) []figures
	columns []column
}

var tables = []table{
	{title: fmt.Sprintf("A first visit, %d gated tags", few), of: func(r *result) []figures { return r.first }, columns: []column{ahead, sent, more, asked, shown, script, busy, long, over, heap, memory, closes, ran}},
	{title: returning, of: func(r *result) []figures { return r.again }, columns: []column{sent, asked, script, busy, long, over, heap, memory, ran}},
	{title: fmt.Sprintf("A first visit, %d gated tags", many), of: func(r *result) []figures { return r.tags }, columns: []column{shown, script, busy, long, over, heap, memory, closes}},
}

// middle is the median, and how far the runs lie apart.
func middle(list []figures, c column) (median, least, most float64) {
	var values []float64
	for i := range list {
		values = append(values, c.of(&list[i])/c.unit)
	}
	slices.Sort(values)
	return values[len(values)/2], values[0], values[len(values)-1]
}

// report writes docs/bench.md and docs/bench.svg, and prints the tables.
func report(results []result, runs int, decisions string) error {
	var b strings.Builder
	fmt.Fprintf(&b, `# What it costs a visitor

Written by `+"`./build.sh bench`"+`: one headless Chromium, one page with each manager, all in turn, %d runs. The processor is slowed %d×, the network is 1.6 Mbit/s with %d ms from request to response; files are served with brotli at its highest level, from loopback. Each cell is the median, below it the least and the most. The machine is shared and noisy: compare within a table, not between runs. Bold is the best that gates tags.

What is measured: bytes and requests by the server's own log, the page itself and the tags left out; the banner by looking in each frame whether it can be seen; script and main-thread time, heap and long tasks by the browser; the click is a mouse's, on "accept all". "KB for the choice" is what the click has fetched; "tags run" is how many of the page's tags ran after it. That WebAssembly's memory stays within 256 KB after 10,000 decisions, and does not grow over an hour's use, is a test (TestMemoryStaysBounded).

`, runs, slowdown, latency)
	for _, t := range tables {
		fmt.Fprintf(&b, "## %s\n\n| |", t.title)
		for _, c := range t.columns {
			fmt.Fprintf(&b, " %s |", c.title)
		}
		b.WriteString("\n|---|" + strings.Repeat("---:|", len(t.columns)) + "\n")
		best := make([]float64, len(t.columns))
		for k, c := range t.columns {
			best[k] = -1
			for i := range results {
				if v, _, _ := middle(t.of(&results[i]), c); results[i].manager.gates && (best[k] < 0 || v < best[k]) {
					best[k] = v
				}
			}
		}
		for i := range results {
			r := &results[i]
			if r.manager.banner == "" && t.title == returning {
				continue // nobody who accepted could come again
			}
			name := r.manager.name
			if !r.manager.gates && r.manager.banner != "" {
				name += " (gates nothing)"
			}
			fmt.Fprintf(&b, "| %s |", name)
			for k, c := range t.columns {
				v, least, most := middle(t.of(r), c)
				cell := number(v)
				if v == best[k] && r.manager.gates && !c.told {
					cell = "**" + cell + "**"
				}
				if r.manager.banner == "" && (c.title == shown.title || c.title == closes.title) {
					cell = "–"
				} else if least != most {
					cell += "<br>" + number(least) + "–" + number(most)
				}
				fmt.Fprintf(&b, " %s |", cell)
			}
			b.WriteString("\n")
		}
		b.WriteString("\n")
	}
	b.WriteString(aims(results) + decisions)
	if err := os.WriteFile("docs/bench.md", []byte(b.String()), 0o666); err != nil {
		return err
	}
	if err := os.WriteFile("docs/bench.svg", []byte(plot(results)), 0o666); err != nil {
		return err
	}
	fmt.Print(b.String())
	return nil
}

func number(v float64) string {
	if v < 100 && v != float64(int(v)) {
		return fmt.Sprintf("%.1f", v)
	}
	return fmt.Sprintf("%.0f", v)
}

// aims sets Octroi's figures beside what was aimed at.
func aims(results []result) string {
	find := func(name string) *result {
		return &results[slices.IndexFunc(results, func(r result) bool { return strings.HasPrefix(r.manager.name, name) })]
	}
	own, vanilla := find("Octroi"), find("vanilla")
	med := func(list []figures, c column) float64 { v, _, _ := middle(list, c); return v }
	fastest, who := 0.0, ""
	for i := range results {
		r := &results[i]
		if v := med(r.first, shown); r.manager.gates && !strings.HasPrefix(r.manager.name, "Octroi") && (who == "" || v < fastest) {
			fastest, who = v, r.manager.name
		}
	}
	var b strings.Builder
	b.WriteString("## The aims\n\n| aim | measured | |\n|---|---:|---|\n")
	line := func(aim, measured string, met bool) {
		fmt.Fprintf(&b, "| %s | %s | %s |\n", aim, measured, map[bool]string{true: "met", false: "**missed**"}[met])
	}
	blocking := med(own.first, sent)
	line("at most 12.0 KB before the banner", number(med(own.first, ahead))+" KB", med(own.first, ahead) <= 12)
	line("at most 38 KB all in, on a first visit with a choice", number(blocking+med(own.first, more))+" KB", blocking+med(own.first, more) <= 38)
	early := fastest - med(own.first, shown)
	line("the banner 60 ms before the fastest that gates ("+who+")", number(early)+" ms before", early >= 60)
	ratio := med(own.first, script) / med(vanilla.first, script)
	line("script on a first visit, no more than vanilla-cookieconsent's", fmt.Sprintf("%.2f ×", ratio), ratio <= 1)
	ratio = med(own.again, script) / med(vanilla.again, script)
	line("and when it comes again", fmt.Sprintf("%.2f ×", ratio), ratio <= 1)
	return b.String() + "\n"
}

// plot draws bytes against the instant at which the banner stands, one dot for each
// manager, and its runs as a line.
func plot(results []result) string {
	const width, height, left, bottom = 860, 460, 70, 50
	widest, latest := 0.0, 0.0
	for i := range results {
		r := &results[i]
		if r.manager.banner == "" {
			continue
		}
		k, _, _ := middle(r.first, sent)
		_, _, l := middle(r.first, shown)
		widest, latest = max(widest, k), max(latest, l)
	}
	widest, latest = widest*1.25, latest*1.08
	x := func(kb float64) float64 { return left + kb/widest*(width-left-20) }
	y := func(ms float64) float64 { return height - bottom - ms/latest*(height-bottom-20) }
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="system-ui, sans-serif" font-size="13" role="img" aria-label="Kilobytes on a first visit against the time until the banner is seen">
<rect width="%d" height="%d" fill="#fff"/>
`, width, height, width, height)
	for ms := 0.0; ms < latest; ms += 500 {
		fmt.Fprintf(&b, `<path d="M%d %.0fH%d" stroke="#ddd"/><text x="%d" y="%.0f" text-anchor="end" fill="#555">%.0f ms</text>`+"\n", left, y(ms), width-20, left-8, y(ms)+4, ms)
	}
	for kb := 0.0; kb < widest; kb += 20 {
		fmt.Fprintf(&b, `<path d="M%.0f 20V%d" stroke="#eee"/><text x="%.0f" y="%d" text-anchor="middle" fill="#555">%.0f KB</text>`+"\n", x(kb), height-bottom, x(kb), height-bottom+20, kb)
	}
	fmt.Fprintf(&b, `<text x="%d" y="%d" text-anchor="middle" fill="#333">brotli, on a first visit; upwards: until the banner is seen, slowed 4×; the line is all runs</text>`+"\n", (left+width)/2, height-10)
	var taken []box
	for i := range results {
		r := &results[i]
		if r.manager.banner == "" {
			continue
		}
		kb, _, _ := middle(r.first, sent)
		ms, least, most := middle(r.first, shown)
		color := "#777"
		if strings.HasPrefix(r.manager.name, "Octroi") {
			color = "#b3261e"
		} else if !r.manager.gates {
			color = "#bbb"
		}
		fmt.Fprintf(&b, `<path d="M%.1f %.1fV%.1f" stroke="%s" stroke-opacity=".45" stroke-width="2"/><circle cx="%.1f" cy="%.1f" r="5" fill="%s"/>`+"\n",
			x(kb), y(least), y(most), color, x(kb), y(ms), color)
		// Beside its dot, or the next place above or below it that is free.
		at := box{x(kb) + 9, y(ms) + 4, 7 * float64(len(r.manager.name))}
		for n := 1; slices.ContainsFunc(taken, at.meets); n++ {
			at.y = y(ms) + 4 + 15*float64(n/2)*float64(1-2*(n%2))
		}
		taken = append(taken, at)
		fmt.Fprintf(&b, `<text x="%.1f" y="%.1f" fill="%s">%s</text>`+"\n", at.x, at.y, color, r.manager.name)
	}
	return b.String() + "</svg>\n"
}

// box is where a name stands: the left end of its line, and its width.
type box struct{ x, y, width float64 }

func (a box) meets(b box) bool {
	return max(a.y-b.y, b.y-a.y) < 14 && a.x < b.x+b.width && b.x < a.x+a.width
}
