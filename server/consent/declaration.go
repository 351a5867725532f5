// Package consent reads on a server what a visitor has chosen, of the record in a request's
// cookies. The format and the rules are in docs/record.md; the engine's own packages read it.
//
// Nothing in a request makes it fail: what is damaged, forged, too old or from the future grants
// nothing. What is granted for one visit alone counts as no, because which visit it is the page
// alone knows. The cookie is the visitor's: it says what they want, and never who they are or what
// they may see.
//
// A response that depends on the record needs the header Vary: see [Declaration.Middleware].
package consent

import (
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/octroi-consent/octroi/catalog/near"
	"github.com/octroi-consent/octroi/engine"
	"github.com/octroi-consent/octroi/engine/config"
	record "github.com/octroi-consent/octroi/engine/consent"
	"github.com/octroi-consent/octroi/internal/octroijson"
	"github.com/octroi-consent/octroi/internal/vary"
)

// Declaration is what a site asks its visitors. It is read once, and may be used by several
// goroutines at the same time.
type Declaration struct {
	// Logger takes what a developer has to know, such as an id that nothing has, each once.
	// It is slog's default unless set, before the declaration is used.
	Logger *slog.Logger

	text      []byte
	cfg       *config.Config
	terms     []record.Terms
	places    map[string]int // of the ids of categories and services: see [config.Grants]
	objects   bool           // the browser's own no counts for one of the categories
	undecided [2]State       // who has no record; then the same with the browser's own no

	told  sync.Map // ids that were told, by the Logger
	count atomic.Int32
}

// Fault is one thing that is wrong in a declaration.
type Fault struct {
	Line, Column int    // where it stands in the text, from 1, columns in characters
	Path         string // the same within the declaration: $.services[2].cookies[0].life
	Reason       string // what is wrong
	Right        string // what would be right
}

func (f *Fault) String() string {
	return fmt.Sprintf("%d:%d: %s: %s; %s", f.Line, f.Column, f.Path, f.Reason, f.Right)
}

// Faults is the error of a declaration that has some, a line for each.
type Faults []Fault

func (all Faults) Error() string {
	lines := make([]string, len(all))
	for i := range all {
		lines[i] = all[i].String()
	}
	return strings.Join(lines, "\n")
}

// Parse reads a declaration, octroi.json, as octroi build does: with what it uses of the catalogue.
// Of a site that has one for each language, each is a Declaration of its own: see [Middleware].
// The error is of the type [Faults].
func Parse(declaration []byte) (*Declaration, error) {
	found := octroijson.Check(declaration)
	if len(found.Faults) > 0 {
		all := make(Faults, len(found.Faults))
		for i, f := range found.Faults {
			all[i] = Fault{f.Line, f.Column, f.Path, f.Reason, f.Right}
		}
		return nil, all
	}
	d := &Declaration{text: found.Text, cfg: found.Declared, terms: engine.Terms(string(found.Text)), places: map[string]int{}}
	for n := range d.cfg.Places() {
		d.places[d.cfg.ID(n)] = n
	}
	d.objects = d.cfg.Objects()
	d.undecided[0] = d.stands(nil, 0)
	d.undecided[1] = d.stands(nil, 0)
	d.undecided[1].object()
	return d, nil
}

// Text returns the declaration as the engine reads it, with what it uses written out. It must not
// be changed.
func (d *Declaration) Text() []byte { return d.text }

// Config returns what was read, for this module's other packages. It must not be changed.
func (d *Declaration) Config() *config.Config { return d.cfg }

// FromRequest reads the visitor's choices from a request's cookies, at this moment. The caller
// answers for the header Vary: see [Declaration.AddVary].
func (d *Declaration) FromRequest(r *http.Request) State {
	cookies := ""
	switch lines := r.Header["Cookie"]; len(lines) {
	case 0:
	case 1:
		cookies = lines[0]
	default:
		cookies = strings.Join(lines, "; ")
	}
	return d.FromCookies(cookies, objects(r), time.Now())
}

// objects reports whether a browser says no (Global Privacy Control, section 3.3: exactly "1").
func objects(r *http.Request) bool {
	gpc := r.Header["Sec-Gpc"]
	return len(gpc) == 1 && gpc[0] == "1"
}

// AddVary adds to a response's header that it depends on the record: Cookie and, where the
// browser's own no counts, Sec-GPC. What Vary has already stays.
func (d *Declaration) AddVary(h http.Header) { vary.Record(h, d.objects) }

// mostTold is how many ids are told that nothing has: they may come from a request.
const mostTold = 100

// tellUnknown tells the developer once of an id that nothing has.
func (d *Declaration) tellUnknown(id string) {
	if d.count.Load() >= mostTold {
		return
	}
	if _, before := d.told.LoadOrStore(id, true); before || d.count.Add(1) > mostTold {
		return
	}
	known := make([]string, 0, len(d.places))
	for n := range d.cfg.Places() {
		known = append(known, d.cfg.ID(n))
	}
	d.warn("no category or service of the declaration has this id"+near.DidYouMean(id, known)+"; nothing is granted by it", "id", id)
}

// warn tells the developer.
func (d *Declaration) warn(text string, arguments ...any) {
	to := d.Logger
	if to == nil {
		to = slog.Default()
	}
	to.Warn("octroi: "+text, arguments...)
}
