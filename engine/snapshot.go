package engine

import (
	"github.com/octroi-consent/octroi/engine/config"
	"github.com/octroi-consent/octroi/engine/consent"
	"github.com/octroi-consent/octroi/engine/gate"
	"github.com/octroi-consent/octroi/engine/jsontext"
	"github.com/octroi-consent/octroi/engine/locale"
)

func list(texts []string) string {
	var w jsontext.Writer
	w.Byte('[')
	for i, t := range texts {
		if i > 0 {
			w.Byte(',')
		}
		w.Quote(t)
	}
	w.Byte(']')
	return w.String()
}

func truth(b bool) string {
	if b {
		return "true"
	}
	return "false"
}

// snapshot is the state as the page's code sees it; octroi.d.ts describes it.
func (e *Engine) snapshot() string {
	var w jsontext.Writer
	w.Put(`{"decided":#,"revision":%,"language":%,"categories":{`,
		truth(e.ready && !e.asking()), e.cfg.Policy.Revision, e.texts.Lang)
	comma := ""
	for i := range e.cfg.Categories {
		if e.cfg.ID(i) == "" {
			continue
		}
		w.Put(`#%:{"granted":#,"required":#,"ask":%`,
			comma, e.cfg.ID(i), truth(e.open[i]), truth(e.cfg.Categories[i].Required), e.ask[i].String())
		if c := e.choice(i); c != nil {
			w.Put(`,"decided":#,"until":#,"earlier":#`, jsontext.Int(c.At), jsontext.Int(c.Until), truth(c.Any()))
			if c.Visit != 0 {
				w.Raw(`,"visit":true`)
			}
		}
		w.Byte('}')
		comma = ","
	}
	w.Raw(`},"services":{`)
	comma = ""
	for n := range e.cfg.Services {
		w.Put(`#%:#`, comma, e.cfg.Services[n].ID, truth(e.open[len(e.cfg.Categories)+n]))
		comma = ","
	}
	w.Raw("}}")
	return w.String()
}

const unknown = ": no category or service has this id; passed over"

// choice returns the choice about category i, nil where none was made.
func (e *Engine) choice(i int) *consent.Choice { return e.rec.Find(e.terms[i].Category) }

// reply answers a question.
func (e *Engine) reply(text string, open bool) {
	may := ""
	if open {
		may = "1"
	}
	e.do(Reply, text, may)
}

// query answers a question about what is open now.
//
//go:noinline
func (e *Engine) query(question EventKind, first, second string) {
	switch question {
	case State:
		e.reply(e.snapshot(), false)
	case Script:
		open := second == "" || e.declared(first, second == "own")
		if !open {
			e.unsigned(first)
		}
		e.reply("", open)
	case Inline:
		f := gate.Inline(e.cfg, e.loads, first)
		e.reply(e.found("inline script", &f))
	default:
		e.tell(question, first, second)
	}
}

// observe takes in what became of markup, which opens and shuts nothing.
//
//go:noinline
func (e *Engine) observe(kind EventKind, text string) {
	switch kind {
	case Held:
		e.hold("data-octroi", text, text)
		if text != "" && len(e.faults) == 0 && gate.Decide(e.cfg, e.open, text) == gate.Unknown {
			e.do(Log, `data-octroi="`+text+`"`+unknown)
		}
	case Ran:
		e.run(text)
	case Debug:
		e.tell(kind, text, "")
	}
}

// unsigned tells of a script that a page with a nonce does not vouch for.
func (e *Engine) unsigned(address string) {
	what, right := address, `: not run: this page has a nonce, and no service that is granted declares the address; write it into the "urls" of one`
	if address == "" {
		what, right = "inline script", ": not run: it lacks the page's nonce"
	}
	e.hold(what, "", "nonce")
	e.do(Log, what+right)
}

