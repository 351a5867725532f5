// Package report is what an audit tells: its findings and what they stand on, as JSON, as
// SARIF, as text, and against an earlier one.
package report

import (
	"slices"

	"github.com/octroi-consent/octroi"
)

// Level says how much a finding matters, in the words of SARIF.
type Level string

// The levels.
const (
	Error   Level = "error"   // something happens that must not
	Warning Level = "warning" // something is not told, or may go wrong
	Note    Level = "note"    // worth a look
)

// Weight orders levels: the graver the more; 0 for what is none.
func (l Level) Weight() int {
	switch l {
	case Error:
		return 3
	case Warning:
		return 2
	case Note:
		return 1
	}
	return 0
}

// Report is one audit of a site.
type Report struct {
	Version  string      `json:"version"` // Octroi's, that audited
	Site     string      `json:"site"`    // its origin
	Start    string      `json:"start"`   // where it began
	At       int64       `json:"at"`      // when, Unix ms
	Took     int64       `json:"took"`    // ms
	Ended    string      `json:"ended"`   // why before everything was read; "" where it was
	Bytes    int64       `json:"bytes"`   // read in all
	Engine   string      `json:"engine"`  // address of the drop-in, "" where no page has it
	Pages    []Page      `json:"pages"`
	Failed   []Failure   `json:"failed"`
	Passed   []Failure   `json:"passed"` // not read, and why: the first of each kind
	Services []Service   `json:"services"`
	Kept     []Kept      `json:"kept"`
	Calls    []Call      `json:"calls"`
	First    First       `json:"first"`
	Causes   []Cause     `json:"causes"` // the weightiest first
	Findings []Finding   `json:"findings"`
	Draft    any         `json:"draft"` // a declaration of all that was found
	Compared *Comparison `json:"compared,omitempty"`
}

// Page is one that was read.
type Page struct {
	URL    string  `json:"url"`
	Title  string  `json:"title"`
	Lang   string  `json:"lang"`
	Status int     `json:"status"`
	Cut    bool    `json:"cut"`    // longer than what was read of it
	Live   string  `json:"live"`   // "yes" where it was loaded as well, else why not; "" where nobody asked
	Engine string  `json:"engine"` // the rule by which it has none, or none in time; "" where it has one
	Things []Thing `json:"things"`
}

// Class is what becomes of a thing before its visitor has chosen.
type Class string

// The classes.
const (
	Gated   Class = "gated"    // in markup that asks for nothing
	Held    Class = "held"     // by the guard; Requested tells whether the parser has asked already
	NotHeld Class = "not held" // by anything
	Own     Class = "own"      // the site's, or essential
)

// Thing is something in a page that may call, run or keep.
type Thing struct {
	Kind      string `json:"kind"`
	Line      int    `json:"line"`
	Address   string `json:"address"` // whole; "" for what stands in the page itself
	Markup    string `json:"markup"`
	Manager   string `json:"manager,omitempty"` // for which it is gated
	Service   string `json:"service"`           // ids of its services, "" for none that is known
	Category  string `json:"category"`
	Class     Class  `json:"class"`
	Requested bool   `json:"requested"` // the parser asks for it, whatever holds it
}

// Failure is an address that was not read.
type Failure struct {
	URL   string `json:"url"`
	Why   string `json:"why"`
	Count int    `json:"count,omitempty"`
}

// Service is one that is declared, found, or both.
type Service struct {
	ID       string   `json:"id"`
	Name     string   `json:"name"`
	Provider string   `json:"provider"`
	Category string   `json:"category"`
	Declared bool     `json:"declared"`
	Known    bool     `json:"known"` // to the catalogue
	Seen     bool     `json:"seen"`
	Hosts    []string `json:"hosts"`
}

// Kept is a cookie, a key or the like that was there.
type Kept struct {
	Area     string   `json:"area"` // "cookie", "key", "database", "cache", "worker"
	Name     string   `json:"name"`
	Service  string   `json:"service"`
	Declared string   `json:"declared"` // its life as declared
	Days     float64  `json:"days"`     // the longest life seen; 0 for the session, -1 where browsers do not tell
	States   []string `json:"states"`   // in which it was there
}

// Call is a line of the picture: who calls whom.
type Call struct {
	From    string  `json:"from"` // "site", or a service's id
	To      string  `json:"to"`   // a host
	Service string  `json:"service"`
	Class   Class   `json:"class"`  // the least held of its things
	States  []State `json:"states"` // in which it was asked for
	Count   int     `json:"count"`  // of things and requests
	Kind    Kind    `json:"kind"`
}

// Kind is what the picture tells of a call.
type Kind string

