// Package banner builds what the visitor is shown: a tree of nodes from state and
// texts. It knows no HTML: a text can never become markup.
//
// A tree is JSON. A node is ["tag", {attributes}, child, …], a text is a string.
// The templates below are written in it; they are filled by [writer.put].
package banner

import (
	"github.com/octroi-consent/octroi/engine/ascii"
	"github.com/octroi-consent/octroi/engine/calendar"
	"github.com/octroi-consent/octroi/engine/config"
	"github.com/octroi-consent/octroi/engine/consent"
	"github.com/octroi-consent/octroi/engine/jsontext"
	"github.com/octroi-consent/octroi/engine/locale"
)

// View is all that the interface depends on.
type View struct {
	Config  *config.Config
	Texts   *locale.Texts
	Entries []Entry       // one for each category, in the declaration's order
	On      config.Grants // the switches
	Once    []bool        // categories that are granted for this visit only
	Again   bool          // asked again after an earlier choice
	Closes  bool          // may be left without an answer
	Small   bool          // the dialog that a page waits for was put aside

	// Lives tells of what is there under an item's name when the oldest was first
	// seen and when the first ends, Unix ms; 0 where nothing is, or nothing ends.
	Lives       func(area config.Area, item *config.Item) (first, end int64)
	Unreachable []string // cookies that script cannot erase
	Receipt     string   // id of the receipt that proves the choices, "" for none
}

// Entry is one category as it stands.
type Entry struct {
	Shown    bool
	Ask      consent.Reason
	Objected bool            // the browser says no (Global Privacy Control)
	Choice   *consent.Choice // nil where none was made
}

// The states of a switch. Mixed: some of a category's services are on. Visit: what is on, all or
// some, is so for this visit only.
const (
	Off   = ""
	On    = "on"
	Mixed = "mixed"
	Visit = "visit"
)

// The actions that the interface's buttons carry.
const (
	ActAccept      = "accept"
	ActRefuse      = "refuse"
	ActSame        = "same"
	ActSave        = "save"
	ActPreferences = "preferences"
	ActClose       = "close"
	ActReload      = "reload"
	ActOnce        = "once"
	ActAlways      = "always"
	ActUndo        = "undo"
	ActList        = "list"
	ActDelete      = "delete" // before an item: the digit of its area, and its name
)

// State is how the switch of category i stands: by its services, where it has any.
func State(c *config.Config, on config.Grants, i int) string {
	switches := on.Switches(c, i)
	up := 0
	for _, s := range switches {
		if s {
			up++
		}
	}
	switch up {
	case 0:
		return Off
	case len(switches):
		return On
	}
	return Mixed
}

// Answer is how the switch of category i, which may be on for a visit only, stands.
func Answer(c *config.Config, on config.Grants, once []bool, i int) string {
	state := State(c, on, i)
	if once[i] && state != Off {
		return Visit
	}
	return state
}

// writer fills templates.
type writer struct {
	*View
	jsontext.Writer
}

// put appends a template in which % stands for the next of args and $key for one
// of the interface's texts, both as JSON strings, and ^ for the next of args as it is.
func (w *writer) put(template string, args ...string) {
	for i := 0; i < len(template); i++ {
		c := template[i]
		switch c {
		case '%':
			w.Quote(args[0])
			args = args[1:]
		case '^':
			w.Raw(args[0])
			args = args[1:]
		case '$':
			end := i + 1
			for template[end] >= 'a' && template[end] <= 'z' {
				end++
			}
			w.Quote(w.Texts.Get(template[i+1 : end]))
			i = end - 1
		default:
			w.Byte(c)
		}
	}
}

func (w *writer) in(t config.Text) string { return t.In(w.Texts.Lang, w.Config.Language) }

