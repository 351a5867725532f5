package engine

import (
	"github.com/octroi-consent/octroi/engine/calendar"
	"github.com/octroi-consent/octroi/engine/config"
	"github.com/octroi-consent/octroi/engine/cookie"
	"github.com/octroi-consent/octroi/engine/gate"
	"github.com/octroi-consent/octroi/engine/jsontext"
)

// The phases of a survey: what must not stay is erased, then what was erased is
// looked for again. A choice is told after its own.
const (
	watch  = "watch"
	check  = "check"
	erase  = "erase"
	verify = "verify"
)

// look asks what the browser holds: cookies and keys at once, and then what takes
// time.
func (e *Engine) look(phase string) {
	if !e.wide() {
		e.do(Inventory, phase, "")
		return
	}
	e.do(Inventory, watch, "")
	e.do(Inventory, phase, "1")
}

// wide reports whether databases, caches or workers are declared.
func (e *Engine) wide() bool {
	for i := range e.cfg.Services {
		for area := config.Databases; area < config.Areas; area++ {
			if len(e.cfg.Services[i].Items[area]) > 0 {
				return true
			}
		}
	}
	return false
}

// survey takes what the browser holds. Things are names behind the digit of their
// area. What takes time was looked for where it is wide; unknown are then the digits of
// the areas of which nobody could tell what is there.
func (e *Engine) survey(args []string, now int64) {
	if len(args) < 6 || !e.ready {
		return
	}
	phase, wide, unknown, host := args[0], args[1] == "1", args[2], args[3]
	known := func(a config.Area) bool {
		return a <= config.Storage || wide && !has([]byte(unknown), '0'+byte(a))
	}
	if wide && phase == verify {
		e.unknown = unknown
	}
	before := e.things
	e.things = nil
	for _, name := range cookie.Names(args[5]) {
		e.things = append(e.things, "0"+name)
	}
	for _, t := range args[6:] {
		if area(t) < config.Areas && len(e.things) < maxThings {
			e.things = append(e.things, t)
		}
	}
	for _, t := range before {
		if !known(area(t)) {
			e.things = append(e.things, t) // not looked for this time
		}
	}
	switch phase {
	case watch, erase:
		e.clear(phase, wide, host, args[4], now)
	case check, verify:
		e.readBack()
		if phase == verify && e.pending != nil {
			e.report()
		}
	}
}

// clear has erased what must not stay.
//
//go:noinline
func (e *Engine) clear(phase string, wide bool, host, path string, now int64) {
	e.next = 0
	var doomed []string
	for _, t := range e.things {
		if (wide || area(t) <= config.Storage) && !has(doomed, t) && e.dooms(area(t), t[1:], now) {
			doomed = append(doomed, t)
		}
	}
	for _, t := range doomed {
		if area(t) == config.Cookies {
			e.erase(t[1:], host, path)
		} else {
			e.do(Remove, t[:1], t[1:])
		}
	}
	e.erasing = append(e.erasing, doomed...)
	if wide || !e.wide() {
		e.over, e.lost, e.fresh = false, false, nil
	}
	after, slow := check, ""
	if phase == erase {
		after = verify
		e.erasePaths(host)
	} else if doomed == nil {
		return
	}
	if wide {
		slow = "1"
	}
	e.do(Inventory, after, slow)
}

// readBack looks for what was to be erased.
func (e *Engine) readBack() {
	var left []string
	for _, t := range append(e.erasing, e.survivors...) {
		if has(left, t) {
			continue
		}
		if has(e.things, t) {
			left = append(left, t)
		} else if e.pending != nil {
			e.erased = append(e.erased, t[1:])
		}
	}
	e.erasing, e.survivors = nil, left
}

// area reads the digit that a thing begins with; what is none is beyond the areas.
func area(t string) config.Area {
	if t == "" || t[0] < '0' {
		return config.Areas
	}
	return config.Area(t[0] - '0')
}

// maxThings bounds what a survey takes.
const maxThings = 5000

func has[T comparable](list []T, one T) bool {
	for _, other := range list {
		if other == one {
			return true
		}
	}
	return false
}

func (e *Engine) erase(name, host, path string) {
	for _, assignment := range cookie.Erasures(name, host, path) {
		e.do(Cookie, assignment)
	}
}

// dooms reports whether something that is there has to go: its service is shut, its
// life or the visit has ended.
func (e *Engine) dooms(area config.Area, name string, now int64) bool {
	rule := gate.Of(e.cfg, e.open, area, name)
	key := cookie.Key(area, name)
	switch {
	case rule.Own:
		return false
	case !rule.Open && rule.Category < 0:
		return false // scripts are refused it; so it is the server's, or older than Octroi
	case !rule.Open:
		e.drop(key)
		return true
	case rule.Life.Session():
		e.follow = true
		if e.over && !has(e.fresh, key) && !e.outlasts(area, name, key) {
			e.drop(key)
			e.drop(written(key))
			return true
		}
		e.note(key, now)
		return false
	}
	since := now
	if e.lost && e.rec.Since != 0 {
		since = min(now, e.rec.Since)
	}
	end, _ := e.end(key, &rule, since, now)
	switch {
	case end > now:
		return false
	case rule.Renew || e.chosenSince(rule.Category, end):
		e.drop(key)
	default:
		e.want(rule.Category)
	}
	return true
}

