package config

import (
	"github.com/octroi-consent/octroi/engine/ascii"
	"github.com/octroi-consent/octroi/engine/jsontext"
)

// Themes are the finished ones, and "plain", which is made of the page's own look.
const Themes = "neutral editorial contrast plain"

// Schemes are by what the interface is light or dark: the page, the visitor's system, or always
// one of the two.
const Schemes = "page auto light dark"

// Theme is how the interface looks: its colours by day and by night, in the order of
// [Colors].
type Theme struct {
	Name        string
	Scheme      string // one of [Schemes]
	Light, Dark [6]string
	Own         [2]uint8 // the colours that are declared, by day and by night: a bit for each
}

// Colors are the names of a theme's colours: texts, their ground, lesser texts, edges,
// buttons and what stands on them.
var Colors = [6]string{"ink", "paper", "soft", "line", "accent", "onAccent"}

const (
	neutral   = "#1c1b1a#ffffff#605d59#8a8680#1c1b1a#ffffff#f3f1ee#1d1c1b#bdb8b1#8a8680#f3f1ee#1c1b1a"
	editorial = "#2a2320#faf7f2#6b5f57#94877c#4f1d2b#faf7f2#f4ece4#201a18#c3b5aa#8f8177#ecd5c8#2a1418"
	contrast  = "#000000#ffffff#000000#000000#000000#ffffff#ffffff#000000#ffffff#ffffff#ffff00#000000"
)

// theme reads the declared colours over those of the named theme. A pair that cannot be
// read is a fault: accept and refuse share theirs, so neither can be paler than the
// other (R1.12), and both must be legible (R2.05, R6.08).
func (f *faults) theme(c *Config, v *jsontext.Value) {
	t := &c.Theme
	t.Name = str(v, "name")
	if t.Scheme = str(v, "scheme"); t.Scheme == "" {
		t.Scheme = "page"
	}
	defaults := neutral
	switch t.Name {
	case "editorial":
		defaults = editorial
	case "contrast":
		defaults = contrast
	case "plain":
	default:
		t.Name = "neutral"
	}
	for k, set := range [...]*[6]string{&t.Light, &t.Dark} {
		key := [...]string{"light", "dark"}[k]
		of := v.Get(key)
		for i, name := range Colors {
			set[i] = defaults[(k*6+i)*7 : (k*6+i)*7+7]
			if color := str(of, name); color != "" {
				set[i] = color
				t.Own[k] |= 1 << i
			}
		}
		for n := range pairs {
			if !pairs[n].legible(set) {
				what := pale
				if pairs[n].least == 3 {
					what = paleEdge
				}
				f.add("$.theme."+key, what, pairs[n].String())
			}
		}
	}
}

// pair is a colour on another, and the contrast that it has at least.
type pair struct {
	upon, ground uint8
	least        float64
	rule         string
}

var pairs = [...]pair{{0, 1, 4.5, "R6.08"}, {2, 1, 4.5, "R6.08"}, {3, 1, 3, "R6.08"}, {5, 4, 4.5, "R1.12"}}

func (p *pair) String() string {
	return Colors[p.upon] + " on " + Colors[p.ground] + " is too pale (" + p.rule + ")"
}

// legible reports whether a pair of colours can be read, or is written in a way that is not
// judged here.
func (p *pair) legible(set *[6]string) bool {
	ratio := p.ratio(set)
	return ratio == 0 || ratio >= p.least
}

// ratio is how far apart a pair of colours is; 0 for what is not judged here.
func (p *pair) ratio(set *[6]string) float64 { return Ratio(set[p.upon], set[p.ground]) }

// Contrast is a colour of a theme on another, and how far apart they are and have to be; 0 apart
// for what is written in a way that is not judged.
type Contrast struct {
	Upon, Ground string
	Ratio, Least float64
	Legible      bool
}

// Contrasts are the pairs of a theme's colours that [Parse] judges, as it judges them.
func Contrasts(set *[6]string) (list []Contrast) {
	for n := range pairs {
		p := &pairs[n]
		list = append(list, Contrast{Colors[p.upon], Colors[p.ground], p.ratio(set), p.least, p.legible(set)})
	}
	return list
}

// TooPale tells which pair of a theme's colours cannot be read; "" for none. A colour is as
// "#1c1b1a".
func TooPale(set *[6]string) string {
	for n := range pairs {
		if !pairs[n].legible(set) {
			return pairs[n].String()
		}
	}
	return ""
}

// luminance is the relative luminance of a colour as "#1c1b1a" (WCAG 2.2, "relative
// luminance").
func luminance(color string) (l float64, ok bool) {
	if len(color) != 7 || color[0] != '#' {
		return 0, false
	}
	for i, weight := range [...]float64{0.2126, 0.7152, 0.0722} {
		n, ok := ascii.Hex(color[2*i+1], color[2*i+2])
		if !ok {
			return 0, false
		}
		v := float64(n) / 255
		if v <= 0.04045 {
			l += weight * v / 12.92
			continue
		}
		// v^2.4 is v² times the fifth root of v², which Newton's method finds.
		v = (v + 0.055) / 1.055
		v *= v
		root := 1.0
		for range 12 {
			r := root * root
			root -= (r*r*root - v) / (5 * r * r)
		}
		l += weight * v * root
	}
	return l, true
}