// node is a declared text as a node, which names the text's language where that is not the
// interface's (WCAG 2.2, 3.1.2).
func (w *writer) node(t config.Text) string {
	var node jsontext.Writer
	text, lang := t.Written(w.Texts.Lang, w.Config.Language)
	if lang == "" {
		node.Quote(text)
	} else {
		node.Put(`["span",{"lang":%,"dir":%},%]`, lang, locale.Direction(lang), text)
	}
	return node.String()
}

const (
	head = `["dialog",{"class":%,"tabindex":"-1","aria-labelledby":"octroi-title","lang":%,"dir":%},` +
		`["div",{"class":"octroi-head"},["h2",{"class":"octroi-title","id":"octroi-title","tabindex":"-1"},%]`

	closer = `,["button",{"type":"button","class":"octroi-close","data-octroi-act":"close","aria-label":$close},"×"]`

	body = `],["div",{"class":"octroi-body"},["p",{},%`

	policy = `," ",["a",{"href":%},$cookiepolicy]]`

	reload = `],["div",{"class":"octroi-actions"},` +
		`["button",{"type":"button","class":"octroi-button","data-octroi-act":"close"},$later],` +
		`["button",{"type":"button","class":"octroi-button","data-octroi-act":"reload"},$reload]]]`

	status = `["div",{"class":"octroi octroi-status","role":"region","aria-label":$tab,"lang":%,"dir":%},["p",{},%`

	undo = `,["button",{"type":"button","class":"octroi-link","data-octroi-act":"undo"},$undo]`

	details = `,["button",{"type":"button","class":"octroi-link","data-octroi-act":"preferences"},$details]` +
		`,["button",{"type":"button","class":"octroi-close","data-octroi-act":"dismiss","aria-label":$dismiss},"×"]]`

	// Refuse, accept and the same as before are the same element of the same class (R1.12);
	// what leads to a selection, or keeps it, has another of their size and contrast.
	answers = `],["div",{"class":"octroi-actions"},` +
		`["button",{"type":"button","class":"octroi-button","data-octroi-act":"refuse"},$refuse],` +
		`["button",{"type":"button","class":"octroi-button","data-octroi-act":"accept"},$accept],`

	same = `["button",{"type":"button","class":"octroi-button","data-octroi-act":"same"},$same],`

	selects = `["button",{"type":"button","class":"octroi-button octroi-select","data-octroi-act":%},%]]]`
)

// head opens a layer.
func (w *writer) head(class, title string) {
	w.put(head, class, w.Texts.Tag, locale.Direction(w.Texts.Lang), title)
}

// Ask is the first layer: who asks, for what, with which consequences, and accept
// all, refuse all and customise as equals (R1.10 to R1.12).
func (v *View) Ask() string {
	w := writer{View: v}
	class, waits := "octroi octroi-ask octroi-"+v.Config.Layout, v.Config.Layout == "dialog"
	if waits && v.Small {
		class, waits = "octroi octroi-ask octroi-corner", false
	} else if waits {
		class += " octroi-modal"
	}
	w.head(class, v.Texts.Get("title"))
	if v.Closes || waits {
		w.put(closer)
	}
	introduction := "intro"
	if v.Again {
		introduction = "again"
	}
	w.put(body+`],["ul",{"class":"octroi-purposes"}`, locale.Fill(v.Texts.Get(introduction), "{site}", w.in(v.Config.Site.Name)))
	services := 0
	var objected []string
	for i := range v.Entries {
		if v.Entries[i].Objected && !v.Entries[i].Shown {
			objected = append(objected, w.in(v.Config.Categories[i].Label))
		}
		if cat := &v.Config.Categories[i]; v.Entries[i].Shown && !cat.Required {
			services += cat.To - cat.From
			w.put(`,["li",{},["details",{},["summary",{},["strong",{},^]`, w.node(cat.Label))
			if e := &v.Entries[i]; v.Again && e.Choice != nil {
				w.chosen(e)
				w.put(`],["p",{},^]`, w.node(cat.Text))
				w.earlier(e)
				w.put(`]`)
			} else {
				w.put(`],["p",{},^]]`, w.node(cat.Text))
			}
			if v.Entries[i].Objected {
				w.put(`,["p",{"class":"octroi-dated"},$objected]`)
			}
			w.put(`]`)
		}
	}
	w.put(`]`)
	if objected != nil {
		w.put(`,["p",{},%]`, v.Texts.Get("objected")+": "+locale.Join(objected))
	}
	w.put(`,["p",{"class":"octroi-fine"},["button",{"type":"button","class":"octroi-link","data-octroi-act":"preferences"},%]," · ",$consequence`+policy,
		v.Texts.Count("services", services), w.in(v.Config.Policy.URL))
	if w.put(answers); v.Again && v.answered() {
		w.put(same)
	}
	w.put(selects, ActPreferences, v.Texts.Get("customise"))
	return w.String()
}

