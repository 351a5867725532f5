package banner

import (
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/octroi-consent/octroi/engine/config"
)

// themed reads a declaration's theme.
func themed(t *testing.T, theme string) *config.Theme {
	t.Helper()
	c, faults := config.Parse(`{"theme": ` + theme + `, "site": {"name": "A", "controller": "B", "contact": "/c"}, "policy": {"url": "/p", "revision": "1"}, "categories": [{"id": "a", "required": true, "label": "A", "text": "A"}, {"id": "b", "label": "B", "text": "B"}]}`)
	require.Empty(t, faults)
	return &c.Theme
}

// set reads the colours of a scheme out of a style.
func set(t *testing.T, css, scheme string) (colors [6]string) {
	t.Helper()
	for i, name := range config.Colors {
		name = property(name)
		both := regexp.MustCompile(`[{;]--` + name + `:light-dark\((?:var\(--octroi-` + name + `,)?(#\w+)\)?,(?:var\(--octroi-dark-` + name + `,)?(#\w+)\)?\)`).FindStringSubmatch(css)
		require.Len(t, both, 3, "%s in %s", name, css)
		colors[i] = both[1]
		if scheme == "dark" {
			colors[i] = both[2]
		}
	}
	return colors
}

func TestPlain(t *testing.T) {
	const neutralLight, neutralDark = "#1c1b1a #ffffff #605d59 #8a8680 #1c1b1a #ffffff", "#f3f1ee #1d1c1b #bdb8b1 #8a8680 #f3f1ee #1c1b1a"
	for name, c := range map[string]struct {
		theme  string // "plain" alone unless given
		look   string
		scheme string
		want   string   // ink, paper, soft, line, accent and on-accent; "*" for any that can be read
		says   []string // that the style has
		not    []string
	}{
		"a dark shop": {
			look: "Inter, sans-serif\n\"Space Grotesk\"\n700\n#0b0b12\n#e8e8f0\n#00e5ff\n#39ff14\n#000000\n4\n2", scheme: "dark",
			want: "#e8e8f0 #0b0b12 * * #39ff14 #000000",
			says: []string{`--font:var(--octroi-font,Inter, sans-serif)`, `--title-font:var(--octroi-title-font,"Space Grotesk")`, "--title-weight:var(--octroi-title-weight,700)", "--radius:var(--octroi-radius,6px)", "--button-radius:var(--octroi-button-radius,4px)", "--edge:var(--octroi-edge,2px)", "--mark:var(--accent)"},
		},
		"pills, in a pastel that no text could be white on": {
			look: "Nunito\nNunito\n800\n#fff5f7\n#6b4a55\n#d6336c\n#ffc2d1\n#ffffff\n999\n0", scheme: "light",
			want: "#6b4a55 #fff5f7 * * #ffc2d1 #6b4a55",
			says: []string{"--radius:var(--octroi-radius,20px)", "--button-radius:var(--octroi-button-radius,24px)", "--edge:var(--octroi-edge,1px)", "--mark:var(--ink);--on-mark:var(--paper)"},
		},
		"a pastel on white": {look: "A\nA\n400\n#ffffff\n#555555\n#0000ee\n#ffc2d1\n#ffffff\n8\n0", scheme: "light", want: "#555555 #ffffff * * #ffc2d1 #555555"},
		"a button that is nearly dark enough is darkened": {
			look: "A\nA\n400\n#ffffff\n#111111\n#0000ee\n#1e90ff\n#ffffff\n8\n1", scheme: "light",
			want: "#111111 #ffffff * * #1875cf #ffffff",
		},
		"a yellow with a dark text stays": {
			look: "A\nA\n400\n#ffffff\n#0f1111\n#007185\n#ffd814\n#0f1111\n8\n1", scheme: "light",
			want: "#0f1111 #ffffff * * #ffd814 #0f1111", says: []string{"--mark:var(--ink)"},
		},
		"the first button that stands out, of several": {
			look: "A\nA\n400\n#ffffff\n#222222\n#0000ee\n#f1f1f1\n#222222\n3\n1\n#efefef\n#000000\n0\n2\n#5b2333\n#ffffff\n0\n0\n#112233\n#ffffff\n9\n9", scheme: "light",
			want: "#222222 #ffffff * * #5b2333 #ffffff", says: []string{"--button-radius:var(--octroi-button-radius,0px)"},
		},
		"a page without buttons has its links' colour": {
			look: "Georgia, serif\nGeorgia, serif\n400\n#fdfbf7\n#333333\n#8b0000\n", scheme: "light",
			want: "#333333 #fdfbf7 * * #8b0000 #fdfbf7", says: []string{"--button-radius:var(--octroi-button-radius,10px)"},
		},
		"and without links its texts'": {look: "A\nA\n400\n#ffffff\n#333333\n\n#f0f0f0\n#333333\n3\n1", scheme: "light", want: "#333333 #ffffff * * #333333 #ffffff"},
		"pale texts and links are mended": {
			look: "A\nA\n400\n#ffffff\n#aaaaaa\n#cccccc\n", scheme: "light", want: "* #ffffff * * * #ffffff", not: []string{"#aaaaaa", "#cccccc"},
		},
		"a grey ground in the middle": {look: "A\nA\n400\n#808080\n#8a8a8a\n#777777\n#7a7a7a\n#888888\n2\n1", scheme: "light", want: "* #808080 * * * *"},
		"a ground that cannot be read": {
			look: "Lora\nLora\n400\n\n#888888\n\n\n#ffffff\n3\n1", scheme: "light", want: neutralLight, says: []string{"--font:var(--octroi-font,Lora)", "--scheme:initial"},
		},
		"nothing but a line":         {look: "\n", scheme: "light", want: neutralLight, says: []string{"--font:var(--octroi-font,system-ui,sans-serif)", "--title-font:var(--octroi-title-font,var(--font))", "--title-weight:var(--octroi-title-weight,650)", "--edge:var(--octroi-edge,2px)"}},
		"a text that cannot be read": {look: "A\nA\n400\n#123456\n\n#ffffff\n", scheme: "dark", want: "#f3f1ee #123456 * * #ffffff #123456"},
		"what is declared stays, in its scheme": {
			theme: `{"name": "plain", "light": {"accent": "#5b2333", "onAccent": "#fefefe"}}`, look: "A\nA\n400\n#fafafa\n#333333\n#0000ee\n#0000ff\n#ffffff\n8\n0", scheme: "light",
			want: "#333333 #fafafa * * #5b2333 #fefefe",
		},
		"of texts, too": {
			theme: `{"name": "plain", "light": {"ink": "#000080"}}`, look: "A\nA\n400\n#fafafa\n#333333\n#0000ee\n#0000ff\n#ffffff\n8\n0", scheme: "light",
			want: "#000080 #ffffff #605d59 #8a8680 #0000ff #ffffff",
		},
		"a scheme that the page is not in has the theme's own": {
			theme: `{"name": "plain", "scheme": "dark"}`, look: "A\nA\n400\n#ffffff\n#333333\n#0000ee\n#0000ff\n#ffffff\n8\n0", scheme: "dark",
			want: neutralDark, says: []string{"--scheme:dark", "--font:var(--octroi-font,A)"},
		},
		"by the visitor's system": {
			theme: `{"name": "plain", "scheme": "auto"}`, look: "A\nA\n400\n#000000\n#ffffff\n#8888ff\n", scheme: "light",
			want: neutralLight, says: []string{"--scheme:light dark"},
		},
		"radius and edge that are none": {
			look: "A\nA\n40\n#ffffff\n#333333\n\n#0000ff\n#ffffff\nNaN\n-3", scheme: "light",
			want: "#333333 #ffffff * * #0000ff #ffffff", says: []string{"--radius:var(--octroi-radius,14px)", "--edge:var(--octroi-edge,1px)", "--title-weight:var(--octroi-title-weight,650)"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			if c.theme == "" {
				c.theme = `{"name": "plain"}`
			}
			theme := themed(t, c.theme)
			declared := *theme
			css := Style(theme, c.look, true)
			assert.Equal(t, declared, *theme, "the declaration's stays for the next time")
			got := set(t, css, c.scheme)
			for i, want := range strings.Fields(c.want) {
				if want != "*" {
					assert.Equal(t, want, got[i], config.Colors[i])
				}
			}
			assert.Empty(t, config.TooPale(&got))
			for _, color := range got {
				assert.NotZero(t, config.Ratio(color, color), color)
			}
			for _, says := range c.says {
				assert.Contains(t, css, says)
			}
			for _, not := range c.not {
				assert.NotContains(t, css, not)
			}
			assert.NotContains(t, css, "--wait")
		})
	}
	css := Style(themed(t, `{"name": "plain"}`), "", true)
	assert.Contains(t, css, "{--wait:1;")
	assert.Equal(t, neutralLight, strings.Join(listed(set(t, css, "light")), " "))
}

