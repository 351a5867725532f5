package shop

import (
	"bytes"
	"encoding/json"
	"fmt"
	"html/template"
	"math"
	"net/http"
	"net/url"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/octroi-consent/octroi/engine/config"
)

// studio is what its page shows: the controls as they stand, and what they come to.
type studio struct {
	Languages, Layouts, Themes, Schemes []string
	Values                              map[string]string // of the controls, by name
	Colors                              []string
	Check                               check
	States                              []state
	Frames                              []frame
}

// state is one that the interface is shown in; web pages bring it about as a visitor would.
type state struct{ ID, Name string }

var states = []state{{"first", "First layer"}, {"second", "Second layer"}, {"standin", "Stand-in"}, {"message", "Message"}, {"policy", "Policy"}, {"again", "Asked again"}, {"reload", "Reload"}}

// frame is a device that a page is shown on.
type frame struct {
	ID, Name      string
	Width, Height int // CSS px
}

var frames = []frame{{"phone", "Phone", 390, 844}, {"desktop", "Desktop", 1440, 900}}

// check is what the engine says of the controls, and what an owner copies.
type check struct {
	Faults    map[string]string `json:"faults"` // by the control that each is about; "" for none of them
	Colors    map[string]string `json:"colors"` // by control, those that the theme has where none is chosen
	Contrasts []contrast        `json:"contrasts"`
	Part      string            `json:"part"`  // of the declaration, as JSON
	Style     string            `json:"style"` // for the site's style sheet; "" where nothing is chosen
}

// contrast is a pair of colours that the engine judges, by day and by night.
type contrast struct {
	Pair  string       `json:"pair"`
	Least string       `json:"least"`
	Ratio [2]string    `json:"ratio"`
	Right [2]bool      `json:"right"`
	Shown [2][2]string `json:"shown"` // the colour and its ground
}

// part is what the studio sets of a declaration.
type part struct {
	Language string `json:"language"`
	Layout   string `json:"layout"`
	Theme    struct {
		Name   string            `json:"name"`
		Scheme string            `json:"scheme"`
		Light  map[string]string `json:"light,omitempty"`
		Dark   map[string]string `json:"dark,omitempty"`
	} `json:"theme"`
}

// shades are a theme's sets of colours, as the declaration calls them.
var shades = [2]string{"light", "dark"}

// defaults are the controls' values where an address has none.
var defaults = map[string]string{"lang": "en", "layout": "corner", "theme": "neutral", "scheme": "page"}

// properties are the controls that no theme has: the custom properties that each sets, and what is
// right for it. They get into a style sheet.
var properties = []struct {
	control, right, hint string
	set                  []string
}{
	{"radius", `[0-9]{1,2}`, "write a number of pixels from 0 to 99", []string{"--octroi-radius"}},
	{"buttonRadius", `[0-9]{1,2}`, "write a number of pixels from 0 to 99", []string{"--octroi-button-radius"}},
	{"font", `[A-Za-z0-9 ,'"-]{1,200}`, "write names of fonts, divided by commas", []string{"--octroi-font", "--octroi-title-font"}},
}

var studioPage = template.Must(template.New("studio.html").Funcs(template.FuncMap{
	"shades": func() []string { return shades[:] },
	"join":   func(shade, color string) string { return shade + "." + color },
	// An address may have a value that is none of the list's: it is shown with its fault.
	"options": func(list []string, value string) []string {
		if slices.Contains(list, value) {
			return list
		}
		return append([]string{value}, list...)
	},
	"dict": func(pairs ...any) map[string]any {
		m := map[string]any{}
		for i := 0; i < len(pairs); i += 2 {
			m[pairs[i].(string)] = pairs[i+1]
		}
		return m
	},
}).ParseFS(files, "pages/studio.html"))

// serveStudio serves the studio: the interface in each of its states, on a phone and a desktop,
// as declared by the controls.
func (s *Shop) serveStudio(mux *http.ServeMux) {
	for _, name := range []string{"studio.css", "studio.js"} {
		mux.HandleFunc("GET /preview/"+name, func(w http.ResponseWriter, r *http.Request) {
			http.ServeFileFS(w, r, files, "pages/"+name)
		})
	}
	mux.HandleFunc("GET /preview", func(w http.ResponseWriter, r *http.Request) {
		values := controls(r)
		var b bytes.Buffer
		if err := studioPage.Execute(&b, studio{s.languages(), strings.Fields(config.Layouts), strings.Fields(config.Themes), strings.Fields(config.Schemes),
			values, config.Colors[:], s.check(values), states, frames}); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Write(b.Bytes())
	})
	mux.HandleFunc("GET /preview/check", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		json.NewEncoder(w).Encode(s.check(controls(r)))
	})
	mux.HandleFunc("GET /preview/frame", s.studioFrame)
}

