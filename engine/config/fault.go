package config

import (
	"github.com/octroi-consent/octroi/engine/ascii"
	"github.com/octroi-consent/octroi/engine/jsontext"
)

// Fault is one thing wrong in a declaration.
type Fault struct {
	Path   string // as in JavaScript: $.services[2].cookies[0].life
	Reason string // what is wrong
	Right  string // what would be right
}

// String is the sentence for the console.
func (f *Fault) String() string { return f.Path + ": " + f.Reason + "; " + f.Right }

// wrong is what can be wrong. Its words are part of the rest of the engine: an engine in
// part only has to know that something is.
type wrong uint8

const (
	tooLong wrong = iota
	noLife
	underAMinute
	neverAsked
	underADay
	noneEssential
	manyCategories
	manyServices
	noCategory
	thirdParty
	missing
	overMax
	asksDaily
	notTaken
	noID
	taken
	notList
	notObject
	unknownKey
	notBool
	noLanguage
	notText
	notID
	notLink
	notAddress
	notName
	notPath
	notMapping
	notColour
	notDay
	notSpan
	overLaw
	notOneOf
	notTag
	notEnd
	notUnknown
	notReload
	needsBlock
	pale
	paleEdge
	fragment
	regular
	oddScheme
	userInfo
	noSlash
	badPort
	allHosts
	starInHost
	badHost
	wholeSuffix
	bareWord
	notWorker
	shortPart
	starPart
	manyFaults
	longPattern
	notWrittenOut
	notCall
	notTarget
	grantedAhead
	notObjection
	notDomain
	notInterface
	notEndpoint
)

// words are, a line for each wrong in its order, what is wrong and what would be right; {}
// stands for the detail. They are one text, since a table would stay with the first part.
const words = `longer than 4 MB | declare less
no life at all | write "13 months" or less
shorter than a minute | write "1 minute" or more
an essential category is not asked for | leave it out
shorter than a day | write "1 day" or more, so that visitors have peace
none is essential | add {"id": "essential", "required": true, …}
more than 32 | join some
more than 2,500 | join some
no such category | use one of:{}
an essential service is first-party only | use a path of this site, or another category
missing | give it a text
longer than lifetimes.max | shorten it
would ask again within a day | write "onEnd": "renew", so that visitors have peace
the consents of this manager are not taken over | leave cookie and life out
no category or service has this id | write one of{}
taken | give each category and service its own
not a list | write [ … ]
no object here | write { … }
unknown key | known here:{}
neither yes nor no | write true or false
no language | write {"en": "…"}
not a text of 1 to 4000 bytes | write "…"
not an identifier | use 1 to 64 letters, digits, "-" or "_"
not a link | start it with https://, mailto: or /
a character that no address has | {?}
not a name | write one as "_ga" or "_ga_*"
not a path of this site | write one as "/account"
no object here | write {"their name": "your id"}
not a colour | write one as "#1c1b1a"
not a day | write one as "2026-11-23"
not a duration | write one as "6 months", "30 days" or "session"
longer than 13 months | write "13 months" or less
not known | write one of {}
not a language tag | write one as "en" or "pt-BR"
neither ask nor renew | write "ask" or "renew"
neither report nor block | write "report" or "block"
neither ask nor reload | write "ask" or "reload"
a list cannot name what nobody declares | add "unknown": "block", or write "hooks"
{} | make their contrast 4.5:1 or more
{} | make their contrast 3:1 or more
browsers send nothing behind # | {?}
a regular expression, or a character of one: * alone stands for others | {?}
no scheme of what pages load or call | {?}
addresses have no name or password | {?}
no / before the ? | {?}
not a port | {?}
names no host | {?}
* stands in a host only as "*." before all of it | {?}
not a host as browsers write it | {?}
everybody's hosts | {?}
neither a host nor a path of this site | {?}
not the path of a worker's script | write one as "/sw.js"
too short to tell a script by | write 3 characters or more that others have not
* stands for itself here | leave it out
more than 200 faults | mend those above first
longer than 512 characters | write its beginning
vendors by name, which octroi build and octroi declare write out | print the declaration with octroi declare, and use that
no call | write ["call", "vendor.consent", "grant"]
no path of names below window, or one that runs text | write one as "vendor.consent"
grants before a choice | leave it to "update"
neither refuse nor ask | write "refuse" or "ask"
not a domain as browsers write it | write one as "shop.example"
neither octroi nor own | write "octroi" or "own"
neither a path of this site nor an https address | write one as "/consent"
`

type finding struct {
	path   string
	what   wrong
	detail string
}

type faults []finding

// add enters a fault; of very many the rest is left out, and told as one.
func (f *faults) add(path string, what wrong, detail string) {
	if n := len(*f); n == maxFaults {
		path, what = "$", manyFaults
	} else if n > maxFaults {
		return
	}
	*f = append(*f, finding{path, what, detail})
}

// maxFaults bounds what is told of a declaration.
const maxFaults = 200

// told words the faults, unless the engine is there in part.
func (f faults) told(partial bool) []Fault {
	if partial || f == nil {
		return nil
	}
	return f.worded()
}

//go:noinline
func (f faults) worded() (list []Fault) {
	for i := range f {
		rest := words
		for range f[i].what {
			_, rest, _ = ascii.Cut(rest, "\n")
		}
		line, _, _ := ascii.Cut(rest, "\n")
		reason, right, _ := ascii.Cut(line, " | ")
		if right == "{?}" {
			right = instead(f[i].detail)
		}
		right = filled(right, f[i].detail)
		if f[i].what == unknownKey {
			right = like(f[i].path, f[i].detail) + right
		}
		list = append(list, Fault{f[i].path, filled(reason, f[i].detail), right})
	}
	return list
}

// filled puts a detail in the place of a text's {}.
func filled(text, detail string) string {
	before, after, found := ascii.Cut(text, "{}")
	if !found {
		return text
	}
	return before + detail + after
}

func index(path string, i int) string { return path + "[" + jsontext.Int(int64(i)) + "]" }
