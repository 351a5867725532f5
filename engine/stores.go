package engine

import (
	"github.com/octroi-consent/octroi/engine/ascii"
	"github.com/octroi-consent/octroi/engine/calendar"
	"github.com/octroi-consent/octroi/engine/consent"
	"github.com/octroi-consent/octroi/engine/cookie"
	"github.com/octroi-consent/octroi/engine/jsontext"
)

// stores owns how the two places stand that hold copies of the record and the ledger: a
// cookie, and its mirror in local storage.
type stores struct {
	ready bool // they were read
	dirty bool // they must be written

	// Another host of the site can set a cookie of the record's name for all hosts.
	ownCookie string    // the record's cookie, as this host has set it
	others    []string  // what cookies of its name hold that other hosts have set
	suspects  []string  // what all of them held before this host's own was erased to tell them apart
	sign      [5]string // the end of the StoresRead event that waits for that
}

// maxMisses is how often local storage may lack the ledger, one reading after the
// other: once where the page has cleared it.
const maxMisses = 2

// applyStores takes what an event brings of the stores: the copies, and with [StoresRead] how
// this tab stands in the visit. It reports whether the event is to be handled further.
func (e *Engine) applyStores(kind EventKind, arg *arguments, now int64) bool {
	if len(e.site.faults) > 0 {
		return false
	}
	if kind == Message && !e.stores.ready {
		e.receive(message{arg[2], arg[3], arg[4]}, now)
	}
	if kind == StoresRead && e.mustReadAgain(arg) || kind != StoresRead && !e.stores.ready {
		return false
	}
	e.grants.outdated = true
	if kind == StoresRead {
		e.readWishes(arg[6])
	}
	e.takeStores(arg[0], arg[1], now)
	e.inventory.due = e.inventory.due || e.lives.nextEnd != 0 && now >= e.lives.nextEnd
	if kind == StoresRead {
		e.site.eachService(arg[6], func(n int) { e.running.became[n] = reloaded })
		e.followVisit(arg[2:6], now)
	}
	return true
}

// updateStores writes back what the stores lack, once what they hold was evaluated.
func (e *Engine) updateStores(kind EventKind) {
	if e.stores.dirty || e.record.lags() {
		e.writeStores(false)
	}
	// Asked for anew: this event may be the timer's own, and after the device has slept
	// the time that is left is another.
	e.timerAt = 0
	if p := e.inventory.pending; kind == StoresRead && p != nil && !p.erases && e.dialog.layer == preferences {
		// Chosen elsewhere: the switches are shown as they now stand.
		e.show(preferences)
	}
}

// mustReadAgain tells the record's cookie from one of the same name that another host of the
// site has set for all of them: only what this host has set is gone once it is erased for
// this host alone. Where hosts share the record, that one is from before they did, and is joined
// with theirs as each page begins. It erases it where no mirror, which other hosts cannot write,
// shows which is which, and reports whether what the stores hold has to be read again;
// the end of the event is kept for then.
func (e *Engine) mustReadAgain(arg *arguments) bool {
	values := cookie.Values(arg[0], e.site.cfg.Name)
	if e.stores.suspects != nil {
		e.stores.others, e.stores.ownCookie = values, ""
		if e.site.shared() {
			e.stores.others = nil
		}
		for _, v := range e.stores.suspects {
			if count(e.stores.suspects, v) > count(values, v) {
				e.stores.ownCookie, e.stores.dirty = v, true
				arg[0] += ";" + e.site.cfg.Name + "=" + v
			}
		}
		e.stores.suspects = nil
		copy(arg[2:7], e.stores.sign[:])
		return false
	}
	record, _, _ := ascii.Cut(arg[1], ".")
	_, settled := consent.Decode(record)
	shared := e.site.shared()
	if shared {
		settled = e.stores.ready
	}
	if settled {
		return false
	}
	for _, v := range values {
		if v != "" && (shared || v != e.stores.ownCookie && !contains(e.stores.others, v)) {
			e.stores.suspects = values
			copy(e.stores.sign[:], arg[2:7])
			e.do(Cookie, e.hostCookie("", 0))
			e.do(Read, e.site.cfg.Name)
			return true
		}
	}
	return false
}

func count(list []string, one string) (n int) {
	for _, other := range list {
		if other == one {
			n++
		}
	}
	return n
}

// recordCookie is an assignment to the record's cookie, which ends after so many seconds: for
// all hosts of the site, where they share it.
func (e *Engine) recordCookie(value string, seconds int64) string {
	text := e.hostCookie(value, seconds)
	if domain := e.site.cfg.Site.Domain; domain != "" {
		text += ";Domain=" + domain
	}
	return text
}

// hostCookie is the same for this host alone.
func (e *Engine) hostCookie(value string, seconds int64) string {
	text := e.site.cfg.Name + "=" + value + ";Max-Age=" + jsontext.Int(seconds) + ";Path=/;SameSite=Lax"
	if e.site.page.Secure {
		text += ";Secure"
	}
	return text
}

// copies is what the stores hold of the record and the ledger.
type copies struct {
	rec    consent.Record
	found  bool // there is a record
	agree  bool // all copies say the same
	ledger cookie.Ledger
	known  bool           // there is a ledger
	visit  *cookie.Ledger // the visit that hosts share, and nothing else; nil where they know of none
}