// answered reports whether the visitor has answered before whatever is asked for.
func (v *View) answered() bool {
	for i := range v.Entries {
		if e := &v.Entries[i]; e.Shown && e.Choice == nil && !v.Config.Categories[i].Required {
			return false
		}
	}
	return true
}

// chosen tells in short what the visitor chose before, and when.
//
//go:noinline
func (w *writer) chosen(e *Entry) {
	w.put(`,["span",{"class":"octroi-chosen"},%," · "`, w.answer(e))
	w.dated("{date}", e.Choice.At)
	w.put(`]`)
}

// Reload asks the visitor to load the page again, since services that were withdrawn
// had begun to run on it (R1.47), or since others, that were allowed, cannot any more.
// Saved confirms the choice that did so, if one did.
//
//go:noinline
func (v *View) Reload(saved string, stale, lacking []string) string {
	w := writer{View: v}
	w.head("octroi octroi-ask octroi-corner", v.Texts.Get("reload"))
	if saved != "" {
		saved += " ·"
	}
	w.put(body, saved)
	if stale != nil {
		w.put(`," ",%`, locale.Fill(v.Texts.Get("stale"), "{names}", locale.Join(stale)))
	}
	if lacking != nil {
		w.put(`," ",%`, locale.Fill(v.Texts.Get("lacking"), "{names}", locale.Join(lacking)))
	}
	w.put(`]` + reload)
	return w.String()
}

// Status is the message that says how things stand, in one line, until when where that is not
// 0, and leads on: back, if it undoes, to the details, and away.
func (v *View) Status(text string, until int64, undoes bool) string {
	w := writer{View: v}
	w.put(status, v.Texts.Tag, locale.Direction(v.Texts.Lang), text)
	if until != 0 {
		w.put(`," · "`)
		w.dated(w.Texts.Get("valid"), until)
	}
	if w.put(`]`); undoes {
		w.put(undo)
	}
	w.put(details)
	return w.String()
}

// Preferences is the second layer: every category and service with its switch,
// what each sets and for how long (R1.16, R1.17, R1.57).
//
//go:noinline
func (v *View) Preferences() string {
	w := writer{View: v}
	w.head("octroi octroi-preferences octroi-modal", v.Texts.Get("preferences"))
	w.put(closer+body+policy, v.Texts.Get("explain"), w.in(v.Config.Policy.URL))
	for i := range v.Entries {
		if v.Entries[i].Shown {
			w.category(i)
		}
	}
	w.put(device, ActList)
	if len(v.Unreachable) > 0 {
		w.put(`,["p",{"class":"octroi-fine"},%]`, locale.Fill(v.Texts.Get("beyond"), "{names}", locale.Join(v.Unreachable)))
	}
	w.put(`,["p",{"class":"octroi-fine"}`)
	w.contact()
	w.put(`]`)
	w.receipt()
	w.put(answers+selects, ActSave, v.Texts.Get("save"))
	return w.String()
}

