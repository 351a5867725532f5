// Package signals knows how vendors are told of a visitor's choices. Each of its files is one
// vendor's interface as data; a declaration maps the vendor's kinds of consent to its own
// categories and services, and [Expand] writes the calls out for the engine.
package signals

import (
	"embed"
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/octroi-consent/octroi/catalog/near"
	"github.com/octroi-consent/octroi/engine/config"
)

//go:embed *.json
var files embed.FS

// Preset is a vendor's interface.
type Preset struct {
	Name    string            // of the vendor's product
	Source  string            // of these facts
	Hosts   []string          // that its scripts come from, as a declaration's urls have them
	Types   map[string]Type   // the kinds of consent that it knows; "*" where the site names them
	Options map[string]Option // that may stand beside them
	Words   []any             // for denied and for granted; these two unless given
	Repeat  string            // "change" where the vendor counts repeats
	Code    bool              // whether octroi.vendors.js is needed
	Part                      // what is called, of a vendor in one part
	Parts   []Part            // of a vendor in several, each with a name of its own
}

// Type is a kind of consent.
type Type struct {
	Required    bool // the vendor takes what is not said for granted: sent as denied, with a hint
	Essential   bool // may be mapped to true
	Advertising bool // Global Privacy Control is about it
}

// Option is what else a mapping may have.
type Option struct {
	Kind    string   // names, milliseconds, regions, flag or mode
	Default []string // of names
	Warning string   // what it does that is seldom meant so
}

// Part is what is called of a vendor: lists of calls, each [operation, target, arguments…]. A
// text "$" and the name of a type stands for its word, "$" and the name of an option for that;
// without the option its key is left out. {"if": option, "call": …} and {"unless": option,
// "call": …} are calls under a condition, {"each": …} is one for each type, with $name and
// $word. The key "..." with "$types" stands for all types and their words.
type Part struct {
	Vendor                           string
	Default, Update, Granted, Denied []any
}

// Load reads all presets, by the name that a declaration has for each.
func Load() (map[string]*Preset, error) {
	names, err := files.ReadDir(".")
	if err != nil {
		return nil, err
	}
	presets := map[string]*Preset{}
	for _, file := range names {
		b, err := files.ReadFile(file.Name())
		if err != nil {
			return nil, err
		}
		p := new(Preset)
		if err := json.Unmarshal(b, p); err != nil {
			return nil, fmt.Errorf("%s: %w", file.Name(), err)
		}
		name := strings.TrimSuffix(file.Name(), ".json")
		if p.Words == nil {
			p.Words = []any{"denied", "granted"}
		}
		if p.Parts == nil {
			p.Vendor = name
			p.Parts = []Part{p.Part}
		}
		presets[name] = p
	}
	return presets, nil
}

// custom is the key of signals that a declaration writes out itself.
const custom = "custom"

// Expanded is what [Expand] makes of a declaration's signals.
type Expanded struct {
	List   []any    // as the engine reads them
	Paths  []string // where in the declaration each comes from
	Faults []config.Fault
	Hints  []config.Fault

	Advertising []string // categories and services that advertising hangs on
}

// Expand writes out the signals of a declaration: an object by preset, each with a text that
// maps all types, or an object of types and options.
func Expand(declared map[string]any, services []any) (*Expanded, error) {
	presets, err := Load()
	if err != nil {
		return nil, err
	}
	e := new(Expanded)
	for _, name := range slices.Sorted(maps.Keys(declared)) {
		path := "$.signals." + name
		preset := presets[name]
		switch {
		case strings.HasPrefix(name, "$"):
		case name == custom:
			list, ok := declared[name].([]any)
			if !ok {
				e.fault(path, "not a list", `write [{"vendor": "…", "types": {…}, "update": [["call", "vendor.consent", "$type"]]}]`)
			}
			for i, one := range list {
				e.List, e.Paths = append(e.List, one), append(e.Paths, fmt.Sprintf("%s[%d]", path, i))
			}
		case preset == nil:
			e.fault(path, "not known"+near.DidYouMean(name, append(slices.Sorted(maps.Keys(presets)), custom)), "write one of "+strings.Join(slices.Sorted(maps.Keys(presets)), ", ")+`, or write its calls under "custom"`)
		default:
			m := mapping{Expanded: e, preset: preset, path: path, types: map[string]any{}, options: map[string]any{}}
			if m.read(declared[name]) {
				m.add()
				m.advertising()
				m.compare(services)
			}
		}
	}
	return e, nil
}

func (e *Expanded) fault(path, reason, right string) {
	e.Faults = append(e.Faults, config.Fault{Path: path, Reason: reason, Right: right})
}

func (e *Expanded) hint(path, reason, right string) {
	e.Hints = append(e.Hints, config.Fault{Path: path, Reason: reason, Right: right})
}

// mapping is one vendor's, as it is read.
type mapping struct {
	*Expanded
	preset  *Preset
	path    string
	types   map[string]any // ids, apart by spaces, or whether it is essential
	options map[string]any
}