// readCopies reads what the two stores hold. Each copy is a record, and the ledger behind
// a "."; either may be missing. Where hosts share the record, only their cookie can tell what was
// withdrawn on another one, and what this host's storage holds of the record counts for nothing.
// Behind another "." their cookie has the visit, which is theirs as well.
func (e *Engine) readCopies(header, mirror string, now int64) (c copies) {
	own := []string{mirror}
	record, _, _ := ascii.Cut(mirror, ".")
	var others []string
	shared, told := e.site.shared(), false
	for _, v := range cookie.Values(header, e.site.cfg.Name) {
		if same, rest, _ := ascii.Cut(v, "."); shared || v == e.stores.ownCookie || same == record && same != "" {
			_, valid := consent.Decode(same)
			told = told || valid
			_, text, _ := ascii.Cut(rest, ".")
			if l, valid := cookie.DecodeLedger(text, now); shared && valid {
				c.visit = &l
			}
			e.stores.ownCookie = v
			own = append(own, v)
		} else if !contains(e.stores.others, v) {
			others = append(others, v)
		}
	}
	for i, text := range own {
		record, rest, _ := ascii.Cut(text, ".")
		own[i] = record
		if c.known {
			continue
		}
		rest, _, _ = ascii.Cut(rest, ".")
		if c.ledger, c.known = cookie.DecodeLedger(rest, now); c.known {
			e.lives.ledgerMisses = 0
			if i > 0 {
				e.lives.ledgerMisses = maxMisses // with the cookie, since storage does not take it
			}
		}
	}
	stored := own[0]
	if shared {
		// What was chosen since on another host may be dated earlier: the clock was turned back.
		own[0] = ""
		if told {
			own[0] = own[1]
		}
	}
	c.rec, c.found, c.agree = joined(own)
	c.agree = c.agree && own[0] == stored
	doubtful := false
	for _, text := range others {
		text, rest, _ := ascii.Cut(text, ".")
		if l, valid := cookie.DecodeLedger(rest, now); valid && !c.known {
			e.lives.ledger.Fold(&l)
		}
		if other, valid := consent.Decode(text); valid {
			c.agree = false
			if c.found {
				c.rec.Narrow(&other, now)
			} else {
				// Before a choice there is no time to tell them apart.
				e.record.rec.Meet(&other)
				c.rec, doubtful = e.record.rec, e.record.held
			}
		}
	}
	c.found = c.found || doubtful
	return c
}

// takeStores takes what the two stores hold: at the start, after a write, before a
// choice, and when another tab may have written.
func (e *Engine) takeStores(header, mirror string, now int64) {
	c := e.readCopies(header, mirror, now)
	first := !e.stores.ready
	e.stores.ready, e.lives.readFor = true, e.lives.sought
	e.takeRecord(&c, first, now)
	if first && !c.found && now > 0 && e.site.cfg.Inherit != nil {
		e.inherit(header, now)
	}
	e.reconcile(&c)
	if !first {
		return
	}
	for _, m := range e.app.queue {
		e.receive(m, now)
	}
	e.app.queue, e.announced = nil, true
	e.lives.lost = e.record.held && !c.known
	e.evaluate(now)
	e.enforce()
	copy(e.grants.told, e.grants.open)
	e.inventory.due = true
	e.signal(true)
	e.do(Gates)
	e.do(Emit, "ready", e.stateJSON())
}

// writeStores emits Store with the record and the ledger. The stores must have been read
// in this event, or an older copy could win. The cookie ends 13 months after the latest
// choice, so that the earlier answer can be shown when it is asked for again. With check
// the stores are read again, to see whether they have taken it.
func (e *Engine) writeStores(check bool) {
	r := &e.record
	text, ledger, seconds := "", "", int64(0)
	if r.held {
		text, seconds = r.rec.Encode(), max(r.rec.End()-r.rec.Seen, 0)/1000
	}
	// With a record it is there even if it is empty: a record without one has lost it.
	if r.held || !e.lives.ledger.Empty() {
		ledger = "." + e.lives.ledger.Encode()
	}
	value, mirror := text, text+ledger
	if len(text) > consent.MaxText {
		value, seconds = "", 0 // storage alone takes it
	}
	e.lives.unkept = false
	if e.lives.ledgerMisses == maxMisses {
		// Local storage is full, or denied: the record comes first, and the ledger goes
		// with the cookie, or is one.
		mirror = text
		if e.lives.unkept = len(text)+len(ledger) > consent.MaxText; !e.lives.unkept {
			value += ledger
		}
		if text == "" && value != "" {
			seconds = calendar.Max.Length() / 1000
		}
	}
	if l := &e.lives.ledger; e.site.shared() && l.Visit != 0 && len(text) <= consent.MaxText {
		if _, _, with := ascii.Cut(value, "."); !with {
			value += "."
		}
		value += "." + l.VisitAlone().Encode()
		if seconds == 0 {
			seconds = unseen / 1000
		}
	}
	e.stores.ownCookie = value
	e.do(Store, e.site.cfg.Name, e.recordCookie(value, seconds), mirror, text)
	if ledger == "" {
		e.lives.wrote = false // so none is missed
	} else if !e.lives.wrote || e.lives.ledgerMisses == maxMisses-1 {
		e.lives.wrote, check = true, true
	}
	if check {
		e.do(Read, e.site.cfg.Name)
	}
	r.storedSeen, e.stores.dirty = r.rec.Seen, false
}