func (w *writer) category(i int) {
	c, e := &w.Config.Categories[i], &w.Entries[i]
	w.put(`,["section",{"class":"octroi-category"}`)
	if c.Required {
		w.toggle("h3", c.ID, w.node(c.Label), On, true)
	} else {
		w.threeWay(c.ID, w.node(c.Label), Answer(w.Config, w.On, w.Once, i))
	}
	w.put(`,["p",{},^]`, w.node(c.Text))
	if e.Objected {
		w.put(`,["p",{"class":"octroi-dated"},$objected]`)
	}
	w.earlier(e)
	if e.Ask == consent.Settled && e.Choice != nil && e.Choice.Visit == 0 && !c.Required {
		w.put(`,["p",{"class":"octroi-dated"}`)
		w.dated(w.Texts.Get("holds"), e.Choice.Until)
		w.put(`]`)
	}
	if c.To > c.From {
		w.put(`,["details",{},["summary",{},%]`, w.Texts.Count("services", c.To-c.From))
		for n := c.From; n < c.To; n++ {
			w.service(n, c.Required)
		}
		w.put(`]`)
	}
	w.put(`]`)
}

func (w *writer) service(n int, locked bool) {
	s := &w.Config.Services[n]
	w.put(`,["div",{"class":"octroi-service"}`)
	state := Off
	if w.On.Service(w.Config, n) {
		state = On
	}
	w.toggle("h4", s.ID, w.node(s.Name), state, locked)
	w.put(`,["p",{},^," ",%`, w.node(s.Purpose), locale.Fill(w.Texts.Get("provider"), "{provider}", s.Provider))
	if s.Policy.Given() {
		w.put(`," · ",["a",{"href":%},$privacy]`, w.in(s.Policy))
	}
	w.put(`]`)
	before := len(w.B)
	w.put(`,["table",{},["thead",{},["tr",{},["th",{"scope":"col"},$name],["th",{"scope":"col"},$kind],["th",{"scope":"col"},$life]]],["tbody",{}`)
	if w.items(s, "") {
		w.put(`]]`)
	} else {
		w.B = w.B[:before]
	}
	w.put(`]`)
}

// kinds names what is kept in each area, in the words of the web's own standards, which are the
// same in all languages.
var kinds = [config.Areas]string{"Cookie", "Web Storage", "IndexedDB", "Cache Storage", "Service Worker"}

// items writes a row for each thing that a service keeps, with its life, and since
// when and until when what is there lasts; between stands what the table tells in
// other columns. It reports whether there is any.
func (w *writer) items(s *config.Service, between string) (any bool) {
	for area := range s.Items {
		for i := range s.Items[area] {
			item := &s.Items[area][i]
			w.put(`,["tr",{},["th",{"scope":"row"},%],["td",{},%]`, item.Name, kinds[area])
			w.Raw(between)
			w.put(`,["td",{},%`, w.life(item))
			first, end := w.Lives(config.Area(area), item)
			if first != 0 {
				w.put(`,["br",{}]`)
				w.dated(w.Texts.Get("since"), first)
			}
			if end != 0 {
				w.put(`,["br",{}]`)
				w.dated(w.Texts.Get("until"), end)
			}
			w.put(`]]`)
			any = true
		}
	}
	return any
}

// life words how long an item is kept.
func (w *writer) life(item *config.Item) string {
	kind := "lasting"
	if item.Life.Session() {
		kind = "passing"
	}
	return locale.Fill(w.Texts.Get(kind), "{life}", w.Texts.Span(item.Life))
}

// Policy is the table of a policy page: every cookie and key with its provider, its
// purpose, its life, and how long what is there has been and will be (R1.57).
func (v *View) Policy() string {
	w := writer{View: v}
	w.put(`["div",{"class":"octroi-policy","lang":%,"dir":%}`, v.Texts.Tag, locale.Direction(v.Texts.Lang))
	w.tables(false)
	w.put(`]`)
	return w.String()
}

