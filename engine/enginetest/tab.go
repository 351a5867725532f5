package enginetest

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/octroi-consent/octroi/engine"
	"github.com/octroi-consent/octroi/engine/gate"
)

// Tab is one page with an engine.
type Tab struct {
	*Browser
	Machine  Machine
	Layer    string // what is drawn
	Tree     string // and how
	Focused  bool
	Texts    map[string]string // languages that can be fetched
	Late     bool              // or not yet
	Emitted  []Emitted
	Logged   []string
	Loaded   []string // files of Octroi's
	Said     []string
	Undo     string   // the label of what takes it back
	Rows     []string // of what lies on the device
	Beside   string   // what was said last beside them
	Style    string
	Label    string    // of the tab
	Wake     time.Time // when the timer is due
	Written  int       // times that the record was stored
	Switched []string  // switches that moved, and how they stand
	Gates    int       // times that gates were asked to look again
	Mark     string    // what its session storage remembers of the visit
	Depth    int       // of its history
	born     time.Time
	Asked    []string // what the site's server was sent
	Server   string   // what it answers: "1" for done

	Policies []string          // that the page was given
	Signals  []string          // what vendors were told, each with its calls
	Closing  map[string]string // what would close each of them
	Course   []string          // in their order: vendors that were told, "gates", and what was erased

	Receipts []Receipt // of the choices that were made here
	Kept     string    // where receipts go and where they wait, "" where none are wanted

	Reloads  []string // what each reload that was wanted hands on
	Reloaded string   // what the page before handed on

	messages []AppMessage
	sign     string // what the next reading tells of the visitor
	queue    []engine.Effect
	draining bool
}

// Emitted is an event that the page saw.
type Emitted struct {
	Name   string
	Detail string
}

// Receipt is what the page keeps and sends of one choice.
type Receipt struct {
	Text    string
	Refusal bool
}

// Page is how a tab is opened.
type Page struct {
	Config    string
	Languages string
	Insecure  bool
	Mark      string // of a tab that has been on the site before
	Depth     int    // of the tab's history
	Reloaded  string // what the page before was told
	Born      time.Time
	Restored  bool // its history brought it back
	Server    string
	Framed    bool         // a page with the engine is around it
	Objects   bool         // the browser says no (Global Privacy Control)
	Messages  []AppMessage // that an app left before
	Late      bool         // texts do not come
}

// BuiltIn are the texts that the tests' engine ships with.
const BuiltIn = `{"title":"Title","intro":"{site} asks.","again":"{site} asks again.","objected":"Objected","embed":"from {provider}.","stale":"{names} still runs.","lacking":"{names} next time.","allallowed":"All on","allrefused":"All off","someallowed":"{n} of {m} on","valid":"until {date}","details":"Details","dismiss":"Close","undo":"Undo","undone":"Undone.","tab":"Cookies","left":"Left: {names}",
"customise":"Customise","earlier":"On {date}: {answer}.","allowed":"allowed","refused":"refused","partly":"in part","same":"As before",
"holds":"Until {date}.","off":"Off","once":"This visit","on":"On","months":"{n} month|{n} months","days":"{n} day|{n} days","session":"this visit","services":"{n} service|{n} services","expired":"It ended.","lasting":"persistent, {life}","passing":"session","since":"Since {date}.","until":"Until {date}.","beyond":"Beyond: {names}","ended":"Something ended.","device":"On this device","delete":"Delete","deleted":"Deleted: {names}","undeclared":"Nobody says whose.","needed":"Needed.","record":"Keeps choices.","proof":"Proof: {id}.","receipts":"Keeps the proof."}`

// Open loads a page in a new tab.
func (b *Browser) Open(m Machine, p Page) *Tab {
	t := &Tab{Reloaded: p.Reloaded, Browser: b, Machine: m, Mark: p.Mark, Depth: p.Depth, born: p.Born, Server: p.Server, Late: p.Late, Closing: map[string]string{}, Texts: map[string]string{"fr": `{"title":"Titre"}`}}
	if t.born.IsZero() {
		t.born = b.Now
	}
	b.Tabs = append(b.Tabs, t)
	t.sign = "start"
	if p.Restored {
		t.sign = "restored"
	}
	t.messages = p.Messages
	t.start(start{declaration: p.Config, host: "shop.example.org", base: "https://shop.example.org/octroi/", insecure: p.Insecure, languages: p.Languages, framed: p.Framed, objects: p.Objects})
	return t
}

