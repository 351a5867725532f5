package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/octroi-consent/octroi/catalog"
	"github.com/octroi-consent/octroi/catalog/near"
	"github.com/octroi-consent/octroi/catalog/signals"
	"github.com/octroi-consent/octroi/engine"
	"github.com/octroi-consent/octroi/engine/config"
	"github.com/octroi-consent/octroi/engine/jsontext"
)

type declareCommand struct {
	File string `arg:"" optional:"" default:"octroi.json" help:"The declaration (${default}); - for standard input."`
	JSON bool   `name:"json" help:"Print the declaration, its faults and its hints as JSON."`
}

// Help is what --help says besides.
func (*declareCommand) Help() string {
	return `"use": {"google-analytics": "statistics"} names a known service and the declaration's own category for it. What is wrong goes to standard error.`
}

func (c *declareCommand) Run(s streams) error {
	text, err := read(c.File)
	if err != nil {
		return err
	}
	if c.JSON {
		return c.tell(s, text)
	}
	out, hints, err := declare(text)
	for _, hint := range hints {
		fmt.Fprintln(s.err, "declare: a hint:", hint)
	}
	if err != nil {
		return err
	}
	if declared, faults := config.Parse(string(out)); len(faults) == 0 {
		for _, note := range sentences(missing(declared)) {
			fmt.Fprintln(s.err, "declare:", note)
		}
	}
	_, err = s.out.Write(out)
	return err
}

// tell prints what is declared with all that is to be said of it.
func (c *declareCommand) tell(s streams, text []byte) error {
	found := check(text)
	found.file = c.File
	told := struct {
		Declaration json.RawMessage `json:"declaration"` // null where it has faults
		findings
	}{findings: found.findings()}
	if len(found.faults) == 0 {
		told.Declaration = found.text
	}
	if err := writeJSON(s.out, told); err != nil {
		return err
	}
	if len(found.faults) > 0 {
		return exit(1)
	}
	return nil
}

// declare writes out what a declaration uses, and says what is wrong with the outcome.
// Hints are what is seldom meant so.
func declare(text []byte) (out []byte, hints []string, err error) {
	x, err := expand(text)
	if err != nil {
		return nil, nil, err
	}
	if len(x.faults) > 0 {
		return nil, nil, errors.New(strings.Join(sentences(x.faults), "\n"))
	}
	declared, faults := x.parse()
	if faults = append(faults, domainFaults(declared)...); len(faults) > 0 {
		return nil, nil, errors.New(strings.Join(sentences(faults), "\n"))
	}
	return append(x.text, '\n'), sentences(append(x.signals.Hints, declared.Hints()...)), nil
}

// expanded is a declaration with what it uses written out.
type expanded struct {
	text    []byte
	added   []string // ids of services that were added
	signals *signals.Expanded
	faults  []config.Fault
}

// parse reads it as the engine does. What is told of its signals has the path that they have in
// the declaration itself.
func (x *expanded) parse() (*config.Config, []config.Fault) {
	declared, faults := config.Parse(string(x.text))
	if len(faults) == 0 {
		faults = engine.Faults(string(x.text))
	}
	var home []config.Fault
	for _, fault := range faults {
		fault.Path = x.signals.Home(fault.Path)
		if !slices.Contains(home, fault) { // a vendor may have two parts with one mapping
			home = append(home, fault)
		}
	}
	return declared, home
}

// expand writes out what a declaration uses: known services, behind its own, and what vendors
// are told. A service that the declaration has under the same id stays as it is written there.
func expand(text []byte) (*expanded, error) {
	x := &expanded{text: text, signals: new(signals.Expanded)}
	var d map[string]any
	if err := json.Unmarshal(text, &d); err != nil {
		return nil, err
	}
	use, uses := d["use"].(map[string]any)
	if !uses && d["use"] != nil {
		x.faults = []config.Fault{{Path: "$.use", Reason: "no object", Right: `write {"google-analytics": "statistics", …}: a known service, and your category for it`}}
		return x, nil
	}
	if err := x.writeServices(d, use); err != nil {
		return nil, err
	}
	if told, is := d["signals"].(map[string]any); is {
		var err error
		list, _ := d["services"].([]any)
		if x.signals, err = signals.Expand(told, list); err != nil {
			return nil, err
		}
		d["signals"] = append([]any{}, x.signals.List...)
		x.faults = append(x.faults, x.signals.Faults...)
	}
	if err := x.writeObjections(d); err != nil {
		return nil, err
	}
	var err error
	x.text, err = json.MarshalIndent(d, "", "  ")
	return x, err
}