// read reads a mapping; false where nothing can be made of it.
func (m *mapping) read(value any) bool {
	faults := len(m.Faults)
	_, free := m.preset.Types["*"]
	switch value := value.(type) {
	case string:
		if free {
			m.fault(m.path, "the vendor has no kinds of consent of its own", `write {"its category": "your id"}`)
		}
		for name, t := range m.preset.Types {
			if t.Required || !m.requires() && !t.Essential {
				m.types[name] = value
			}
		}
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(value)) {
			path := m.path + "." + key
			if option, is := m.preset.Options[key]; is {
				m.option(path, key, option, value[key])
			} else if t, is := m.preset.Types[key]; is && key != "*" || free && !is {
				m.kind(path, key, t, value[key])
			} else if !strings.HasPrefix(key, "$") {
				known := append(slices.Sorted(maps.Keys(m.preset.Types)), slices.Sorted(maps.Keys(m.preset.Options))...)
				m.fault(path, "not known"+near.DidYouMean(key, known), "write one of "+strings.Join(known, ", "))
			}
		}
	default:
		m.fault(m.path, "no mapping", `write "your category", or {"`+slices.Sorted(maps.Keys(m.preset.Types))[0]+`": "your category"}`)
	}
	if len(m.types) == 0 && len(m.Faults) == faults {
		m.fault(m.path, "nothing is mapped, so the vendor would be told that all is denied for ever", "map a type to a category or a service")
	}
	for _, name := range slices.Sorted(maps.Keys(m.preset.Types)) {
		if _, mapped := m.types[name]; m.preset.Types[name].Required && !mapped {
			m.types[name] = false
			m.hint(m.path, name+" is not mapped, and is told as denied", "map it to a category or a service")
		}
	}
	if m.options["region"] != nil && m.options["mode"] != "advanced" {
		m.fault(m.path+".region", "elsewhere the vendor would take all for granted", `leave it out, or write "mode": "advanced"`)
	}
	if m.options["mode"] == "advanced" {
		m.hint(m.path+".mode", "the vendor's script loads and sends before anybody has agreed, which the law of the EU takes for access to the device (ePrivacy 5(3))", `write "basic", and have the script gated`)
	}
	return len(m.Faults) == faults
}

// requires reports whether the vendor has types that it wants to be told.
func (m *mapping) requires() bool {
	for _, t := range m.preset.Types {
		if t.Required {
			return true
		}
	}
	return false
}

// kind reads what a type is mapped to.
func (m *mapping) kind(path, name string, t Type, value any) {
	switch value := value.(type) {
	case string:
		m.types[name] = value
	case []any:
		var ids []string
		for _, id := range value {
			text, ok := id.(string)
			if !ok || text == "" {
				m.fault(path, "not a list of ids", `write ["statistics", "advertising"]: all of them have to be granted`)
				return
			}
			ids = append(ids, text)
		}
		m.types[name] = strings.Join(ids, " ")
	case bool:
		if value && !t.Essential {
			m.fault(path, "not essential to a site", "write the category or the service whose grant it tells")
		}
		m.types[name] = value
	default:
		m.fault(path, "no category or service", `write its id, as "statistics"`)
	}
}

var (
	region = regexp.MustCompile(`^[A-Z]{2}(-[A-Z0-9]{1,3})?$`)
	global = regexp.MustCompile(`^[A-Za-z_$][\w$]*$`)
)

// option reads what stands beside the types.
func (m *mapping) option(path, name string, o Option, value any) {
	right := map[string]string{
		"names": `write "dataLayer", or a list of such names`, "milliseconds": "write a whole number up to 10000", "regions": `write ["FR", "US-CA"]`,
		"flag": "write true or false", "mode": `write "basic" or "advanced"`,
	}[o.Kind]
	good := false
	switch o.Kind {
	case "names", "regions":
		list, ok := value.([]any)
		if text, is := value.(string); is {
			list, ok = []any{text}, true
		}
		value, good = list, ok && len(list) > 0
		for _, one := range list {
			text, is := one.(string)
			good = good && is && (o.Kind == "names" && global.MatchString(text) || o.Kind == "regions" && region.MatchString(text))
		}
	case "milliseconds":
		n, is := value.(float64)
		good = is && n >= 0 && n <= 10000 && n == float64(int(n))
	case "flag":
		on, is := value.(bool)
		if good = is; !on {
			value = nil
		} else if o.Warning != "" {
			m.hint(path, o.Warning, "leave it out")
		}
	case "mode":
		good = value == "basic" || value == "advanced"
	}
	if !good {
		m.fault(path, "not what is wanted here", right)
	} else if value != nil {
		m.options[name] = value
	}
}

// add adds the vendor's signals, as the engine reads them.
func (m *mapping) add() {
	for _, part := range m.preset.Parts {
		one := map[string]any{"vendor": part.Vendor, "types": m.types, "words": m.preset.Words}
		for key, calls := range map[string][]any{"default": part.Default, "update": part.Update, "granted": part.Granted, "denied": part.Denied} {
			if list := m.calls(calls); list != nil {
				one[key] = list
			}
		}
		if m.preset.Repeat != "" {
			one["repeat"] = m.preset.Repeat
		}
		if m.preset.Code {
			one["code"] = true
		}
		m.List, m.Paths = append(m.List, one), append(m.Paths, m.path)
	}
}

