// Package enginetest plays the browser to an engine, and holds the behaviour
// tables that every form of the engine must pass: the Go package and the compiled
// wasm alike.
package enginetest

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/octroi-consent/octroi/engine"
	"github.com/octroi-consent/octroi/engine/gate"
)

// Machine is one form of the engine.
type Machine interface {
	Handle(engine.Event) []engine.Effect
	Decide(ids string, now int64) gate.Verdict
}

// Browser is what the tabs of one site share: a clock, a cookie jar and local
// storage. Its faults can be set at any time.
type Browser struct {
	Now           time.Time
	Cookies       map[string]Cookie
	Storage       map[string]string
	DenyCookies   bool
	DenyStorage   bool
	FrozenCookies map[string]bool // cannot be erased, as HttpOnly ones
	Tabs          []*Tab
}

// Cookie is one of the jar's; the zero Ends is the session.
type Cookie struct {
	Value string
	Ends  time.Time
}

// NewBrowser starts an empty browser at an instant.
func NewBrowser(now time.Time) *Browser {
	return &Browser{Now: now, Cookies: map[string]Cookie{}, Storage: map[string]string{}, FrozenCookies: map[string]bool{}}
}

// Header is what document.cookie returns now.
func (b *Browser) Header() string {
	if b.DenyCookies {
		return ""
	}
	var pairs []string
	for _, name := range slices.Sorted(maps.Keys(b.Cookies)) {
		if c := b.Cookies[name]; c.Ends.IsZero() || c.Ends.After(b.Now) {
			pairs = append(pairs, name+"="+c.Value)
		}
	}
	return strings.Join(pairs, "; ")
}

// Mirror is what the storage holds under a name.
func (b *Browser) Mirror(name string) string {
	if b.DenyStorage {
		return ""
	}
	return b.Storage[name]
}

func (b *Browser) assign(assignment string) {
	if b.DenyCookies {
		return
	}
	pair, attributes, _ := strings.Cut(assignment, ";")
	name, value, _ := strings.Cut(pair, "=")
	if b.FrozenCookies[name] {
		return
	}
	cookie := Cookie{Value: value}
	for a := range strings.SplitSeq(attributes, ";") {
		if age, ok := strings.CutPrefix(a, "Max-Age="); ok {
			seconds, err := time.ParseDuration(age + "s")
			if err != nil {
				panic(assignment)
			}
			cookie.Ends = b.Now.Add(seconds)
		}
	}
	b.Cookies[name] = cookie
	if !cookie.Ends.IsZero() && !cookie.Ends.After(b.Now) {
		delete(b.Cookies, name)
	}
}

// Tab is one page with an engine.
type Tab struct {
	*Browser
	Machine Machine
	Layer   string // what is drawn
	Tree    string // and how
	Focused bool
	Texts   map[string]string // languages that can be fetched
	Emitted []Emitted
	Logged  []string
	Said    []string
	Wake    time.Time // when the timer is due
	Written int       // times that the record was stored
	Gates   int       // times that gates were asked to look again

	queue    []engine.Effect
	draining bool
}

// Emitted is an event that the page saw.
type Emitted struct {
	Name   string
	Detail string
}

// Page is how a tab is opened.
type Page struct {
	Config    string
	Languages string
	Insecure  bool
}

// BuiltIn are the texts that the tests' engine ships with.
const BuiltIn = `{"title":"Title","intro":"{site} asks.","again":"{site} asks again.","saved":"Saved.","left":"Left: {names}",
"partners":"{n} service|{n} services","customise":"Customise","earlierYes":"On {date}: allowed.","earlierNo":"On {date}: refused.","earlierSome":"On {date}: in part.",
"holds":"Until {date}.","months":"{n} month|{n} months","days":"{n} day|{n} days","session":"this visit","services":"{n} service|{n} services","expired":"It ended."}`

// Open loads a page in a new tab.
func (b *Browser) Open(m Machine, p Page) *Tab {
	t := &Tab{Browser: b, Machine: m, Texts: map[string]string{"fr": `{"title":"Titre"}`}}
	b.Tabs = append(b.Tabs, t)
	secure := "1"
	if p.Insecure {
		secure = ""
	}
	t.Send(engine.Start, p.Config, "shop.example.org", secure, p.Languages, "en fr", "en", BuiltIn)
	return t
}

// Close ends a tab.
func (t *Tab) Close() {
	for i, other := range t.Tabs {
		if other == t {
			t.Tabs = append(t.Tabs[:i:i], t.Tabs[i+1:]...)
			return
		}
	}
}

