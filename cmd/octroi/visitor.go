package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/octroi-consent/octroi/engine"
	"github.com/octroi-consent/octroi/web"
)

// visitor is one in front of a page of a site, as the engine sees it: what the browser keeps of
// the record, and an instant.
type visitor struct {
	engine     engine.Engine
	cookie     string // the name and value, "" where there is none
	assignment string // the engine's latest to document.cookie
	mirror     string // what local storage holds
	now        int64  // Unix ms
}

// aside is what records do not depend on and a page would be needed for.
var aside = []string{"$schema", "ui", "layout", "tab", "theme", "onWithdraw", "enforce", "signals", "inherit", "app", "erase", "worker", "receipts", "debug"}

// newVisitor begins a page of a declaration that has no fault.
func newVisitor(declaration []byte, now int64) (*visitor, error) {
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(declaration, &fields); err != nil {
		return nil, err
	}
	for _, name := range aside {
		delete(fields, name)
	}
	text, err := json.Marshal(fields)
	if err != nil {
		return nil, err
	}
	texts, err := web.Texts("en")
	if err != nil {
		return nil, err
	}
	var site struct{ Site struct{ Domain string } }
	if err := json.Unmarshal(declaration, &site); err != nil {
		return nil, err
	}
	v := &visitor{now: now}
	v.tell(engine.Start, string(text), site.Site.Domain, "", "1", "en", "en", "en", string(texts), "")
	return v, nil
}

// tell has the engine hear of an event, and gives it what it reads then.
func (v *visitor) tell(kind engine.EventKind, args ...string) {
	reads := false
	for _, effect := range v.engine.Handle(engine.Event{Kind: kind, Now: v.now, Args: args}) {
		switch effect.Kind {
		case engine.Store:
			v.assignment, v.mirror = effect.Args[1], effect.Args[2]
			v.cookie, _, _ = strings.Cut(v.assignment, ";")
		case engine.Read:
			reads = true
		}
	}
	if reads {
		sign := ""
		if kind == engine.Start {
			sign = "start"
		}
		v.tell(engine.StoresRead, v.cookie, v.mirror, sign, "", strconv.FormatInt(v.now, 10), "1", "")
	}
}

// press is what the visitor presses in the first layer.
func (v *visitor) press(action string) { v.tell(engine.Act, v.cookie, v.mirror, action, "", "", "") }

// choose decides about ids: pairs of one and "1", "visit" or "".
func (v *visitor) choose(pairs ...string) {
	v.tell(engine.Choose, append([]string{v.cookie, v.mirror}, pairs...)...)
}

// stored is a record as the browser keeps it.
type stored struct {
	Name    string `json:"name"`
	Value   string `json:"value"`             // "" of a record that is too long for a cookie
	Expires int64  `json:"expires,omitempty"` // Unix ms; 0 where there is no cookie
	MaxAge  int64  `json:"maxAge,omitempty"`  // seconds from the clock's instant on; none where it is past
	Path    string `json:"path"`
	Domain  string `json:"domain,omitempty"` // whose hosts share it
	Secure  bool   `json:"secure"`
	Same    string `json:"sameSite"`
	Storage string `json:"localStorage"` // under the same name, with what is known of the visit
	Header  string `json:"setCookie"`
}

// stored reads the engine's latest assignment.
func (v *visitor) stored(clock int64) (*stored, error) {
	pair, attributes, _ := strings.Cut(v.assignment, ";")
	name, value, written := strings.Cut(pair, "=")
	if !written {
		return nil, errors.New("nothing was chosen")
	}
	s := &stored{Name: name, Value: value, Storage: v.mirror, Path: "/", Same: "Lax"}
	for attribute := range strings.SplitSeq(attributes, ";") {
		switch key, is, _ := strings.Cut(attribute, "="); key {
		case "Max-Age":
			seconds, err := strconv.ParseInt(is, 10, 64)
			if err != nil {
				return nil, fmt.Errorf("%q: %w", v.assignment, err)
			}
			s.Expires = v.now + seconds*1000
			s.MaxAge = max(s.Expires-clock, 0) / 1000
		case "Domain":
			s.Domain = is
		case "Secure":
			s.Secure = true
		}
	}
	s.Header = fmt.Sprintf("%s=%s; Max-Age=%d; Path=/; SameSite=Lax; Secure", name, value, s.MaxAge)
	if s.Domain != "" {
		s.Header += "; Domain=" + s.Domain
	}
	if value == "" {
		s.Expires, s.MaxAge, s.Header = 0, 0, ""
	}
	return s, nil
}
