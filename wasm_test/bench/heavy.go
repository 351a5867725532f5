package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/performance"
	"github.com/chromedp/chromedp"

	"github.com/octroi-consent/octroi/internal/audit/headless"
	"github.com/octroi-consent/octroi/internal/bundle"
)

const heavyTitle = "## Heavy pages\n\n"

// inserting puts 20,000 elements into the page within a second, in 50 batches of 400. It comes to
// how many ms the batches themselves took.
const inserting = `new Promise((done) => {
	const list = document.body.appendChild(document.createElement('div'));
	const began = performance.now();
	let batches = 0, spent = 0;
	const batch = () => {
		const from = performance.now();
		const part = list.appendChild(document.createElement('div'));
		%s
		spent += performance.now() - from;
		if (++batches === 50) requestAnimationFrame(() => setTimeout(() => done(spent)));
		else setTimeout(batch, began + 20 * batches - performance.now());
	};
	batch();
})`

const (
	oneByOne = `for (let i = 0; i < 400; i++) {
			const one = document.createElement('p');
			one.textContent = 'linen';
			part.appendChild(one);
		}`
	asMarkup = `part.innerHTML = '<p>linen</p>'.repeat(400);`
)

// heavyPages tells what Octroi adds to pages with much in them.
func heavyPages(browser context.Context) (made section, err error) {
	built, err := bundle.Build([]byte(declaration))
	if err != nil {
		return made, err
	}
	gated := ""
	for i := range 2500 {
		gated += fmt.Sprintf("<script type=\"text/plain\" data-octroi=\"analytics\" src=\"/tag.js?%d\"></script><img data-octroi=\"ads\" data-src=\"/tag.png?%d\" alt=\"\">\n", i, i)
	}
	var b strings.Builder
	b.WriteString(heavyTitle + fmt.Sprintf("The built form beside the same page without a manager, processor slowed %d×, network at full speed, medians of 5, for a visitor who has not decided. The gated elements are 2,500 scripts and 2,500 images, from the navigation until the page is quiet, the engine's start and the banner among it. The insertions are 20,000 paragraphs within a second, 400 every 20 ms, by a script that starts once the page is quiet: one by one, and as markup. Script is the browser's figure for the load, and what the batches themselves took for the insertions.\n\n| page | script ms, no manager | Octroi | ratio | main thread ms, no manager | Octroi | ratio |\n|---|---:|---:|---:|---:|---:|---:|\n", slowdown))
	for _, page := range []struct{ name, body, insert string }{
		{"5,000 gated elements", gated, ""},
		{"20,000 insertions, one by one", "", oneByOne},
		{"20,000 insertions, as markup", "", asMarkup},
	} {
		fmt.Fprintf(os.Stderr, "\r\033[K  %s", page.name)
		s := newOwn(built.Files, page.body)
		defer s.Close()
		var script, busy [2][]float64
		for range 5 {
			for k, path := range []string{"/bare", "/own"} {
				f, err := weigh(browser, s, path, page.insert)
				if err != nil {
					return made, fmt.Errorf("%s: %w", page.name, err)
				}
				script[k], busy[k] = append(script[k], f.script), append(busy[k], f.main)
			}
		}
		fmt.Fprintf(&b, "| %s |", page.name)
		for _, pair := range [][2][]float64{script, busy} {
			slices.Sort(pair[0])
			slices.Sort(pair[1])
			bare, own := pair[0][2], pair[1][2]
			ratio := "–"
			if bare >= 10 { // else it is noise that is divided by
				ratio = fmt.Sprintf("%.2f ×", own/bare)
			}
			fmt.Fprintf(&b, " %s | %s | %s |", number(bare), number(own), ratio)
		}
		b.WriteString("\n")
	}
	fmt.Fprint(os.Stderr, "\r\033[K")
	made.text = b.String()
	return made, nil
}

// weigh loads a page until it is quiet, and has something inserted, if it is to be: then that
// is what is measured.
func weigh(browser context.Context, s *own, path, insert string) (f figures, err error) {
	tab, done, err := headless.Tab(browser, chromedp.WithNewBrowserContext())
	defer done()
	if err != nil {
		return f, err
	}
	ctx, cancel := context.WithTimeout(tab, patience)
	defer cancel()
	calm := newCalm()
	if err = chromedp.Listen(tab, calm.hear); err != nil {
		return f, err
	}
	_, e1 := chromedp.Call(ctx, network.Enable, network.EnableParams{})
	_, e2 := chromedp.Call(ctx, performance.Enable, performance.EnableParams{})
	e3 := prepare(ctx, &manager{})
	before, e4 := metrics(ctx)
	if err = errors.Join(e1, e2, e3, e4, s.open(ctx, path), calm.wait(ctx)); err != nil {
		return f, err
	}
	if insert != "" {
		if before, err = metrics(ctx); err != nil {
			return f, err
		}
		if f.script, err = chromedp.Run(ctx, chromedp.Evaluate[float64](fmt.Sprintf(inserting, insert), chromedp.EvalAwaitPromise)); err != nil {
			return f, err
		}
		if err = calm.wait(ctx); err != nil {
			return f, err
		}
	}
	after, err := metrics(ctx)
	f.main = (after["TaskDuration"] - before["TaskDuration"]) * 1000
	if insert == "" {
		f.script = (after["ScriptDuration"] - before["ScriptDuration"]) * 1000
	}
	return f, err
}
