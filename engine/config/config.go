// Package config reads a site's declaration: who the site is, which categories
// its visitors choose about, and which services belong to them. Every fault is
// told with the JSON path, what is wrong and what would be right.
package config

import (
	"github.com/octroi-consent/octroi/engine/ascii"
	"github.com/octroi-consent/octroi/engine/calendar"
	"github.com/octroi-consent/octroi/engine/jsontext"
	"github.com/octroi-consent/octroi/engine/packed"
)

const (
	// DefaultName is the name of the record's cookie and of its storage key.
	DefaultName = "octroi"

	// MaxCategories and MaxServices keep the record below what consent.MaxMirror
	// allows. With more than some 300 services a cookie does not take it (R7.01), and it
	// is kept in local storage alone.
	MaxCategories = 32
	MaxServices   = 2500

	// MaxBytes bounds the declaration's text.
	MaxBytes = 4 << 20

	maxID   = 64
	maxText = 4000
)

// defaultAskAgainAfter is how long a choice lasts unless declared (R1.50).
var defaultAskAgainAfter = calendar.Span{Months: 6}

// Config is a declaration.
type Config struct {
	Name       string // of the record's cookie and storage key
	Language   string // the language that plain texts are written in
	Site       Site
	Policy     Policy
	Block      bool          // what no service declares is refused, else let through and reported; so with any fault
	Enforce    string        // from when on the browser itself blocks what is denied, one of [Enforcements]
	Max        calendar.Span // the longest life of anything
	Idle       calendar.Span // inactivity that ends a visit; a zero Span never does
	Reload     bool          // the page is loaded again when what has run is withdrawn
	Layout     string        // of the first layer, one of [Layouts]
	OwnUI      bool          // the page draws what asks for consent; nothing of ours does
	NoTab      bool          // the site has its own way to the choices on every page
	Theme      Theme
	Inherit    []Inherit
	App        *App       // the app around the page, nil where there is none
	Signals    []Signal   // what vendors are told
	Debug      bool       // the developer's overlay is allowed on any host
	Endpoint   string     // the site's address that erases what script cannot; "" for none
	Receipts   string     // where receipts of choices are sent: a path of the site or an https address; "" for nowhere
	Worker     Worker     // the service worker that holds what pages ask for
	Categories []Category // with faults, at their end one without id may hold the services of none
	Services   []Service  // those of the first category first, and so on

	taken names // all ids
}

// Enforcements are what blocks what is denied: the hooks alone; and from a refusal on, or
// always, a policy that the browser enforces.
const Enforcements = "hooks refusal always"

// Layouts are where the first layer stands: in a corner, along the foot of the page, or
// in its middle, before a page that waits.
const Layouts = "corner bar dialog"

// Inherit takes over what was written for another manager.
type Inherit struct {
	From   string        // one of [vendors.Names]
	Names  []string      // its own, of categories and services
	IDs    []string      // the id here that each name stands for
	Cookie string        // that holds its consent, "" where it is not taken over
	Life   calendar.Span // how long that cookie lasts, which bounds the age of what tells no time
}

// App says which messages of the app around the page are heard.
type App struct {
	Origins []string // of other windows that may speak for it, as "https://www.shop.example"
	Hash    bool     // choices may come with the page's address
	Keys    []string // keys of the platform's own
	IDs     []string // the category or service whose grant each key tells
}

// Worker is a service worker of this site that runs octroi.worker.js.
type Worker struct {
	File  string // its path, "" where there is none
	Scope string // the path of the pages that it controls; "" for the folder of its file
}

// Cache is the name of what that worker keeps what pages have told it in.
const Cache = "octroi"

// Site says who asks for consent.
type Site struct {
	Name       Text
	Domain     string // whose hosts share the record, "" where each has its own
	Controller string
	Contact    string // mailto: or page address
	Authority  Authority
}

// Authority is the regulator whom a visitor can turn to.
type Authority struct {
	Name string
	URL  string
}

// Policy is the cookie policy that a choice is made against.
type Policy struct {
	URL      Text
	Revision string // a new one asks again for what was granted
	Updated  string // the day of its last change, "" where it is not told
}

// Category is what a visitor chooses about.
type Category struct {
	ID            string
	Label         Text
	Text          Text
	Required      bool          // essential: always on
	Objectable    bool          // Global Privacy Control counts as a refusal of it
	AskAgainAfter calendar.Span // how long a choice about it lasts
	From, To      int           // its services are Services[From:To]
	Faulty        bool          // which id it has, or whether it is essential, cannot be trusted
}

// Service is one tool that a category holds.
type Service struct {
	ID        string
	Category  int // index into Categories
	At        int // index into the declaration's services
	Faulty    bool
	Name      Text
	Provider  string
	Purpose   Text
	PurposeID string // keeps consent when only the purpose's wording changes
	Policy    Text
	URLs      []string // what it calls
	Inline    []string // parts of the text of its inline scripts
	Poster    string   // path of a picture that stands for its embeds, "" for none
	Plays     bool     // its embeds are players
	Items     [Areas][]Item
}