// Declaration is a whole cookie policy: what a cookie is, each category with all that
// its services keep, how to change a choice, how long it holds, and whom to ask (R1.19,
// R1.40, R1.57).
func (v *View) Declaration() string {
	w := writer{View: v}
	site := &v.Config.Site
	w.put(`["div",{"class":"octroi-policy","lang":%,"dir":%},["h2",{},$whatis],["p",{},%]`, v.Texts.Tag, locale.Direction(v.Texts.Lang),
		locale.Fill(v.Texts.Get("whatistext"), "{site}", w.in(site.Name)))
	w.tables(true)
	w.put(`,["h2",{},$change],["p",{},$changetext," ",["button",{"type":"button","class":"octroi-open","data-octroi-open":""},$preferences]],["h2",{},$lasts],["ul",{}`)
	for i := range v.Config.Categories {
		if c := &v.Config.Categories[i]; !c.Required {
			w.put(`,["li",{},%]`, locale.Fill(locale.Fill(v.Texts.Get("laststext"), "{category}", w.in(c.Label)), "{life}", v.Texts.Span(c.AskAgainAfter)))
		}
	}
	w.put(`],["h2",{},$contactus],["p",{}`)
	w.contact()
	w.put(`]`)
	w.receipt()
	if updated := v.Config.Policy.Updated; updated != "" {
		before, after, _ := ascii.Cut(v.Texts.Get("updated"), "{date}")
		w.put(`,["p",{},%,["time",{"datetime":%},%],%]`, before, updated, updated, after)
	}
	w.put(`]`)
	return w.String()
}

// tables writes a table for each category; in full, below its heading and its purpose.
func (w *writer) tables(full bool) {
	v := w.View
	own := !v.Config.Lists(v.Config.Name)
	for i := range v.Config.Categories {
		c := &v.Config.Categories[i]
		mine := own && c.Required
		if full {
			w.put(`,["h2",{},^],["p",{},^]`, w.node(c.Label), w.node(c.Text))
			if c.From == c.To && !mine {
				continue
			}
		}
		w.table(w.node(c.Label))
		if mine {
			w.record()
			own = false
		}
		for n := c.From; n < c.To; n++ {
			s := &v.Config.Services[n]
			var cells writer
			cells.View = v
			cells.put(`,["td",{},^,["br",{}],`, w.node(s.Name))
			if s.Policy.Given() {
				cells.put(`["a",{"href":%},%]`, w.in(s.Policy), s.Provider)
			} else {
				cells.Quote(s.Provider)
			}
			cells.put(`,["br",{}],^]`, w.node(s.Purpose))
			if !w.items(s, cells.String()) {
				w.put(`,["tr",{},["th",{"scope":"row"},"–"],["td",{},"–"]`)
				w.Raw(cells.String())
				w.put(`,["td",{},"–"]]`)
			}
		}
		w.put(`]]`)
	}
	if own {
		var always jsontext.Writer
		always.Quote(w.Texts.Get("always"))
		w.table(always.String())
		w.record()
		w.put(`]]`)
	}
}

// table opens one, whose caption is a node.
func (w *writer) table(caption string) {
	w.put(`,["table",{},["caption",{},^],["thead",{},["tr",{},["th",{"scope":"col"},$name],["th",{"scope":"col"},$kind],["th",{"scope":"col"},$who],["th",{"scope":"col"},$life]]],["tbody",{}`, caption)
}

// record writes a row for the cookie and the key that keep the visitor's choices, one for what
// a tab remembers of its visit, and one for the database where receipts wait.
func (w *writer) record() {
	site := &w.Config.Site
	lasting := locale.Fill(w.Texts.Get("lasting"), "{life}", w.Texts.Span(calendar.Max))
	for _, row := range [...][4]string{
		{w.Config.Name, kinds[config.Cookies] + ", " + kinds[config.Storage], "record", lasting},
		{w.Config.Name, kinds[config.Storage], "record", locale.Fill(w.Texts.Get("passing"), "{life}", w.Texts.Get("session"))},
		{w.Config.ReceiptStore(), kinds[config.Databases], "receipts", lasting},
	} {
		if row[0] != "" {
			w.put(`,["tr",{},["th",{"scope":"row"},%],["td",{},%],["td",{},%,["br",{}],%,["br",{}],%],["td",{},%]]`, row[0], row[1], w.in(site.Name), site.Controller, w.Texts.Get(row[2]), row[3])
		}
	}
}

