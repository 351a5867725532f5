// Package vendors reads what other consent managers have kept of a visitor's choice: each
// one's record, or what its native kit hands to a page. One file holds one manager.
package vendors

import (
	"github.com/octroi-consent/octroi/engine/calendar"
	"github.com/octroi-consent/octroi/engine/jsontext"
)

// Vendor is another consent manager. What it does not have is left out. Markup of any of
// them is taken over by web/entry/octroi.inherit.js; what is here is about consents.
type Vendor struct {
	Name   string // in a declaration
	Cookie string // that holds its consents
	Days   int    // how long that cookie lasts, unless declared
	Kit    string // the global in which its native kit leaves consents for a page

	// Unwrap returns the consents within what a kit has left; false where that is damaged.
	Unwrap func(v *jsontext.Value) (*jsontext.Value, bool)
	// Time tells when the answers were given, Unix ms, 0 if that cannot be read. A manager
	// without it keeps no time.
	Time func(v *jsontext.Value) int64
	// Answer tells what was answered about one of the manager's own names; known is false
	// where nothing was. A manager without it keeps an object of booleans.
	Answer func(v *jsontext.Value, name string) (granted, known bool)
}

// all are the managers that a declaration can name.
var all = [...]*Vendor{&vanilla, &klaro, &orejime, &cookiebot, &oneTrust, &tarteaucitron, &didomi, &usercentrics}

// names is made when the engine is compiled.
var names = join()

func join() (list string) {
	for i, v := range all {
		if i > 0 {
			list += " "
		}
		list += v.Name
	}
	return list
}

// Names lists the managers, divided by spaces.
func Names() string { return names }

// Find returns a manager by its name; nil for none.
func Find(name string) *Vendor {
	for _, v := range all {
		if v.Name == name {
			return v
		}
	}
	return nil
}

// OfKit returns the manager whose native kit uses a global; nil for none.
func OfKit(global string) *Vendor {
	for _, v := range all {
		if v.Kit == global && global != "" {
			return v
		}
	}
	return nil
}

// Says tells what was answered about one of the manager's own names, as Answer does.
func (m *Vendor) Says(v *jsontext.Value, name string) (granted, known bool) {
	if m.Answer == nil {
		return v.Get(name).Bool()
	}
	return m.Answer(v, name)
}

// timeAt reads the time under the first of two keys that is there, Unix ms; 0 for none.
func timeAt(v *jsontext.Value, key, other string) int64 {
	item := v.Get(key)
	if item == nil {
		item = v.Get(other)
	}
	if item == nil {
		return 0
	}
	at, _ := calendar.ParseTime(item.Text)
	return at
}

// listed reports whether a text is among a list's.
func listed(list *jsontext.Value, text string) bool {
	if list != nil {
		for i := range list.Items {
			if list.Items[i].Text == text {
				return true
			}
		}
	}
	return false
}
