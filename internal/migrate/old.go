package migrate

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/octroi-consent/octroi/internal/literal"
)

// texts is a text by language; "" stands for the manager's own language.
type texts map[string]string

// old is what was told to another manager.
type old struct {
	manager *manager
	version string // "" unless it matters
	found   bool

	language   string
	policy     texts  // addresses of the site's policy
	cookie     string // that holds its consents; "" for the usual one
	days       float64
	domain     string
	layout     string
	categories []*oldCategory
	services   []*oldService
	signals    []string // vendors that it tells, as a declaration names them
	questions  []Question
	leftOut    []string
	gates      []*held
	defined    map[string]*literal.Object // services, in scripts
	told       []literal.Assignment       // by pages, to services
	jobs       []string                   // services that pages use
	capped     map[string]bool            // cookies that were told to last too long
}

type oldCategory struct {
	name        string
	label, text texts
	required    bool
	items       []oldItem
	names       []string // by which tags ask for it
	id          string
}

type oldService struct {
	name, category string
	known          string // id in the catalogue; "" where it has to be recognised
	label, purpose texts
	policy         string
	required       bool
	items          []oldItem
	names          []string // by which tags ask for it
	hosts          []string
	scripts        []string
	whole          *oldCategory // that it is all of; nil where the category has a name of its own
	id             string
}

// oldItem is a cookie, or a key of storage.
type oldItem struct {
	names   []string // as a declaration has them
	storage bool
	life    string // as a declaration has it; "" where it is not told
	path    string
}

// held is an element that waits for a consent.
type held struct {
	element *element
	names   []string
}

func newOld(m *manager) *old {
	return &old{manager: m, capped: map[string]bool{}, defined: map[string]*literal.Object{}}
}

func (o *old) ask(where, format string, args ...any) {
	q := Question{where, fmt.Sprintf(format, args...)}
	if !slices.Contains(o.questions, q) {
		o.questions = append(o.questions, q)
	}
}

// category returns the one of a name, and makes it.
func (o *old) category(name string) *oldCategory {
	for _, c := range o.categories {
		if c.name == name {
			return c
		}
	}
	c := &oldCategory{name: name, label: texts{}, text: texts{}}
	o.categories = append(o.categories, c)
	return c
}

// service returns the one of a name in a category, and makes it.
func (o *old) service(name, category string) *oldService {
	for _, s := range o.services {
		if s.name == name && s.category == category {
			return s
		}
	}
	s := &oldService{name: name, category: category, label: texts{}, purpose: texts{}}
	o.services = append(o.services, s)
	return s
}

// What becomes of an option, besides a sentence that asks.
const (
	carried   = "="
	own       = "~" // Octroi has its own way
	elsewhere = ""  // whoever reads it tells what there is to tell
)

// options notes what becomes of an object's keys: what is neither carried over nor Octroi's own
// way is asked.
func (o *old) options(of *literal.Object, where string, known map[string]string) {
	if of == nil {
		return
	}
	for _, key := range of.Keys {
		at := key
		if where != "" {
			at = where + "." + key
		}
		switch what, is := known[key]; {
		case !is:
			o.ask(at, "This option is not known here (%s); see whether the site needs what it does.", short(of.Get(key)))
		case what == own:
			if !slices.Contains(o.leftOut, at) {
				o.leftOut = append(o.leftOut, at)
			}
		case what != carried && what != elsewhere:
			v := of.Get(key)
			if v == nil || v == false || v == "" || strings.HasSuffix(literal.As[literal.Code](v).Text, "{}") {
				continue // nothing, or a function that does nothing
			}
			if code := literal.As[literal.Code](v); code.Text != "" {
				what += " It is: " + cut(code.Text, 120)
			}
			o.ask(at, "%s", what)
		}
	}
}

// short is a value in a few words.
func short(v any) string {
	switch v := v.(type) {
	case literal.Code:
		return cut(v.Text, 120)
	case string:
		return quoted(v)
	case *literal.Object:
		return "an object with " + strings.Join(v.Keys, ", ")
	case []any:
		return fmt.Sprintf("a list of %d", len(v))
	}
	return fmt.Sprint(v)
}

// cut is a text of so many bytes at most.
func cut(text string, most int) string {
	if len(text) <= most {
		return text
	}
	return strings.ToValidUTF8(text[:most], "") + " …"
}

func quoted(s string) string { return "“" + s + "”" }

// badge is what a title may have besides, as "Always enabled".
var badge = regexp.MustCompile(`(?is)<span[^>]*>.*?</span>`)

// put gives a text in a language, without markup, unless it is empty.
func (t texts) put(language string, v any) {
	switch v := v.(type) {
	case string:
		if text := plain(badge.ReplaceAllString(v, "")); text != "" && t[language] == "" {
			t[language] = text
		}
	case *literal.Object: // {title, description}, or a text by language
		t.put(language, v.Get("title"))
	}
}

// noteCalls notes what a script asks of the manager while the page is in use.
func (o *old) noteCalls(p *literal.Program, file string) {
	for _, call := range p.Calls {
		if strings.HasPrefix(call.Name, "gtag") && len(call.Args) > 1 && call.Args[0] == "consent" {
			o.signalsBy(file)
		}
	}
}

// signalsBy notes a script that tells Google by itself.
func (o *old) signalsBy(file string) {
	o.ask(file, "It calls gtag('consent', …) by itself. Write \"signals\": {\"google\": …} into the declaration, take the calls out, and Octroi tells Google (docs/signals.md).")
}
