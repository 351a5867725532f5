package engine

import (
	"github.com/octroi-consent/octroi/engine/ascii"
	"github.com/octroi-consent/octroi/engine/calendar"
	"github.com/octroi-consent/octroi/engine/consent"
	"github.com/octroi-consent/octroi/engine/cookie"
	"github.com/octroi-consent/octroi/engine/jsontext"
)

// visit owns how this tab stands in the visit, which the ledger's Visit, Seen and State
// tell to all tabs.
type visit struct {
	followed      bool         // something depends on the visit
	state         cookie.State // of this tab
	over          bool         // the visit has ended, and what it leaves is still there
	overForSure   bool         // the visit has ended for sure
	browserClosed bool         // the browser was closed since this tab was seen last
	answersUntil  int64        // until when other tabs may answer, Unix ms; 0 where none is asked
	asked         int64        // about which visit they are asked
	fresh         []uint32     // what was written meanwhile, as keys of the ledger
}

const (
	// unseen is after how long without a sign of the visitor a visit has ended, in
	// milliseconds: phones never close tabs.
	unseen = calendar.Day
	// patience is how long the other tabs have to answer, in milliseconds; they take about 5.
	patience = 500
	// signStep is how far the visitor's latest sign may lag behind where no inactivity
	// is declared, in milliseconds.
	signStep = 60 * calendar.Minute
)

// sign is what a [StoresRead] event tells of its tab.
type sign struct {
	what  string // "start", "restored", "here", "hidden", "gone" or ""
	mark  string // what the tab remembers of its visit
	born  int64  // when the page was asked for, Unix ms
	depth string // how many pages the tab's history has
	hosts bool   // other hosts are in the same visit, whose tabs have memories of their own
}

// followVisit follows the visit, once anything depends on it; the arguments are those of
// [StoresRead] from the third on. The stores must just have been read.
func (e *Engine) followVisit(args []string, now int64) {
	s := sign{args[0], args[1], integer(args[2]), args[3], e.site.shared()}
	visit := e.lives.ledger.Visit
	changed, mark := e.visit.follow(&e.lives.ledger, &e.record.rec, e.site.cfg.Idle.Length(), &s, now)
	if mark != s.mark {
		e.do(RememberTab, e.site.cfg.Name, mark)
	}
	e.grants.outdated = e.grants.outdated || e.lives.ledger.Visit != visit
	e.stores.dirty = changed || e.stores.dirty
	e.inventory.due = e.inventory.due || e.visit.over
}

// follow takes a sign of a tab; idle is the inactivity that ends a visit, in milliseconds,
// 0 for none. It reports whether the ledger has changed, and what the tab is to remember.
//
// The rules, by what the tab that spoke last said: if the visitor was in it, this
// is the same visit (the browser has crashed, or another window is open). If it was
// left, the visit goes on in the same tab only. If it was hidden, the browser may
// have been closed, which often says no more than that; or another tab is there: so
// the others are asked. A tab that history brought back is the same one if a page of
// the site was left for it, or if its history has grown since, by a page elsewhere;
// else the browser has restored it.
//
// That a visit has ended is sure after its time, and where the browser has restored a tab
// that was never left: it was closed then. Else a tab may be in its history, or frozen,
// where it answers nobody: what is essential stays, and all else ends.
//
//go:noinline
func (v *visit) follow(l *cookie.Ledger, rec *consent.Record, idle int64, s *sign, now int64) (changed bool, mark string) {
	visit, seen, state := l.Visit, l.Seen, l.State
	if l.Visit == 0 {
		if !v.followed {
			return false, s.mark
		}
		v.begin(l, rec, now)
	} else {
		late := now-l.Seen >= unseen || idle != 0 && now-l.Seen >= idle
		if v.hasEnded(l, late, s, now) {
			if v.answersUntil == 0 {
				v.fresh = nil
			}
			v.begin(l, rec, now)
			v.over, v.overForSure = true, late || v.browserClosed
		}
	}
	switch s.what {
	case "gone":
		v.state = cookie.Gone
	case "hidden":
		// A page is told that it is hidden after it was told that it is left.
		v.state = max(v.state, cookie.Hidden)
	case "":
	default:
		v.state = cookie.Here
	}
	if s.what != "" && v.answersUntil == 0 {
		l.State = v.state
		if v.state != cookie.Here || state != cookie.Here || now-l.Seen >= signStep || idle != 0 {
			l.Seen = now
		}
	}
	mark = s.mark
	if v.answersUntil == 0 {
		mark = jsontext.Int(l.Visit) + "." + s.depth
		if v.state == cookie.Gone {
			mark += "."
		}
	}
	return l.Visit != visit || l.Seen != seen || l.State != state, mark
}

// hasEnded reports whether a sign shows that the visit has ended, as it has where it is
// late; where only other tabs can tell, it asks them.
func (v *visit) hasEnded(l *cookie.Ledger, late bool, s *sign, now int64) bool {
	known, rest, _ := ascii.Cut(s.mark, ".")
	deep, _, left := ascii.Cut(rest, ".")
	// Who goes on to another host asks for its page ahead of leaving the last one.
	mine := known == jsontext.Int(l.Visit) || s.hosts && s.born < l.Seen+100
	switch {
	case s.what == "start" || s.what == "restored":
		if s.what == "restored" && l.Seen+100 <= s.born && integer(s.depth) <= integer(deep) {
			v.browserClosed, mine = mine && !left, false
		}
		switch {
		case late:
		case l.State == cookie.Gone:
			return !mine
		case l.State != cookie.Here && !mine:
			v.answersUntil, v.asked = now+patience, l.Visit
			l.State = cookie.Ask
		}
	case v.answersUntil != 0:
		if l.State != cookie.Ask || l.Visit != v.asked {
			v.answersUntil = 0 // another tab is there
		} else {
			return late || now >= v.answersUntil
		}
	case s.what == "" && l.State >= cookie.Gone && v.state != cookie.Gone:
		l.State = v.state // this one is there
	}
	return late
}

// begin starts a visit, which no earlier one that is known shares its minute with.
func (v *visit) begin(l *cookie.Ledger, rec *consent.Record, now int64) {
	last := l.Visit
	for _, c := range rec.Choices {
		last = max(last, c.Visit)
	}
	l.Visit, l.Seen = max(now-now%calendar.Minute, last+calendar.Minute), now
	l.State, v.answersUntil = v.state, 0
}

// integer reads a number of digits alone.
func integer(text string) int64 {
	n, _ := ascii.Number(text, 18)
	return n
}