// receipt tells by which id the visitor can ask for the proof of the choices.
func (w *writer) receipt() {
	if w.Receipt != "" {
		before, after, _ := ascii.Cut(w.Texts.Get("proof"), "{id}")
		w.put(`,["p",{"class":"octroi-fine"},%,["span",{"dir":"ltr"},%],%]`, before, w.Receipt, after)
	}
}

// contact tells who answers, and the authority.
func (w *writer) contact() {
	site := &w.Config.Site
	w.put(`,%," ",["a",{"href":%},$ask]`, locale.Fill(w.Texts.Get("contact"), "{controller}", site.Controller), site.Contact)
	if site.Authority.Name != "" {
		w.put(`,". ",$authority," ",["a",{"href":%},%]`, site.Authority.URL, site.Authority.Name)
	}
}

// toggle is a heading whose label, a node, belongs to a switch; a locked one says that it
// is always on.
func (w *writer) toggle(heading, id, label, state string, locked bool) {
	field := "octroi-switch-" + id
	w.put(`,["div",{"class":"octroi-row"},[%,{},["label",{"for":%},^]]`, heading, field, label)
	if locked {
		w.put(`,["span",{"class":"octroi-always","id":%},$always],["input",{"disabled":"","aria-describedby":%,`, field+"-locked", field+"-locked")
		state = On
	} else {
		w.put(`,["input",{`)
	}
	w.put(`"type":"checkbox","class":"octroi-switch","id":%,"data-octroi-switch":%,"data-octroi-state":%}]]`, field, id, state)
}

// threeWay is a heading whose label, a node, belongs to a switch that has a place between off and
// on: for this visit. Where neither place is taken, a part is on.
func (w *writer) threeWay(id, label, state string) {
	field := "octroi-switch-" + id
	w.put(`,["div",{"class":"octroi-row"},["h3",{"id":%},^],["div",{"class":"octroi-three","role":"radiogroup","aria-labelledby":%}`, field, label, field)
	for _, place := range [...][2]string{{Off, "off"}, {Visit, "once"}, {On, "on"}} {
		w.put(`,["label",{},["input",{"type":"radio","name":%,"value":%,"data-octroi-switch":%,"data-octroi-state":%}],["span",{},%]]`,
			field, place[0], id, state, w.Texts.Get(place[1]))
	}
	w.put(`]]`)
}

// earlier tells what the visitor chose before and why that no longer holds.
//
//go:noinline
func (w *writer) earlier(e *Entry) {
	if e.Ask == consent.Settled || e.Ask == consent.Undecided || e.Choice == nil {
		return
	}
	w.put(`,["p",{"class":"octroi-dated"}`)
	w.dated(locale.Fill(w.Texts.Get("earlier"), "{answer}", w.answer(e)), e.Choice.At)
	w.put(`," ",%]`, w.Texts.Get(e.Ask.String()))
}

// answer is what the visitor chose before, in a word.
func (w *writer) answer(e *Entry) string {
	switch {
	case e.Choice.Granted:
		return w.Texts.Get("allowed")
	case e.Choice.Any():
		return w.Texts.Get("partly")
	}
	return w.Texts.Get("refused")
}

// dated writes a sentence that has a date, which the stage writes in the visitor's
// manner.
func (w *writer) dated(sentence string, at int64) {
	before, after, _ := ascii.Cut(sentence, "{date}")
	date := calendar.Date(at)
	w.put(`,%,["time",{"datetime":%},%],%`, before, date, date, after)
}