func listed(colors [6]string) []string { return colors[:] }

// No text of a page's ends the declaration that it is put into.
func TestIsFont(t *testing.T) {
	for font, want := range map[string]bool{
		`Inter`: true, `"Inter Tight", -apple-system, sans-serif`: true, `'O&O', "It's", serif`: true, `ＭＳ Ｐゴシック, "游ゴシック"`: true, `".SF NS"`: true,
		``: false, `.SF`: false, `a;b`: false, `a}b`: false, `a{b`: false, `url(a)`: false, `"url(a)"`: false, `a<b`: false, `a>b`: false, `"a`: false, `it's`: false, `a\b`: false, "a\nb": false, "a\x00b": false,
		`a/*`: false, `a!important`: false, `a:b`: false, `@a`: false, `"a"b'`: false, strings.Repeat("a", 301): false,
	} {
		assert.Equal(t, want, isFont(font), font)
	}
}

// An accent that hardly stands out from the ground tells of no switch, in any theme, and one with a
// white text makes no white button on a dark ground.
func TestWhatTheAccentMarks(t *testing.T) {
	for theme, faint := range map[string]bool{
		`{}`: false, `{"name": "editorial"}`: false, `{"name": "contrast"}`: false,
		`{"light": {"accent": "#ffd814", "onAccent": "#000000"}}`: true, `{"dark": {"accent": "#222222", "onAccent": "#ffffff"}}`: true,
		`{"dark": {"accent": "#7a4fd0", "onAccent": "#ffffff"}}`: true, `{"dark": {"accent": "#b99cf5", "onAccent": "#111111"}}`: false,
	} {
		assert.Equal(t, faint, strings.Contains(Style(themed(t, theme), "", true), "--mark:var(--ink);--on-mark:var(--paper)"), theme)
	}
}

