// Package config reads a site's declaration: who the site is, which categories
// its visitors choose about, and which services belong to them. Every fault is
// told with the JSON path, what is wrong and what would be right.
package config

import "github.com/octroi-consent/octroi/engine/calendar"

const (
	// DefaultName is the name of the record's cookie and of its storage key.
	DefaultName = "octroi"

	// MaxCategories and MaxServices keep the record below the 4,096 bytes that
	// a cookie may have (R7.01): 32 categories and 300 services are 3.6 KB.
	MaxCategories = 32
	MaxServices   = 300

	// MaxBytes bounds the declaration's text.
	MaxBytes = 1 << 19

	maxID   = 64
	maxText = 4000
)

// defaultRenew is how long a choice lasts unless declared (R1.50).
var defaultRenew = calendar.Span{Months: 6}

// Config is a declaration.
type Config struct {
	Name       string // of the record's cookie and storage key
	Language   string // the language that plain texts are written in
	Site       Site
	Policy     Policy
	Categories []Category
	Services   []Service // those of the first category first, and so on
}

// Site says who asks for consent.
type Site struct {
	Name       Text
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
}

// Category is what a visitor chooses about.
type Category struct {
	ID       string
	Label    Text
	Text     Text
	Required bool          // essential: always on
	Renew    calendar.Span // how long a choice about it lasts
	From, To int           // its services are Services[From:To]
}

// Service is one tool that a category holds.
type Service struct {
	ID        string
	Category  int // index into Categories
	Name      Text
	Provider  string
	Purpose   Text
	PurposeID string // keeps consent when only the purpose's wording changes
	Policy    Text
	URLs      []string
	Cookies   []Item
	Storage   []Item
}

// Item is a cookie or a storage key.
type Item struct {
	Name string        // "*" stands for any run of characters
	Life calendar.Span // a zero Span is the session
}

// Find returns the place of an id among the categories followed by the services,
// -1 where nothing has it.
func (c *Config) Find(id string) int {
	for n := range len(c.Categories) + len(c.Services) {
		if c.ID(n) == id {
			return n
		}
	}
	return -1
}

// ID returns the id at a place that [Config.Find] gives.
func (c *Config) ID(n int) string {
	if n < len(c.Categories) {
		return c.Categories[n].ID
	}
	return c.Services[n-len(c.Categories)].ID
}

// Text is one text in one or more languages.
type Text []Translation

// Translation is a text in one language; Lang is empty where the declaration
// gives a plain string.
type Translation struct{ Lang, Text string }

// In returns the text in lang ("fr-CA"), else in its base language ("fr"), else
// in fallback, else the first one.
func (t Text) In(lang, fallback string) string {
	for _, want := range [...]string{lang, base(lang), fallback} {
		for _, tr := range t {
			if tr.Lang == want {
				return tr.Text
			}
		}
	}
	if len(t) > 0 {
		return t[0].Text
	}
	return ""
}

func base(lang string) string {
	for i := range len(lang) {
		if lang[i] == '-' {
			return lang[:i]
		}
	}
	return lang
}
