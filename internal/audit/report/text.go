package report

import (
	"fmt"
	"io"
	"strings"
	"time"
	"unicode"
)

// Text writes a report for a terminal. What pages say is stripped of what could steer one.
func (r *Report) Text(w io.Writer) {
	live := 0
	for i := range r.Pages {
		if r.Pages[i].Live == "yes" {
			live++
		}
	}
	fmt.Fprintf(w, "Octroi %s\n", plain(r.Version))
	fmt.Fprintf(w, "%s: %s read, %d of them loaded as a visitor, in %s", plain(r.Site), Plural(len(r.Pages), "page"), live, (time.Duration(r.Took) * time.Millisecond).Round(100*time.Millisecond))
	if r.Ended != "" {
		fmt.Fprintf(w, "; stopped: %s", r.Ended)
	}
	fmt.Fprintln(w)
	r.firstText(w)
	for _, f := range r.Failed {
		fmt.Fprintf(w, "  not read: %s: %s\n", plain(f.URL), plain(f.Why))
	}
	for _, f := range r.Passed {
		fmt.Fprintf(w, "  passed over: %s, %s: %s\n", plain(f.Why), Plural(f.Count, "address"), plain(f.URL))
	}
	for n := range r.Causes {
		r.causeText(w, n)
	}
	fmt.Fprintf(w, "\n%s, %s, %s", Plural(r.of(Error), "error"), Plural(r.of(Warning), "warning"), Plural(r.of(Note), "note"))
	if c := r.Compared; c != nil {
		fmt.Fprintf(w, "; since the audit of %s: %d new, %d still there, %d gone", time.UnixMilli(c.At).UTC().Format("2006-01-02 15:04"), c.New, c.Still, len(c.Gone))
	}
	fmt.Fprintln(w)
}

// firstText names the causes to mend before the others, a line each.
func (r *Report) firstText(w io.Writer) {
	if r.First.Count == 0 {
		return
	}
	fmt.Fprintf(w, "\n%s:\n", r.First.Title)
	for n := range r.Causes[:r.First.Count] {
		c := &r.Causes[n]
		fmt.Fprintf(w, "  %d. %s. %s (%s)\n", n+1, plain(c.Heading()), plain(c.Mend), Plural(len(c.Findings), "finding"))
	}
	fmt.Fprintln(w)
}

// causeText writes a cause with its findings beneath. What is the same for several is said once.
func (r *Report) causeText(w io.Writer, n int) {
	c := &r.Causes[n]
	fmt.Fprintf(w, "\n%d. %s (%s, %s)\n   mend: %s\n", n+1, plain(c.Heading()), c.Level, Plural(len(c.Findings), "finding"), plain(c.Mend))
	code(w, c.Code)
	why, fix := "", c.Mend+c.Code
	for _, at := range c.Findings {
		f := &r.Findings[at]
		mark := ""
		if f.New {
			mark = ", new"
		}
		fmt.Fprintf(w, "\n   %s %s (%s%s): %s\n     %s\n", f.Level, f.Rule, f.Requirement, mark, plain(f.Subject), plain(f.What))
		placesText(w, f)
		if f.Why != why {
			why = f.Why
			fmt.Fprintf(w, "     why: %s\n", plain(f.Why))
		}
		if f.Fix+f.Code != fix {
			fix = f.Fix + f.Code
			fmt.Fprintf(w, "     mend: %s\n", plain(f.Fix))
			code(w, f.Code)
		}
	}
}

// placesText writes the first places of a finding.
func placesText(w io.Writer, f *Finding) {
	for n, p := range f.Places {
		if n == 3 {
			fmt.Fprintf(w, "     and %s more\n", Plural(f.Count-n, "place"))
			break
		}
		at := plain(p.Page)
		if p.Line > 0 {
			at += fmt.Sprintf(":%d", p.Line)
		}
		if p.State != "" && p.State != Static {
			at += " (" + string(p.State) + ")"
		}
		fmt.Fprintf(w, "     at %s\n", at)
	}
}

// code writes lines that are to be written.
func code(w io.Writer, text string) {
	for line := range strings.Lines(text) {
		fmt.Fprintf(w, "       %s\n", plain(strings.TrimSuffix(line, "\n")))
	}
}

func (r *Report) of(level Level) (n int) {
	for i := range r.Findings {
		if r.Findings[i].Level == level {
			n++
		}
	}
	return n
}

// Plural writes a number of things, as "2 pages".
func Plural(n int, of string) string {
	switch {
	case n == 1:
	case strings.HasSuffix(of, "s"):
		of += "es"
	default:
		of += "s"
	}
	return fmt.Sprint(n, " ", of)
}

// plain takes control characters out of a text, and those that turn its direction: a
// terminal obeys them.
func plain(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) {
			return '·'
		}
		return r
	}, s)
}