// start is what a page begins with.
type start struct {
	declaration string
	host        string // of the page
	base        string // address of the folder with the drop-in's files
	insecure    bool
	languages   string // that the visitor reads
	framed      bool   // a page with the engine is around it
	objects     bool   // the browser says no
}

func (t *Tab) start(s start) {
	t.Send(engine.Start, s.declaration, s.host, s.base, flag(!s.insecure), s.languages, "en fr", "en", BuiltIn, flag(s.framed), flag(s.objects), "2.0.0")
}

// AppMessage is a message of the app around the page.
type AppMessage struct {
	Way    string // by which it comes: "call", "message", "global", "hash", or a kit's name
	Origin string // of the window that posted it; "app" where an address can only be the app's
	Text   string
}

// Hear hands over a message of the app's.
func (t *Tab) Hear(m AppMessage) {
	t.Send(engine.Message, t.Header(), t.Mirror("octroi"), m.Way, m.Origin, m.Text)
}

// Called is a message by octroi.native.
func (t *Tab) Called(text string) { t.Hear(AppMessage{Way: "call", Text: text}) }

// Posted is a message that a window has posted.
func (t *Tab) Posted(origin, text string) {
	t.Hear(AppMessage{Way: "message", Origin: origin, Text: text})
}

// Told returns the latest message to the app.
func (t *Tab) Told() string {
	for i := len(t.Emitted) - 1; i >= 0; i-- {
		if t.Emitted[i].Name == "app" {
			return t.Emitted[i].Detail
		}
	}
	return ""
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
	t.do(t.handle(kind, args...))
}

// handle hands over what the protocol has; more is a test's own fault.
func (t *Tab) handle(kind engine.EventKind, args ...string) []engine.Effect {
	event := engine.Event{Kind: kind, Now: t.Now.UnixMilli(), Args: args}
	if !event.Valid() {
		panic(fmt.Sprint("more arguments than the event has: ", event))
	}
	return t.Machine.Handle(event)
}

func (t *Tab) do(effects []engine.Effect) {
	t.queue = append(t.queue, effects...)
	if t.draining {
		return
	}
	t.draining = true
	defer func() { t.draining = false }()
	for len(t.queue) > 0 {
		e := t.queue[0]
		t.queue = t.queue[1:]
		if len(e.Args) > 255 {
			panic(fmt.Sprint("more arguments than the protocol can count: ", len(e.Args)))
		}
		arg := func(i int) string { return e.Args[i] }
		if !t.keep(e.Kind, arg) && !t.show(e, arg) {
			t.tell(e, arg)
		}
	}
}

// status reads a status message: what it says, and the label of the button that undoes.
func status(tree string) (said, undo string) {
	if tree == "" {
		return "", ""
	}
	var root []any
	if err := json.Unmarshal([]byte(tree), &root); err != nil {
		panic(err)
	}
	var text func(node any) string
	text = func(node any) (all string) {
		if text, is := node.(string); is {
			return text
		}
		for _, child := range node.([]any)[2:] {
			all += text(child)
		}
		return all
	}
	for _, child := range root[2:] {
		switch node := child.([]any); {
		case node[0] == "p":
			said = text(node)
		case node[1].(map[string]any)["data-octroi-act"] == "undo":
			undo = text(node)
		}
	}
	return said, undo
}

// keep carries out what concerns stores and time; it reports whether an effect does.
func (t *Tab) keep(kind engine.EffectKind, arg func(int) string) bool {
	switch kind {
	case engine.Read:
		t.Sign(t.sign)
		t.sign = ""
	case engine.Store:
		mirror := arg(2)
		if t.Quota != 0 && len(mirror) > t.Quota {
			mirror = arg(3)
		}
		t.store(arg(0), arg(1), mirror)
	case engine.Timer:
		t.Wake = t.Now.Add(delay(arg(0)))
	case engine.Inventory:
		t.survey(arg(0), arg(1))
	case engine.Cookie:
		t.Course = append(t.Course, "erase")
		t.assign(arg(0))
	case engine.Remove:
		t.Course = append(t.Course, "erase")
		delete(map[string]map[string]string{"1": t.Storage}[arg(0)], arg(1))
		delete(map[string]map[string]bool{"2": t.Databases}[arg(0)], arg(1))
	case engine.RememberTab:
		t.Mark = arg(1)
	default:
		return false
	}
	return true
}