// tell answers what a page wants once in a while.
//
//go:noinline
func (e *Engine) tell(kind EventKind, first, second string) {
	switch kind {
	case Debug:
		if len(e.faults) > 0 || e.developed(first) {
			e.do(Load, "octroi.debug.js")
		} else {
			e.do(Log, `the overlay is for localhost; write "debug": true to have it here`)
		}
	case Embed:
		e.reply(e.embed(first, second), false)
	case Report:
		e.reply(jsontext.Fill(`{"faults":#,"hints":#,"survivors":#,"unreachable":#,"undeclared":#,"hosts":#,"held":[#],"withdrawn":{#},"inherit":[#],"alive":[#],"kept":#}`,
			list(texts(e.faults)), list(texts(e.cfg.Hints())), list(e.stays()), list(e.beyond()), list(e.undeclared()), list(e.hosts), e.heldThings(), e.withdrawn(), e.inherited(), e.alive(), truth(e.kept)), false)
	case Policy, Declaration:
		// What the page itself says there is more than a faulty declaration tells.
		if len(e.faults) > 0 {
			return
		}
		v := e.view()
		if kind == Policy {
			e.reply(v.Policy(), false)
		} else {
			e.reply(v.Declaration(), false)
		}
	}
}

// hint tells the developer, and no visitor, of what is seldom meant so.
//
//go:noinline
func (e *Engine) hint() {
	if e.developed(e.page.Name()) {
		for _, text := range texts(e.cfg.Hints()) {
			e.do(Log, text, "hint")
		}
	}
}

// developed reports whether the page on a host is shown to its developer.
func (e *Engine) developed(host string) bool { return e.cfg.Debug || local(host) }

func texts(faults []config.Fault) (list []string) {
	for i := range faults {
		list = append(list, faults[i].String())
	}
	return list
}

// local reports whether a host is the developer's own; a file has none.
func local(host string) bool {
	for host != "localhost" && host != "127.0.0.1" && host != "[::1]" && host != "" {
		_, rest, found := locale.Split(host, ".")
		if !found {
			return false
		}
		host = rest
	}
	return true
}

// alive writes what is there, since when and until when it is, as JSON; 0 for an end
// with the visit.
func (e *Engine) alive() string {
	var w jsontext.Writer
	for _, t := range e.things {
		first, end := e.lives(area(t), &config.Item{Name: t[1:]})
		if len(w.B) > 0 {
			w.Byte(',')
		}
		w.Put(`{"name":%,"area":#,"since":#,"until":#}`, t[1:], t[:1], jsontext.Int(first), jsontext.Int(end))
	}
	return w.String()
}

// undeclared names what is there and no service declares.
func (e *Engine) undeclared() (names []string) {
	for _, t := range e.things {
		if rule := gate.Of(e.cfg, e.open, area(t), t[1:]); rule.Category < 0 && !rule.Own && !has(names, t[1:]) {
			names = append(names, t[1:])
		}
	}
	return names
}

// announce tells the page which ids opened or shut, what was erased and what could
// not be.
func (e *Engine) announce(ids, left []string) {
	e.do(Emit, "change", jsontext.Fill(`{"changed":#,"erased":#,"survivors":#,"state":#}`,
		list(ids), list(e.erased), list(left), e.snapshot()))
}

// saved words the confirmation of a choice: what is now allowed and refused, and what
// could not be erased.
func (e *Engine) saved(left []string) string {
	text := e.texts.Get("saved")
	for _, side := range [...]struct {
		key  string
		open bool
	}{{"allowed", true}, {"refused", false}} {
		var names []string
		for i := range e.cfg.Categories {
			cat := &e.cfg.Categories[i]
			open := e.open[i]
			for _, one := range e.services(e.open, i) {
				open = open || one
			}
			if !cat.Required && open == side.open {
				names = append(names, cat.Label.In(e.texts.Lang, e.cfg.Language))
			}
		}
		if names != nil {
			text += " " + locale.Fill(e.texts.Get(side.key), "{names}", locale.Join(names))
		}
	}
	if len(left) > 0 {
		text += " " + locale.Fill(e.texts.Get("left"), "{names}", locale.Join(left))
	}
	return text
}
