package octroijson

import (
	"regexp"
	"strconv"

	root "github.com/octroi-consent/octroi"
	"github.com/octroi-consent/octroi/engine/config"
	"github.com/octroi-consent/octroi/engine/jsontext"
)

// schemaVersion finds the version in the address of a schema, as
// https://cdn.jsdelivr.net/npm/octroi@2.1.0/dist/config.schema.json.
var schemaVersion = regexp.MustCompile(`octroi(?:@|-|/v?)(\d+)\.(\d+)`)

var numbers = regexp.MustCompile(`^(\d+)\.(\d+)`)

// newerThanThis finds a declaration that names the schema of a later version than this program's
// in "$schema": it may say what this one does not know, or takes otherwise. A version that differs
// in its last number alone takes the same.
func newerThanThis(d *jsontext.Value) []config.Fault {
	told := d.Get("$schema")
	if told == nil {
		return nil
	}
	wanted := schemaVersion.FindStringSubmatch(told.Text)
	this := numbers.FindStringSubmatch(root.Version())
	if wanted == nil || this == nil || !later(wanted[1:], this[1:]) {
		return nil
	}
	version := wanted[1] + "." + wanted[2]
	return []config.Fault{{Path: "$.$schema", Reason: "for Octroi " + version + ", and this is " + root.Version(),
		Right: "install octroi@" + version + " or later, or name the schema of this one"}}
}

// later compares two versions, number by number.
func later(a, b []string) bool {
	for i := range a {
		one, _ := strconv.Atoi(a[i])
		other, _ := strconv.Atoi(b[i])
		if one != other {
			return one > other
		}
	}
	return false
}
