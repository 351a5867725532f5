// Package enginetest plays the browser to an engine, and holds the behaviour
// tables that every form of the engine must pass: the Go package and the compiled
// wasm alike.
package enginetest

import (
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
	Access(address string, own bool, now int64) (ids string, open bool)
}

// Browser is what the tabs of one site share: a clock, a cookie jar and local
// storage. Its faults can be set at any time.
type Browser struct {
	Now           time.Time
	Cookies       map[string]Cookie
	Storage       map[string]string
	Quota         int // bytes of a storage value, 0 for no bound
	Databases     map[string]bool
	DenyCookies   bool
	DenyStorage   bool
	FrozenCookies map[string]bool   // cannot be erased, as HttpOnly ones
	Shared        map[string]Cookie // of the site's domain, for all its hosts
	Hosts         []*Browser        // the site's other hosts: the same clock, tabs and data of their own
	Planted       []string          // pairs that another host of the site has set for all of them
	Tabs          []*Tab
	Assigned      []string // to document.cookie, by Octroi and by pages
}

// Cookie is one of the jar's; the zero Ends is the session.
type Cookie struct {
	Value string
	Ends  time.Time
}

// NewBrowser starts an empty browser at an instant.
func NewBrowser(now time.Time) *Browser {
	return &Browser{Now: now, Cookies: map[string]Cookie{}, Storage: map[string]string{}, Databases: map[string]bool{}, FrozenCookies: map[string]bool{}}
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
	for _, name := range slices.Sorted(maps.Keys(b.Shared)) {
		if c := b.Shared[name]; c.Ends.IsZero() || c.Ends.After(b.Now) {
			pairs = append(pairs, name+"="+c.Value)
		}
	}
	return strings.Join(append(pairs, b.Planted...), "; ")
}

// Mirror is what the storage holds under a name.
func (b *Browser) Mirror(name string) string {
	if b.DenyStorage {
		return ""
	}
	return b.Storage[name]
}

func (b *Browser) assign(assignment string) {
	b.Assigned = append(b.Assigned, assignment)
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
		name, age, _ := strings.Cut(strings.TrimSpace(a), "=")
		if strings.EqualFold(name, "Max-Age") {
			seconds, err := time.ParseDuration(age + "s")
			if err != nil {
				panic(assignment)
			}
			cookie.Ends = b.Now.Add(seconds)
		}
	}
	jar := b.Cookies
	if b.Shared != nil && strings.Contains(assignment, ";Domain=") {
		jar = b.Shared
	}
	jar[name] = cookie
	if !cookie.Ends.IsZero() && !cookie.Ends.After(b.Now) {
		delete(jar, name)
	}
}

// Pass lets time go by; timers that become due are fired, in every tab.
func (b *Browser) Pass(d time.Duration) {
	end := b.Now.Add(d)
	for {
		var next *Tab
		for _, t := range b.everywhere() {
			if !t.Wake.IsZero() && !t.Wake.After(end) && (next == nil || t.Wake.Before(next.Wake)) {
				next = t
			}
		}
		if next == nil {
			break
		}
		if next.Wake.After(b.Now) {
			b.set(next.Wake)
		}
		next.Wake = time.Time{}
		next.Recheck("octroi")
	}
	b.set(end)
}

// everywhere are the tabs of all hosts.
func (b *Browser) everywhere() []*Tab {
	all := slices.Clone(b.Tabs)
	for _, host := range b.Hosts {
		all = append(all, host.Tabs...)
	}
	return all
}

// set sets the clock of all hosts.
func (b *Browser) set(now time.Time) {
	b.Now = now
	for _, host := range b.Hosts {
		host.Now = now
	}
}