// The kinds of calls, the gravest first.
const (
	Early     Kind = "early"     // before or without consent
	Parsed    Kind = "parsed"    // held, and asked for by the parser all the same
	Consented Kind = "consented" // once it is granted
	Free      Kind = "free"      // it needs no consent
)

// Judge tells a call's kind by its class and states.
func (c *Call) Judge() Kind {
	asked := func(states ...State) bool {
		return slices.ContainsFunc(states, func(s State) bool { return slices.Contains(c.States, s) })
	}
	switch {
	case c.Class == Own:
		return Free
	case c.Class == NotHeld || asked(Undecided, Refused, Withdrawn):
		return Early
	case c.Class == Held && c.From == "site" && !asked(Granted):
		return Parsed
	}
	return Consented
}

// State is what the visitor had said when something was seen.
type State string

// States are those in which a page is loaded.
var States = [...]State{Undecided, Refused, Granted, Withdrawn}

// The states in which a page is loaded, and Static for what its text alone says.
const (
	Static    State = "static"
	Undecided State = "undecided"
	Refused   State = "refused"
	Granted   State = "granted"
	Withdrawn State = "withdrawn"
)

// Place is where something was found.
type Place struct {
	Page  string `json:"page"`
	Line  int    `json:"line,omitempty"` // from 1; 0 where it is of the page as a whole
	State State  `json:"state,omitempty"`
}

// MaxPlaces bounds how many places a finding lists.
const MaxPlaces = 20

// Finding is one thing that is wrong.
type Finding struct {
	Rule        string  `json:"rule"`
	Title       string  `json:"title"`
	Level       Level   `json:"level"`
	Requirement string  `json:"requirement"` // as R1.01
	Help        string  `json:"help"`        // address of its rule's page
	Subject     string  `json:"subject"`     // what it is about
	Service     string  `json:"service"`
	What        string  `json:"what"` // was seen
	Why         string  `json:"why"`  // it matters
	Fix         string  `json:"fix"`  // in words
	Code        string  `json:"code"` // to write, "" where words are all
	Places      []Place `json:"places"`
	Count       int     `json:"count"` // of places, listed or not
	New         bool    `json:"new"`   // since the audit that it is compared with
}

// Cause is one thing to mend, and the findings that go with it.
type Cause struct {
	Title    string `json:"title"`
	Subject  string `json:"subject"` // what it is about, "" where its title says it
	Level    Level  `json:"level"`   // the gravest of its findings'
	Service  string `json:"service"`
	Mend     string `json:"mend"`     // what to do, in one line
	Code     string `json:"code"`     // to write, "" where words are all
	Findings []int  `json:"findings"` // which of the report's; the one that it is about goes first
}

// Heading is what a cause is called, and what it is about.
func (c *Cause) Heading() string {
	if c.Subject == "" {
		return c.Title
	}
	return c.Title + ": " + c.Subject
}

// First is how many causes are to be mended before the others, and what they are called.
type First struct {
	Title string `json:"title"`
	Count int    `json:"count"`
}

// FirstOf tells which of some causes to mend first: three, or as many as there are.
func FirstOf(causes int) First {
	titles := [...]string{"", "Mend this one", "Mend these two", "Mend these three first"}
	n := min(causes, len(titles)-1)
	return First{titles[n], n}
}

// HelpForRule is the address of a rule's page: what was found, why it matters, what asks for it.
func HelpForRule(rule string) string { return octroi.Home + "audit/" + rule + ".html" }

// Key stands for a finding in comparisons: it survives other lines and other runs.
func (f *Finding) Key() string { return f.Rule + " " + f.Subject }

// Count returns how many findings weigh at least as much as level.
func (r *Report) Count(level Level) (n int) {
	for _, f := range r.Findings {
		if f.Level.Weight() >= level.Weight() {
			n++
		}
	}
	return n
}

// Comparison is what has changed since an earlier audit.
type Comparison struct {
	At    int64     `json:"at"` // of the earlier one, Unix ms
	New   int       `json:"new"`
	Still int       `json:"still"`
	Gone  []Finding `json:"gone"`
}

// Compare marks what is new since an earlier report, and notes what is gone.
func (r *Report) Compare(earlier *Report) {
	had := map[string]bool{}
	for i := range earlier.Findings {
		had[earlier.Findings[i].Key()] = true
	}
	r.Compared = &Comparison{At: earlier.At, Gone: []Finding{}}
	has := map[string]bool{}
	for i := range r.Findings {
		f := &r.Findings[i]
		has[f.Key()] = true
		if f.New = !had[f.Key()]; f.New {
			r.Compared.New++
		} else {
			r.Compared.Still++
		}
	}
	for _, f := range earlier.Findings {
		if !has[f.Key()] {
			r.Compared.Gone = append(r.Compared.Gone, f)
		}
	}
}
