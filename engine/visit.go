package engine

import (
	"github.com/octroi-consent/octroi/engine/calendar"
	"github.com/octroi-consent/octroi/engine/cookie"
	"github.com/octroi-consent/octroi/engine/jsontext"
	"github.com/octroi-consent/octroi/engine/locale"
)

const (
	// unseen is after how long a tab counts as gone that nobody has looked at: a
	// phone's is never closed.
	unseen = calendar.Day
	// patience is how long the other tabs have to answer; they take about 5 ms.
	patience = 500
	// step is how far the visitor's latest sign may lag behind where no inactivity
	// is declared.
	step = 60 * calendar.Minute
)

// visit follows the visit, once anything depends on it; the arguments are those of
// [Stored] from the third on. The stores must just have been read; it reports
// whether they have to be written.
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
func (e *Engine) visit(sign []string, now int64) bool {
	what, mark, born, depth := sign[0], sign[1], integer(sign[2]), sign[3]
	l := &e.ledger
	before := *l
	if l.Visit == 0 {
		if !e.follow {
			return false
		}
		e.begin(now)
	} else {
		visit, rest, _ := locale.Split(mark, ".")
		deep, _, left := locale.Split(rest, ".")
		mine := visit == jsontext.Int(l.Visit)
		away := now - l.Seen
		idle := e.cfg.Idle.Length()
		late := away >= unseen || idle != 0 && away >= idle
		ended := late
		switch {
		case what == "start" || what == "restored":
			if what == "restored" && l.Seen+100 <= born && integer(depth) <= integer(deep) {
				e.closed, mine = mine && !left, false
			}
			switch {
			case ended:
			case l.State == cookie.Gone:
				ended = !mine
			case l.State != cookie.Here && !mine:
				e.deadline, e.asked = now+patience, l.Visit
				l.State = cookie.Ask
			}
		case e.deadline != 0:
			if l.State != cookie.Ask || l.Visit != e.asked {
				e.deadline = 0 // another tab is there
			} else {
				ended = ended || now >= e.deadline
			}
		case what == "" && l.State >= cookie.Gone && e.state != cookie.Gone:
			l.State = e.state // this one is there
		}
		if ended {
			if e.deadline == 0 {
				e.fresh = nil
			}
			e.begin(now)
			e.over, e.sure = true, late || e.closed
		}
	}
	switch {
	case what == "gone":
		e.state = cookie.Gone
	case what == "hidden":
		// A page is told that it is hidden after it was told that it is left.
		e.state = max(e.state, cookie.Hidden)
	case what != "":
		e.state = cookie.Here
	}
	if what != "" && e.deadline == 0 {
		l.State = e.state
		if e.state != cookie.Here || before.State != cookie.Here || now-l.Seen >= step || e.cfg.Idle.Length() != 0 {
			l.Seen = now
		}
	}
	own := jsontext.Int(l.Visit) + "." + depth
	if e.state == cookie.Gone {
		own += "."
	}
	if own != mark && e.deadline == 0 {
		e.do(Mark, e.cfg.Name, own)
	}
	return l.Visit != before.Visit || l.Seen != before.Seen || l.State != before.State
}

// integer reads a number of digits alone.
func integer(text string) (n int64) {
	for i := range min(len(text), 18) {
		n = n*10 + int64(text[i]-'0')
	}
	return n
}

// begin starts a visit, which no earlier one that is known shares its minute with.
func (e *Engine) begin(now int64) {
	l := &e.ledger
	last := l.Visit
	for _, c := range e.rec.Choices {
		last = max(last, c.Visit)
	}
	l.Visit, l.Seen = max(now-now%calendar.Minute, last+calendar.Minute), now
	l.State, e.deadline = e.state, 0
}
