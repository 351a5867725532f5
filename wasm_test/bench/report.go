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
	asks  bool    // only who shows a banner has one
}

var (
	script   = column{title: "script ms", of: func(f *figures) float64 { return f.script }, unit: 1}
	early    = column{title: "script ms until the banner", of: func(f *figures) float64 { return f.early }, unit: 1, asks: true}
	busy     = column{title: "main thread ms", of: func(f *figures) float64 { return f.main }, unit: 1}
	long     = column{title: "long tasks", of: func(f *figures) float64 { return f.longTasks }, unit: 1}
	hurried  = column{title: "long tasks before the banner", of: func(f *figures) float64 { return f.hurried }, unit: 1, asks: true}
	over     = column{title: "blocked ms", of: func(f *figures) float64 { return f.blocked }, unit: 1}
	sent     = column{title: "KB", of: func(f *figures) float64 { return f.bytes }, unit: 1000}
	ahead    = column{title: "KB before the banner", of: func(f *figures) float64 { return f.ahead }, unit: 1000}
	asked    = column{title: "requests", of: func(f *figures) float64 { return f.requests }, unit: 1}
	shown    = column{title: "banner ms", of: func(f *figures) float64 { return f.banner }, unit: 1, asks: true}
	slowly   = column{title: "banner ms, slow start", of: func(f *figures) float64 { return f.slow }, unit: 1, asks: true}
	covers   = column{title: "% of a phone's screen", of: func(f *figures) float64 { return f.share }, unit: 1, asks: true}
	painted  = column{title: "LCP ms", of: func(f *figures) float64 { return f.painted }, unit: 1}
	answered = column{title: "INP ms", of: func(f *figures) float64 { return f.answered }, unit: 1, asks: true}
	closes   = column{title: "click to closed ms", of: func(f *figures) float64 { return f.closed }, unit: 1, asks: true}
	more     = column{title: "KB for the choice", of: func(f *figures) float64 { return f.chosen }, unit: 1000}
	allIn    = column{title: "KB all in", of: func(f *figures) float64 { return f.bytes + f.chosen }, unit: 1000}
	heap     = column{title: "JS heap KB", of: func(f *figures) float64 { return f.heap }, unit: 1}
	ran      = column{title: "tags run", of: func(f *figures) float64 { return f.ran }, unit: 1, told: true}
	released = column{title: "tags released ms", of: func(f *figures) float64 { return f.released }, unit: 1}
	memory   = column{title: "wasm KB", of: func(f *figures) float64 { return f.wasm }, unit: 1}
	held     = column{title: "heap and wasm KB", of: func(f *figures) float64 { return f.heap + f.wasm }, unit: 1}
)

const returning = "The same visitor again, everything accepted"

// table is one situation.
type table struct {
	title   string
	of      func(*result) []figures
	columns []column
}

var tables = []table{
	{title: fmt.Sprintf("A first visit, %d gated tags", few), of: func(r *result) []figures { return r.first }, columns: []column{ahead, sent, more, asked, shown, slowly, covers, painted, early, script, busy, long, hurried, over, heap, memory, closes, answered, ran}},
	{title: returning, of: func(r *result) []figures { return r.again }, columns: []column{sent, asked, released, script, busy, long, over, heap, memory, ran}},
	{title: fmt.Sprintf("A first visit, %d gated tags", many), of: func(r *result) []figures { return r.tags }, columns: []column{shown, early, script, busy, long, over, heap, memory, closes, answered}},
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
func report(results []result, runs int, sections ...section) error {
	var b strings.Builder
	fmt.Fprintf(&b, `# What does it cost a visitor?

Written by `+"`./build.sh bench`"+`: one headless Chromium, one page with each manager, all in turn, %d runs after one that is not counted. The processor is slowed %d×, the network is 1.6 Mbit/s with %d ms from request to response; files are served with brotli at its highest level, from loopback. Each cell is the median, below it the least and the most. The machine is shared and noisy: compare within a table, not between runs. Bold is the best that gates tags.

"Octroi" is what `+"`octroi build`"+` makes of the page's declaration, "in the page" the same where octroi.js stands in the page itself (`+"`octroi build --inline`"+`), whose bytes are then counted with each page; the drop-in is one file for all sites. The last row is no manager: it is how soon anything can be drawn by a file of 12.0 KB that a page waits for.

What is measured: bytes and requests by the server's own log, the page itself and the tags left out; the banner by looking in each frame whether it can be seen; script and main-thread time, heap and long tasks by the browser; the click is a mouse's, on "accept all". "KB" is what was fetched until the page was quiet, "KB for the choice" what the click has fetched. "Script ms until the banner" is read as the banner is seen, "script ms" once the page is quiet; a long task is one of more than 50 ms; those "before the banner" began before it was seen. LCP is the largest paint before the click, INP the time from that click to the paint after it, which the browser tells in steps of 8 ms and from %d ms on. "Tags run" is how many of the page's tags ran after the click; "tags released", from the navigation until the last of them had run. That WebAssembly's memory stays within 256 KB after 10,000 decisions, and does not grow over an hour's use, is a test (TestMemoryStaysBounded).

For the slow start, in loads of their own, the bench's server holds each answer back for a round trip of %d ms and then writes it as TCP would over one new connection that all of a page's requests share, one answer after the other: %d packets of %d bytes in the first flight, one packet more for each that is acknowledged a round trip later (so that a full window doubles), and never faster than the same 1.6 Mbit/s. Chromium itself slows nothing down there; the handshakes of TCP and TLS, the headers that encryption adds, losses, and a window that shrinks while nothing is sent are left out.

`, runs, slowdown, latency, noticed, latency, firstFlight/packet, packet)
	b.WriteString(compare(results, sections))
	for i, s := range sections {
		if i > 0 {
			b.WriteString("\n")
		}
		b.WriteString(s.text)
	}
	if err := os.WriteFile("docs/bench.md", []byte(b.String()), 0o666); err != nil {
		return err
	}
	if err := os.WriteFile("docs/bench.svg", []byte(plot(results)), 0o666); err != nil {
		return err
	}
	fmt.Print(b.String())
	return nil
}

// compare makes the tables and the aims.
func compare(results []result, sections []section) string {
	var b strings.Builder
	for _, t := range tables {
		fmt.Fprintf(&b, "## %s\n\n| manager |", t.title)
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
				fmt.Fprintf(&b, " %s |", cell(r, t.of(r), c, best[k]))
			}
			b.WriteString("\n")
		}
		b.WriteString("\n")
	}
	return b.String() + aimed(results, sections)
}

func cell(r *result, list []figures, c column, best float64) string {
	v, least, most := middle(list, c)
	if c.asks && r.manager.banner == "" || c.title == released.title && v == 0 {
		return "–"
	}
	text := number(v)
	if c.title == answered.title && v <= noticed {
		text = "≤ " + text
	}
	if v == best && r.manager.gates && !c.told {
		text = "**" + text + "**"
	}
	if least != most {
		text += "<br>" + number(least) + "–" + number(most)
	}
	return text
}

func number(v float64) string {
	if v < 100 && v != float64(int(v)) {
		return fmt.Sprintf("%.1f", v)
	}
	return fmt.Sprintf("%.0f", v)
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
