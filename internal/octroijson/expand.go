package octroijson

import (
	"encoding/json"
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

// Expanded is a declaration with what it uses written out.
type Expanded struct {
	Text    []byte
	Added   []string // ids of services that were added
	Signals *signals.Expanded
	Faults  []config.Fault
}

// Parse reads it as the engine does. What is told of its signals has the path that they have in
// the declaration itself.
func (x *Expanded) Parse() (*config.Config, []config.Fault) {
	declared, faults := config.Parse(string(x.Text))
	if len(faults) == 0 {
		faults = engine.Faults(string(x.Text))
	}
	var home []config.Fault
	for _, fault := range faults {
		fault.Path = x.Signals.Home(fault.Path)
		if !slices.Contains(home, fault) { // a vendor may have two parts with one mapping
			home = append(home, fault)
		}
	}
	return declared, home
}

// Expand writes out what a declaration uses: known services, behind its own, and what vendors
// are told. A service that the declaration has under the same id stays as it is written there.
func Expand(text []byte) (*Expanded, error) {
	x := &Expanded{Text: text, Signals: new(signals.Expanded)}
	var d map[string]any
	if err := json.Unmarshal(text, &d); err != nil {
		return nil, err
	}
	use, uses := d["use"].(map[string]any)
	if !uses && d["use"] != nil {
		x.Faults = []config.Fault{{Path: "$.use", Reason: "no object", Right: `write {"google-analytics": "statistics", …}: a known service, and your category for it`}}
		return x, nil
	}
	if err := x.writeServices(d, use); err != nil {
		return nil, err
	}
	if told, is := d["signals"].(map[string]any); is {
		var err error
		list, _ := d["services"].([]any)
		if x.Signals, err = signals.Expand(told, list); err != nil {
			return nil, err
		}
		d["signals"] = append([]any{}, x.Signals.List...)
		x.Faults = append(x.Faults, x.Signals.Faults...)
	}
	if err := x.writeObjections(d); err != nil {
		return nil, err
	}
	var err error
	x.Text, err = json.MarshalIndent(d, "", "  ")
	return x, err
}

// writeObjections has Global Privacy Control refuse the categories that are about advertising,
// by what vendors are told or by a known service, unless the declaration says otherwise.
func (x *Expanded) writeObjections(d map[string]any) error {
	ids := x.Signals.Advertising
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
func (x *Expanded) writeServices(d, use map[string]any) error {
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
			x.Faults = append(x.Faults, config.Fault{Path: "$.use." + id, Reason: "not known" + Like(known, id), Right: "write it under services"})
		case !ok:
			x.Faults = append(x.Faults, config.Fault{Path: "$.use." + id, Reason: "no category", Right: "write one of your own"})
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
			list, x.Added = append(list, written), append(x.Added, id)
		}
	}
	d["services"] = list
	return nil
}

// Like names the known services whose ids hold a part of one that is not known, or are spelled
// like it.
func Like(known []catalog.Service, id string) string {
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

// Missing tells which services a policy would stop although they are granted, since the
// declaration does not say what they call: of a known one what it calls, ready to paste.
// What pages call besides, the audit finds.
func Missing(declared *config.Config) (notes []config.Fault) {
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