// controls are the values of an address, each a text of moderate length.
func controls(r *http.Request) map[string]string {
	values := map[string]string{}
	for name := range r.URL.Query() {
		values[name] = r.FormValue(name)
	}
	for name, value := range defaults {
		if values[name] == "" {
			values[name] = value
		}
	}
	return values
}

// declared reads a declaration of the shop with what the controls set.
func (s *Shop) declared(set part, name string) (text []byte, c *config.Config, faults []config.Fault) {
	d := map[string]json.RawMessage{}
	// The record has its name in the shop's list of what is kept, too.
	shop := strings.ReplaceAll(s.Declaration(), `"name": "`+config.DefaultName+`"`, encode("name")+": "+encode(name))
	for _, from := range []string{shop, encode(set), encode(map[string]string{"name": name})} {
		if err := json.Unmarshal([]byte(from), &d); err != nil {
			panic(err)
		}
	}
	text = []byte(encode(d))
	c, faults = config.Parse(string(text))
	return text, c, faults
}

func encode(v any) string {
	b, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		panic(err)
	}
	return string(b)
}

// chosen is what the controls set, without the colours that the theme has anyhow.
func (s *Shop) chosen(values map[string]string) (set, plain part) {
	set.Language, set.Layout, set.Theme.Name, set.Theme.Scheme = values["lang"], values["layout"], values["theme"], values["scheme"]
	plain = set
	_, c, _ := s.declared(plain, config.DefaultName)
	for n, own := range []*[6]string{&c.Theme.Light, &c.Theme.Dark} {
		changed := map[string]string{}
		for i, color := range config.Colors {
			if value := values[shades[n]+"."+color]; value != "" && !strings.EqualFold(value, own[i]) {
				changed[color] = value
			}
		}
		*[]*map[string]string{&set.Theme.Light, &set.Theme.Dark}[n] = changed
	}
	return set, plain
}

// check has the engine judge the controls.
func (s *Shop) check(values map[string]string) check {
	set, plain := s.chosen(values)
	_, own, _ := s.declared(plain, config.DefaultName)
	_, c, faults := s.declared(set, config.DefaultName)
	out := check{Faults: map[string]string{}, Colors: map[string]string{}, Part: encode(set)}
	for i := range faults {
		f := &faults[i]
		control := control(f.Path)
		out.Faults[control] = strings.TrimPrefix(out.Faults[control]+" ", " ") + sentence(f.Reason+": "+f.Right)
	}
	for n, colors := range [][6]string{own.Theme.Light, own.Theme.Dark} {
		for i, color := range config.Colors {
			out.Colors[shades[n]+"."+color] = colors[i]
		}
	}
	day, night := config.Contrasts(&c.Theme.Light), config.Contrasts(&c.Theme.Dark)
	at := func(set *[6]string, color string) string { return set[slices.Index(config.Colors[:], color)] }
	for i, a := range day {
		pair := contrast{Pair: a.Upon + " on " + a.Ground, Least: ratio(a.Least)}
		for n, of := range [2]config.Contrast{a, night[i]} {
			set := [2]*[6]string{&c.Theme.Light, &c.Theme.Dark}[n]
			pair.Ratio[n], pair.Right[n], pair.Shown[n] = ratio(of.Ratio), of.Legible, [2]string{at(set, of.Upon), at(set, of.Ground)}
			if ofPage(&c.Theme, n, of.Upon) {
				pair.Ratio[n], pair.Shown[n] = "the page’s", [2]string{}
			}
		}
		out.Contrasts = append(out.Contrasts, pair)
	}
	style, wrong := styled(values)
	for control, hint := range wrong {
		out.Faults[control] = hint
	}
	if style != "" {
		out.Style = ":root {\n" + style + "}"
	}
	return out
}

// ofPage reports whether a theme takes a colour, and what goes with it, from the page, where the
// engine sees to its contrast: those of texts and those of buttons, unless one of them is declared.
func ofPage(t *config.Theme, shade int, color string) bool {
	group := uint8(0b001111)
	if color == "onAccent" {
		group = 0b110000
	}
	return t.Name == "plain" && t.Own[shade]&group == 0
}