// Send hands over an event and does what the engine says, as the page half does:
// what answers to an effect lead to comes after what is still to be done.
func (t *Tab) Send(kind engine.EventKind, args ...string) {
	t.queue = append(t.queue, t.Machine.Handle(engine.Event{Kind: kind, Now: t.Now.UnixMilli(), Args: args})...)
	if t.draining {
		return
	}
	t.draining = true
	defer func() { t.draining = false }()
	for len(t.queue) > 0 {
		e := t.queue[0]
		t.queue = t.queue[1:]
		arg := func(i int) string { return e.Args[i] }
		switch e.Kind {
		case engine.Read:
			t.Send(engine.Stored, t.Header(), t.Mirror(arg(0)))
		case engine.Store:
			t.store(arg(0), arg(1), arg(2))
		case engine.Gates:
			t.Gates++
		case engine.Emit:
			if !json.Valid([]byte(arg(1))) {
				panic("not JSON: " + arg(1))
			}
			t.Emitted = append(t.Emitted, Emitted{arg(0), arg(1)})
		case engine.Draw:
			t.Layer, t.Tree, t.Focused = arg(0), arg(1), arg(2) == "1"
			if t.Layer != "" && !json.Valid([]byte(t.Tree)) {
				panic("not JSON: " + t.Tree)
			}
		case engine.Timer:
			ms, err := time.ParseDuration(arg(0) + "ms")
			if err != nil || ms <= 0 {
				panic("no delay: " + arg(0))
			}
			t.Wake = t.Now.Add(ms)
		case engine.Inventory:
			args := []string{arg(0), "shop.example.org", "/a/b", t.Header()}
			if !t.DenyStorage {
				args = append(args, slices.Sorted(maps.Keys(t.Storage))...)
			}
			t.Send(engine.Survey, args...)
		case engine.Cookie:
			t.assign(arg(0))
		case engine.Remove:
			delete(t.Storage, arg(0))
		case engine.Log:
			t.Logged = append(t.Logged, arg(0))
		case engine.Fetch:
			t.Send(engine.Texts, arg(0), t.Texts[arg(0)])
		case engine.Say:
			t.Said = append(t.Said, arg(0))
		}
	}
}

func (t *Tab) store(name, assignment, mirror string) {
	t.Written++
	t.assign(assignment)
	if t.DenyStorage || t.Storage[name] == mirror {
		return
	}
	t.Storage[name] = mirror
	if mirror == "" {
		delete(t.Storage, name)
	}
	// The others learn of it by the storage event.
	for _, other := range t.Tabs {
		if other != t {
			other.Recheck(name)
		}
	}
}

// Recheck is what a tab does when it is shown again or storage has changed.
func (t *Tab) Recheck(name string) { t.Send(engine.Stored, t.Header(), t.Mirror(name)) }

// Reply asks for "state" or "report".
func (t *Tab) Reply(what string) string {
	for _, e := range t.Machine.Handle(engine.Event{Kind: engine.Query, Now: t.Now.UnixMilli(), Args: []string{what}}) {
		if e.Kind == engine.Reply {
			return e.Args[0]
		}
	}
	return ""
}

// State is the page's view of the consent.
func (t *Tab) State() (s State) {
	if err := json.Unmarshal([]byte(t.Reply("state")), &s); err != nil {
		panic(err)
	}
	return s
}

// State is what octroi.state() returns.
type State struct {
	Decided    bool
	Revision   string
	Language   string
	Categories map[string]struct {
		Granted, Required, Earlier bool
		Ask                        string
		Decided, Until             int64
	}
	Services map[string]bool
}

// Allows reports whether gated markup with these ids would run now.
func (t *Tab) Allows(ids string) bool {
	return t.Machine.Decide(ids, t.Now.UnixMilli()) == gate.Allow
}

// Pass lets time go by; timers that become due are fired, in every tab.
func (b *Browser) Pass(d time.Duration) {
	end := b.Now.Add(d)
	for {
		var next *Tab
		for _, t := range b.Tabs {
			if !t.Wake.IsZero() && !t.Wake.After(end) && (next == nil || t.Wake.Before(next.Wake)) {
				next = t
			}
		}
		if next == nil {
			break
		}
		if next.Wake.After(b.Now) {
			b.Now = next.Wake
		}
		next.Wake = time.Time{}
		next.Recheck("octroi")
	}
	b.Now = end
}

// Act is a press of one of the interface's buttons.
func (t *Tab) Act(name string) { t.Send(engine.Act, t.Header(), t.Mirror("octroi"), name, "") }

// Page is what the page's code asks for by name.
func (t *Tab) Page(name string) { t.Send(engine.Act, t.Header(), t.Mirror("octroi"), name, "page") }

// Choose is a selection by the page's code: pairs of id and answer.
func (t *Tab) Choose(pairs ...string) {
	t.Send(engine.Choose, append([]string{t.Header(), t.Mirror("octroi")}, pairs...)...)
}

// Count returns how many events of a name the page saw.
func (t *Tab) Count(name string) (n int) {
	for _, e := range t.Emitted {
		if e.Name == name {
			n++
		}
	}
	return n
}