// writeObjections has Global Privacy Control refuse the categories that are about advertising,
// by what vendors are told or by a known service, unless the declaration says otherwise.
func (x *expanded) writeObjections(d map[string]any) error {
	ids := x.signals.Advertising
	services, _ := d["services"].([]any)
	known, err := advertisers()
	if err != nil {
		return err
	}
	for _, one := range services {
		service, _ := one.(map[string]any)
		id, _ := service["id"].(string)
		category, _ := service["category"].(string)
		if known[id] || slices.Contains(ids, id) {
			ids = append(ids, category)
		}
	}
	categories, _ := d["categories"].([]any)
	for _, one := range categories {
		category, _ := one.(map[string]any)
		id, _ := category["id"].(string)
		if category["gpc"] == nil && category["required"] != true && slices.Contains(ids, id) {
			category["gpc"] = "refuse"
		}
	}
	return nil
}

// advertisers are the ids of known services that advertise.
func advertisers() (map[string]bool, error) {
	known, err := catalog.Load()
	ids := map[string]bool{}
	for i := range known {
		if known[i].Category == catalog.Advertising {
			ids[known[i].ID] = true
		}
	}
	return ids, err
}

// advertises reports whether a declaration has a known service that advertises.
func advertises(root *jsontext.Value) bool {
	known, err := advertisers()
	services := root.Get("services")
	return err == nil && services != nil && slices.ContainsFunc(services.Items, func(s jsontext.Value) bool {
		id := s.Get("id")
		return id != nil && known[id.Text]
	})
}

// writeServices writes out the known services that are used.
func (x *expanded) writeServices(d, use map[string]any) error {
	delete(d, "use")
	known, err := catalog.Load()
	if err != nil {
		return err
	}
	list, _ := d["services"].([]any)
	own := map[string]bool{}
	for _, s := range list {
		s, _ := s.(map[string]any)
		id, _ := s["id"].(string)
		own[id] = true
	}
	for _, id := range slices.Sorted(maps.Keys(use)) {
		at := slices.IndexFunc(known, func(s catalog.Service) bool { return s.ID == id })
		category, ok := use[id].(string)
		switch {
		case at < 0:
			x.faults = append(x.faults, config.Fault{Path: "$.use." + id, Reason: "not known" + like(known, id), Right: "write it under services"})
		case !ok:
			x.faults = append(x.faults, config.Fault{Path: "$.use." + id, Reason: "no category", Right: "write one of your own"})
		case !own[id]:
			// As what was read: a mapping looks at services of both kinds alike.
			var written any
			b, err := json.Marshal(known[at].Declare(category))
			if err != nil {
				return err
			}
			if err := json.Unmarshal(b, &written); err != nil {
				return err
			}
			list, x.added = append(list, written), append(x.added, id)
		}
	}
	d["services"] = list
	return nil
}

func sentences(faults []config.Fault) (texts []string) {
	for i := range faults {
		texts = append(texts, faults[i].String())
	}
	return texts
}

// like names the known services whose ids hold a part of one that is not known, or are spelled
// like it.
func like(known []catalog.Service, id string) string {
	var parts, ids []string
	for _, s := range known {
		ids = append(ids, s.ID)
		for part := range strings.SplitSeq(id, "-") {
			if len(part) > 2 && strings.Contains(s.ID, part) {
				parts = append(parts, s.ID)
				break
			}
		}
	}
	if parts == nil {
		return near.DidYouMean(id, ids)
	}
	return near.Ask(parts)
}

// missing tells which services a policy would stop although they are granted, since the
// declaration does not say what they call: of a known one what it calls, ready to paste.
// What pages call besides, the audit finds.
func missing(declared *config.Config) (notes []config.Fault) {
	known, err := catalog.Load()
	if declared.Enforce == "hooks" || err != nil {
		return nil
	}
	for i := range declared.Services {
		s := &declared.Services[i]
		if len(s.URLs) > 0 || declared.Categories[s.Category].Required {
			continue
		}
		urls := `"urls": ["host", …]`
		if at := slices.IndexFunc(known, func(k catalog.Service) bool { return k.ID == s.ID }); at >= 0 && len(known[at].URLs) > 0 {
			list, _ := json.Marshal(known[at].URLs)
			urls = `"urls": ` + string(list)
		}
		notes = append(notes, config.Fault{Path: fmt.Sprintf("$.services[%d]", s.At),
			Reason: fmt.Sprintf(`%s: no urls: where it calls another host, the policy of "enforce" (%s) stops it, granted or not`, s.ID, declared.Enforce),
			Right:  "write " + urls})
	}
	return notes
}