// calls writes out the calls of a list.
func (m *mapping) calls(calls []any) (list []any) {
	for _, one := range calls {
		call, plain := one.([]any)
		if under, is := one.(map[string]any); is {
			if name, is := under["if"].(string); is && m.options[name] == nil {
				continue
			}
			if name, is := under["unless"].(string); is && m.options[name] != nil {
				continue
			}
			if each, is := under["each"].([]any); is {
				for _, name := range slices.Sorted(maps.Keys(m.types)) {
					list = append(list, m.write(each, name))
				}
				continue
			}
			call, plain = under["call"].([]any)
		}
		if !plain {
			continue
		}
		for _, target := range m.targets(call[1].(string)) {
			list = append(list, m.write(append([]any{call[0], target}, call[2:]...), ""))
		}
	}
	return list
}

// targets are the names that a target stands for: one, or those of an option.
func (m *mapping) targets(target string) []any {
	name, is := strings.CutPrefix(target, "$")
	if !is {
		return []any{target}
	}
	if list, given := m.options[name].([]any); given {
		return list
	}
	var all []any
	for _, one := range m.preset.Options[name].Default {
		all = append(all, one)
	}
	return all
}

// write writes a value with what its texts stand for; each is the type that $name and $word
// are about.
func (m *mapping) write(v any, each string) any {
	switch v := v.(type) {
	case string:
		switch {
		case v == "$name":
			return each
		case v == "$word":
			return "$" + each
		case strings.HasPrefix(v, "$") && m.options[v[1:]] != nil:
			return m.options[v[1:]]
		}
	case []any:
		list := make([]any, len(v))
		for i := range v {
			list[i] = m.write(v[i], each)
		}
		return list
	case map[string]any:
		object := map[string]any{}
		for key, item := range v {
			text, _ := item.(string)
			name, is := strings.CutPrefix(text, "$")
			_, option := m.preset.Options[name]
			switch {
			case key == "...":
				for name := range m.types {
					object[name] = "$" + name
				}
			case is && option && m.options[name] == nil:
			default:
				object[key] = m.write(item, each)
			}
		}
		return object
	}
	return v
}

// advertising adds what the vendor's kinds of consent that are about advertising hang on.
func (m *mapping) advertising() {
	for _, name := range slices.Sorted(maps.Keys(m.types)) {
		if ids, is := m.types[name].(string); is && m.preset.Types[name].Advertising {
			m.Advertising = append(m.Advertising, strings.Fields(ids)...)
		}
	}
}

// compare tells where a vendor's script is gated by other categories than it is told of, and
// where nothing gates it.
func (m *mapping) compare(services []any) {
	var mapped []string
	for _, ids := range m.types {
		text, _ := ids.(string)
		mapped = append(mapped, strings.Fields(text)...)
	}
	gated := len(m.preset.Hosts) == 0
	for i, one := range services {
		service, _ := one.(map[string]any)
		urls, _ := service["urls"].([]any)
		if !slices.ContainsFunc(urls, func(url any) bool { text, _ := url.(string); return m.loads(text) }) {
			continue
		}
		gated = true
		id, _ := service["id"].(string)
		category, _ := service["category"].(string)
		if !slices.Contains(mapped, id) && !slices.Contains(mapped, category) {
			m.fault(m.path, fmt.Sprintf("%s is gated by %q (services[%d]), which is told as nothing", id, category, i), "map a type to "+category+", or move the service to one that is mapped")
		}
	}
	if !gated && m.options["mode"] != "advanced" {
		m.hint(m.path, "no service has "+strings.Join(m.preset.Hosts, " or ")+" under urls: the script would load before anybody has agreed", "declare the service that loads it")
	}
}

// loads reports whether a pattern of addresses is about a host of the vendor.
func (m *mapping) loads(pattern string) bool {
	_, rest, found := strings.Cut(pattern, "//")
	if !found {
		rest = pattern
	}
	host, _, _ := strings.Cut(rest, "/")
	return slices.ContainsFunc(m.preset.Hosts, func(known string) bool {
		below, all := strings.CutPrefix(host, "*.")
		return host == known || all && (known == below || strings.HasSuffix(known, "."+below)) ||
			strings.HasPrefix(known, "*.") && (host == known[2:] || strings.HasSuffix(host, known[1:]))
	})
}

// Home is the path in the declaration of what the engine says about a signal that was written
// out, by its own path of it.
func (e *Expanded) Home(path string) string {
	for i, origin := range e.Paths {
		rest, is := strings.CutPrefix(path, fmt.Sprintf("$.signals[%d]", i))
		if !is {
			continue
		}
		if strings.Contains(origin, custom+"[") {
			return origin + rest
		}
		if name, is := strings.CutPrefix(rest, ".types."); is {
			return origin + "." + name
		}
		return origin
	}
	return path
}