// show carries out what a visitor sees; it reports whether an effect is about that.
func (t *Tab) show(e engine.Effect, arg func(int) string) bool {
	switch e.Kind {
	case engine.Draw:
		t.Layer, t.Tree, t.Focused = arg(0), arg(1), arg(2) == "1"
		if t.Layer != "" && !json.Valid([]byte(t.Tree)) {
			panic("not JSON: " + t.Tree)
		}
	case engine.Switch:
		t.Switched = append(t.Switched, arg(0)+" "+arg(1))
	case engine.Fetch:
		delay(arg(1))
		if !t.Late {
			t.Send(engine.Texts, arg(0), t.Texts[arg(0)])
		}
	case engine.Say:
		said, undo := status(arg(0))
		t.Said, t.Undo = append(t.Said, said), undo
	case engine.List:
		var table, body []json.RawMessage
		if json.Unmarshal([]byte(arg(1)), &table) != nil || json.Unmarshal(table[3], &body) != nil {
			panic("no table: " + arg(1))
		}
		t.Beside, t.Rows = arg(0), nil
		for _, row := range body[2:] {
			t.Rows = append(t.Rows, string(row))
		}
	case engine.Style:
		t.Style, t.Label = arg(0), arg(1)
	default:
		return false
	}
	return true
}

// tell carries out what the page, the developer and the site's server are told.
func (t *Tab) tell(e engine.Effect, arg func(int) string) {
	switch e.Kind {
	case engine.Gates:
		t.Gates++
		t.Course = append(t.Course, "gates")
	case engine.Signal:
		if !json.Valid([]byte(arg(2))) || arg(3) != "" && !json.Valid([]byte(arg(3))) {
			panic("not JSON: " + arg(2) + arg(3))
		}
		t.Signals = append(t.Signals, arg(0)+" "+arg(1)+" "+arg(2))
		t.Closing[arg(0)] = arg(3)
		t.Course = append(t.Course, arg(0))
	case engine.Emit:
		if !json.Valid([]byte(arg(1))) {
			panic("not JSON: " + arg(1))
		}
		t.Emitted = append(t.Emitted, Emitted{arg(0), arg(1)})
		if arg(0) == "app" {
			for _, m := range t.messages {
				t.Hear(m)
			}
			t.messages = nil
		}
	case engine.Log:
		t.Logged = append(t.Logged, arg(0))
	case engine.Enforce:
		t.Policies = append(t.Policies, arg(0))
	case engine.Reload:
		t.Reloads = append(t.Reloads, arg(1))
	case engine.Request:
		t.Asked = append(t.Asked, arg(0)+" "+arg(1))
		t.Send(engine.Answer, t.Server)
	case engine.KeepReceipts:
		t.Kept = arg(0) + " " + arg(1)
	case engine.Receipt:
		id := fmt.Sprintf("00000000-0000-4000-8000-%012d", len(t.Receipts)+1)
		t.Receipts = append(t.Receipts, Receipt{arg(0) + id + arg(1), arg(2) == "1"})
		if arg(2) == "1" {
			id = ""
		}
		t.Send(engine.ReceiptKept, id)
	case engine.Load:
		t.Loaded = append(t.Loaded, arg(0))
	case engine.WatchSignals, engine.WatchPresses, engine.Reply, engine.AllowWrite, engine.RetryWrite:
		// Nobody has asked.
	default:
		panic(fmt.Sprint("an effect that no browser knows: ", e))
	}
}

// delay reads a time to wait, which is never nothing.
func delay(milliseconds string) time.Duration {
	d, err := time.ParseDuration(milliseconds + "ms")
	if err != nil || d <= 0 {
		panic("no delay: " + milliseconds)
	}
	return d
}