// control names what a fault is about by its path: "$.theme.light.ink" is "light.ink".
func control(path string) string {
	name := strings.TrimPrefix(path, "$.")
	switch name {
	case "language":
		return "lang"
	case "theme.name":
		return "theme"
	}
	name = strings.TrimPrefix(name, "theme.")
	if _, is := defaults[name]; is || slices.Contains(shades[:], strings.Split(name, ".")[0]) {
		return name
	}
	return ""
}

// styled is what the controls set by custom property, and what is wrong with them.
func styled(values map[string]string) (style string, wrong map[string]string) {
	wrong = map[string]string{}
	for _, p := range properties {
		value := values[p.control]
		if value == "" {
			continue
		}
		if !regexp.MustCompile(`^(`+p.right+`)$`).MatchString(value) || strings.Count(value, `'`)%2+strings.Count(value, `"`)%2 > 0 {
			wrong[p.control] = sentence(p.hint)
			continue
		}
		if p.control != "font" {
			value += "px"
		}
		for _, name := range p.set {
			style += "  " + name + ": " + value + ";\n"
		}
	}
	return style, wrong
}

func sentence(text string) string {
	return strings.ToUpper(text[:1]) + text[1:] + "."
}

// ratio writes a contrast, never better than it is; "–" for what is not judged.
func ratio(n float64) string {
	if n == 0 {
		return "–"
	}
	return strconv.FormatFloat(math.Floor(n*100)/100, 'f', -1, 64) + ":1"
}

// shopLight and shopDark are how the shop looks in a frame: as its style sheet has it, without the
// colours that it gives the interface, which would be in the place of the theme's.
const (
	shopLight = `html:root{color-scheme:light`
	shopDark  = `html:root iframe{background:#2a2520}html:root{color-scheme:dark;--ink:#efe8de;--paper:#191613;--soft:#b3a99c;--line:#403931`
)

// studioFrame serves a page of the shop with what the controls declare. Its record has a name of
// the frame's own; with months, its clock is that much behind: what is chosen there was chosen then.
func (s *Shop) studioFrame(w http.ResponseWriter, r *http.Request) {
	values := controls(r)
	at := slices.IndexFunc(frames, func(f frame) bool { return f.ID == values["frame"] })
	months, err := strconv.Atoi(r.FormValue("months"))
	if at < 0 || err != nil && r.FormValue("months") != "" {
		http.Error(w, "no such frame", http.StatusNotFound)
		return
	}
	set, _ := s.chosen(values)
	text, _, _ := s.declared(set, "studio-"+frames[at].ID)
	var head strings.Builder
	if months > 0 {
		fmt.Fprintf(&head, "<script>{ const now = Date.now; Date.now = () => now() - %d * 864e5; }</script>\n", months*30)
	}
	style, _ := styled(values)
	look := shopLight
	if values["shade"] == "dark" {
		look = shopDark
	}
	for _, color := range config.Colors {
		name := map[string]string{"onAccent": "on-accent"}[color]
		if name == "" {
			name = color
		}
		look += ";--octroi-" + name + ":initial;--octroi-dark-" + name + ":initial"
	}
	fmt.Fprintf(&head, "<style>%s;%s}</style>\n<script type=\"application/json\" id=\"octroi-config\">%s</script>\n<script src=\"/drop-in/octroi.js\"></script>", look, style, text)
	p := page{Title: "Collection", Pieces: pieces, Octroi: template.HTML(head.String()), Lang: values["lang"]}
	name := "home"
	if values["page"] == "policy" {
		name, p.Title = "policy", "Cookie policy"
	}
	s.render(w, r, name, p)
}

// Address is that of the frame's page, as the controls stand.
func (f frame) Address(values map[string]string) string {
	q := url.Values{"frame": {f.ID}}
	for name, value := range values {
		q.Set(name, value)
	}
	return "/preview/frame?" + q.Encode()
}

// languages are those that ship.
func (s *Shop) languages() (langs []string) {
	names, _ := filepath.Glob(filepath.Join(s.Dist, "locales", "*.json"))
	for _, name := range names {
		langs = append(langs, strings.TrimSuffix(filepath.Base(name), ".json"))
	}
	return langs
}