// Area is a place where scripts keep things under a name.
type Area int

// The areas that a declaration names, and their number.
const (
	Cookies   Area = iota
	Storage        // keys in local and session storage
	Databases      // IndexedDB
	Caches         // Cache Storage
	Workers        // service workers, by the path of their script
	Areas     = iota
)

// Item is a cookie, a key, or the like.
type Item struct {
	Name          string        // "*" stands for any run of characters
	Life          calendar.Span // a zero Span is the session
	RenewSilently bool          // a new life may follow the first without asking

	// Of a cookie that script cannot see from every page.
	Path     string // "" where every page sees it
	Domain   string // "" for this site's own
	HTTPOnly bool
}

// Lists reports whether a service keeps something of a name.
func (c *Config) Lists(name string) bool {
	for i := range c.Services {
		for _, items := range c.Services[i].Items {
			for k := range items {
				if items[k].Name == name {
					return true
				}
			}
		}
	}
	return false
}

// ReceiptStore is the name of the database where receipts wait to be sent, "" where none are made.
func (c *Config) ReceiptStore() string {
	if c.Receipts == "" {
		return ""
	}
	return c.Name + "-receipts"
}

// Objects reports whether the browser's own no refuses a category that nobody has decided.
func (c *Config) Objects() bool {
	for i := range c.Categories {
		if c.Categories[i].Objectable && !c.Categories[i].Required {
			return true
		}
	}
	return false
}

// Find returns the place of an id, of [Grants]; -1 where nothing has it.
func (c *Config) Find(id string) int {
	for n := range c.Places() {
		if c.ID(n) == id {
			return n
		}
	}
	return -1
}

// ids lists those of all categories and, where they are wanted, of the services, as they
// were declared.
func (c *Config) ids(services bool) (list string) {
	for i := range c.Categories {
		if id := c.Categories[i].ID; id != "" {
			list += " " + id
		}
	}
	if !services {
		return list
	}
	declared := make([]string, len(c.Services))
	for i := range c.Services {
		declared[c.Services[i].At] = c.Services[i].ID
	}
	for _, id := range declared {
		list += " " + id
	}
	return list
}

// names is a set of names, by their hashes; "" is in none. A map would bring the engine more
// than a kilobyte.
type names []string

// makeNames makes a set that has room for so many.
func makeNames(count int) names {
	size := 8
	for size < 2*count {
		size *= 2
	}
	return make(names, size)
}

// place is where a name is, or would be entered: then there is "".
func (n names) place(name string) *string {
	for at := packed.Hash(name); ; at++ {
		if place := &n[at&uint32(len(n)-1)]; *place == name || *place == "" {
			return place
		}
	}
}

// take enters a name; it reports whether it was there.
func (n names) take(name string) bool {
	place := n.place(name)
	there := *place != ""
	*place = name
	return there
}

// ID returns the id at a place that [Config.Find] gives.
func (c *Config) ID(n int) string {
	if n < len(c.Categories) {
		return c.Categories[n].ID
	}
	return c.Services[c.Service(n)].ID
}

// Text is one text in one or more languages, as it was declared.
type Text struct{ value *jsontext.Value }

// Given reports whether there is a text.
func (t Text) Given() bool { return t.value != nil }

// Languages returns the languages that the text is written in, as declared; none of one that
// is in the declaration's own.
func (t Text) Languages() []string {
	if t.value == nil {
		return nil
	}
	return t.value.Keys
}

// In returns the text in lang ("fr-CA"), else in its base language ("fr"), else
// in fallback, else the first one.
func (t Text) In(lang, fallback string) string {
	text, _ := t.Written(lang, fallback)
	return text
}

// Written returns what [Text.In] does, and the language that it is in, where that is not
// lang's base language; "" where it is. A text without languages is in fallback.
func (t Text) Written(lang, fallback string) (text, in string) {
	v := t.value
	base, _, _ := ascii.Cut(lang, "-")
	if in = fallback; v != nil && v.Kind == jsontext.Object && len(v.Items) > 0 {
		item := &v.Items[0]
		in = v.Keys[0]
		for _, want := range [...]string{fallback, base, lang} {
			if one := v.Get(want); one != nil {
				item, in = one, want
			}
		}
		v = item
	}
	if v != nil {
		text = v.Text
	}
	if own, _, _ := ascii.Cut(in, "-"); own == base {
		in = ""
	}
	return text, in
}

// Lacks reports whether the text is given per language, but neither in lang ("fr-CA") nor
// in its base language ("fr").
func (t Text) Lacks(lang string) bool {
	if t.value == nil || t.value.Kind != jsontext.Object {
		return false
	}
	base, _, _ := ascii.Cut(lang, "-")
	return t.value.Get(lang) == nil && t.value.Get(base) == nil
}