func FuzzPlain(f *testing.F) {
	f.Add("Inter, sans-serif\nLora\n700\n#0b0b12\n#e8e8f0\n#00e5ff\n#39ff14\n#000000\n4\n2")
	f.Add("a\nb\n4000\n#12345\n#1234567\nx\n#\n#\n#\n#\n\n")
	shaped := regexp.MustCompile(`^\.octroi\{(--[\w-]+:[^;{}<>]+;?)+\}@supports\(color:light-dark\(red,red\)\)\{\.octroi\{(--[\w-]+:light-dark\([^;{}<>]+\);)+\}\}$`)
	theme := &config.Theme{Name: "plain", Scheme: "page", Light: [6]string{"#1c1b1a", "#ffffff", "#605d59", "#8a8680", "#1c1b1a", "#ffffff"}, Dark: [6]string{"#f3f1ee", "#1d1c1b", "#bdb8b1", "#8a8680", "#f3f1ee", "#1c1b1a"}}
	f.Fuzz(func(t *testing.T, look string) {
		css := Style(theme, look, true)
		if !shaped.MatchString(css) {
			t.Fatalf("%q: %s", look, css)
		}
		for _, scheme := range []string{"light", "dark"} {
			colors := set(t, css, scheme)
			if what := config.TooPale(&colors); what != "" {
				t.Fatalf("%q: %s", look, what)
			}
		}
	})
}