// outlasts reports whether something essential stays though the visit is over: that may not
// be sure; and a cookie that no script was seen to bring may have come from the server with
// this very page, so it is the browser's to end.
func (e *Engine) outlasts(area config.Area, name string, key uint32) bool {
	needed := make([]bool, len(e.open))
	for i := range e.cfg.Services {
		needed[len(e.cfg.Categories)+i] = e.cfg.Categories[e.cfg.Services[i].Category].Required
	}
	brought, _ := e.ledger.First(written(key))
	return gate.Of(e.cfg, needed, area, name).Open && (!e.sure || area == config.Cookies && brought == 0)
}

// written stands for a name that a script has brought, beside its key.
func written(key uint32) uint32 { return ^key }

// erasePaths tries, unseen, the cookies of shut services that are declared for a
// path of their own (R7.22).
func (e *Engine) erasePaths(host string) {
	for i := range e.cfg.Services {
		for _, item := range e.cfg.Services[i].Items[config.Cookies] {
			if item.Path != "" && !e.open[len(e.cfg.Categories)+i] {
				e.erase(item.Name, host, item.Path)
			}
		}
	}
}

// unreachable names the cookies of category i that script cannot erase, of those of
// its services that are not in open. Those of other domains not even the site's
// server can.
func (e *Engine) unreachable(i int, open []bool) (names []string) {
	cat := &e.cfg.Categories[i]
	for n := cat.From; n < cat.To; n++ {
		for _, item := range e.cfg.Services[n].Items[config.Cookies] {
			if !open[n-cat.From] && (item.HTTPOnly || item.Domain != "") {
				names = append(names, item.Name)
			}
		}
	}
	return names
}

// beyond names all such cookies of services that are shut.
func (e *Engine) beyond() (names []string) {
	for i := range e.cfg.Categories {
		names = append(names, e.unreachable(i, e.services(e.open, i))...)
	}
	return names
}

// report tells of a choice what it erased; where something is left, the site's
// server is asked first, if it can be.
func (e *Engine) report() {
	if left := e.left(); e.cfg.Endpoint != "" && len(left) > 0 {
		e.do(Request, e.cfg.Endpoint, jsontext.Fill(`{"erase":#}`, list(left)))
		return
	}
	e.finish()
}

// answer takes the server's: where it says that it is done, what script cannot see
// is taken for erased, and what it can see is looked for again.
//
//go:noinline
func (e *Engine) answer(done bool) {
	if e.pending == nil {
		return
	}
	if done {
		e.pending.beyond = nil
	}
	e.finish()
	e.look(watch)
}

// left names what the choice on its way could not have erased.
func (e *Engine) left() []string { return append(e.stays(), e.pending.beyond...) }

// stays names what is still there of services that are shut. Where nobody could tell, as
// without octroi.rest.js, that is all that is declared of those that were open on this
// page.
func (e *Engine) stays() []string {
	names := bare(e.survivors)
	for n, became := range e.became {
		if became == "" {
			continue
		}
		for a := config.Databases; a < config.Areas; a++ {
			for _, item := range e.cfg.Services[n].Items[a] {
				if has([]byte(e.unknown), '0'+byte(a)) && !has(names, item.Name) {
					names = append(names, item.Name)
				}
			}
		}
	}
	return names
}

func (e *Engine) finish() {
	left, done := e.left(), e.pending
	e.pending = nil
	e.later = e.later && !(done.here && e.lacking() != nil)
	reloads := e.reloads()
	switch {
	case reloads && (e.cfg.Reload || done.here && e.cfg.Enforce == always && e.lacking() != nil):
		e.reload()
		e.later = true
	case reloads && done.say:
		e.saying = e.saved(left)
		e.do(Say, "", "") // of an earlier choice
	case done.say:
		e.do(Say, e.saved(left), e.texts.Get("undo"))
	}
	e.announce(done.ids, left)
	e.erased = nil
}

func bare(things []string) (names []string) {
	for _, t := range things {
		names = append(names, t[1:])
	}
	return names
}

// lives returns, of what is there under an item's name, when the oldest was first
// seen and when the first of them ends; 0 where nothing is, or nothing ends.
func (e *Engine) lives(in config.Area, item *config.Item) (first, end int64) {
	for _, t := range e.things {
		name := t[1:]
		if area(t) != in || !gate.Match(item.Name, name) {
			continue
		}
		rule := gate.Of(e.cfg, e.open, in, name)
		at, _ := e.ledger.First(cookie.Key(in, name))
		over := calendar.Add(at, rule.Life)
		if rule.Own {
			at, over = e.rec.Last(), e.rec.End()
		} else if rule.Life.Session() {
			over = 0
		}
		if at == 0 {
			continue
		}
		if first == 0 || at < first {
			first = at
		}
		if end == 0 || over < end {
			end = over
		}
	}
	return first, end
}