func (t *Tab) store(name, assignment, mirror string) {
	t.Written++
	shared := t.Shared[name]
	t.assign(assignment)
	if t.Shared[name] != shared {
		// The others, of this host and the other ones, learn of it by the cookie store.
		for _, host := range append(t.Hosts, t.Browser) {
			for _, other := range host.Tabs {
				if other != t {
					other.Recheck(name)
				}
			}
		}
	}
	if t.DenyStorage || t.Storage[name] == mirror {
		return
	}
	t.Storage[name] = mirror
	if t.Quota != 0 && len(mirror) > t.Quota {
		delete(t.Storage, name)
	}
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

// Recheck is what a tab does when storage has changed or its timer is due.
func (t *Tab) Recheck(string) { t.Sign("") }

// Sign is a sign of the visitor: "here", "hidden" or "gone".
func (t *Tab) Sign(what string) {
	before := t.Reloaded
	t.Reloaded = ""
	t.Send(engine.StoresRead, t.Header(), t.Mirror("octroi"), what, t.Mark, fmt.Sprint(t.born.UnixMilli()), fmt.Sprint(t.Depth), before)
}

// Look is what a tab does once a second: it sees what the browser holds.
func (t *Tab) Look() { t.survey("watch", "") }

func (t *Tab) survey(phase, wide string) {
	args := []string{phase, wide, "", "shop.example.org", "/a/b", t.Header()}
	if !t.DenyStorage {
		for _, key := range slices.Sorted(maps.Keys(t.Storage)) {
			args = append(args, "1"+key)
		}
	}
	if wide != "" {
		for _, name := range slices.Sorted(maps.Keys(t.Databases)) {
			args = append(args, "2"+name)
		}
	}
	t.Send(engine.Survey, args...)
}

// Write is a page's script that keeps something: an assignment to document.cookie
// in area 0, a key in area 1. It reports whether it was let.
func (t *Tab) Write(area byte, text string) bool {
	answer, let := t.Verdict(area, text)
	switch {
	case !let:
	case area == 0:
		t.assign(answer)
	case area == 1:
		t.Storage[text] = "x"
	case area == 2:
		t.Databases[text] = true
	}
	return let
}

// Verdict is the engine's about a write, and what is then assigned.
func (t *Tab) Verdict(area byte, text string) (assigned string, let bool) {
	effects := t.handle(engine.Write, string('0'+area), text)
	again := false
	var rest []engine.Effect
	for _, e := range effects {
		switch e.Kind {
		case engine.AllowWrite:
			let, assigned = true, text
			if len(e.Args) > 0 {
				assigned = e.Args[0]
			}
		case engine.RetryWrite:
			again = true
		default:
			rest = append(rest, e)
		}
	}
	t.do(rest)
	if again {
		return t.Verdict(area, text)
	}
	return assigned, let
}

// Reply asks for a "state", "report", "policy", "declaration" or "ask".
func (t *Tab) Reply(what string) string {
	question := map[string]engine.EventKind{"state": engine.State, "report": engine.Report, "policy": engine.Policy, "declaration": engine.Declaration, "ask": engine.Ask}[what]
	if question == 0 {
		panic("no question: " + what)
	}
	for _, e := range t.handle(question) {
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
		Granted, Required, Earlier, GPC bool
		Ask                             string
		Decided, Until                  int64
	}
	Services map[string]bool
}

// Allows reports whether gated markup with these ids would run now.
func (t *Tab) Allows(ids string) bool {
	return t.Machine.Decide(ids, t.Now.UnixMilli()) == gate.Allow
}

// Act is a press of one of the interface's buttons.
func (t *Tab) Act(name string) { t.Send(engine.Act, t.Header(), t.Mirror("octroi"), name, "") }

// Page is what the page's code asks for by name.
func (t *Tab) Page(name string) { t.Send(engine.Act, t.Header(), t.Mirror("octroi"), name, "page") }

// LoadOnce is a press on a stand-in, which loads what it stands for this once; token tells
// it from other stand-ins.
func (t *Tab) LoadOnce(ids, token string) {
	t.Send(engine.Act, t.Header(), t.Mirror("octroi"), "once", "", ids, token)
}

// LoadAlways is a press on a stand-in, which grants its services.
func (t *Tab) LoadAlways(ids, token string) {
	t.Send(engine.Act, t.Header(), t.Mirror("octroi"), "always", "", ids, token)
}

// Answer is what the page's code answers for a category or service.
type Answer struct{ ID, Answer string }

func granted(id string) Answer  { return Answer{id, "1"} }
func denied(id string) Answer   { return Answer{id, ""} }
func forVisit(id string) Answer { return Answer{id, "visit"} }

// Choose is a selection by the page's code.
func (t *Tab) Choose(answers ...Answer) { t.chooseWith(t.Header(), t.Mirror("octroi"), answers) }

// chooseWith is the same where the stores hold other texts.
func (t *Tab) chooseWith(header, mirror string, answers []Answer) {
	args := []string{header, mirror}
	for _, a := range answers {
		args = append(args, a.ID, a.Answer)
	}
	t.Send(engine.Choose, args...)
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
