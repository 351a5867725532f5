package banner

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/octroi-consent/octroi/engine/config"
	"github.com/octroi-consent/octroi/engine/consent"
	"github.com/octroi-consent/octroi/engine/jsontext"
	"github.com/octroi-consent/octroi/engine/locale"
)

const locales = "../../web/locales"

func files(t *testing.T) []string {
	list, err := filepath.Glob(locales + "/*.json")
	require.NoError(t, err)
	require.NotEmpty(t, list)
	return list
}

func parsed(t *testing.T, file string) *jsontext.Value {
	b, err := os.ReadFile(file)
	require.NoError(t, err)
	v, wrong := jsontext.Parse(string(b))
	require.Nil(t, wrong, file)
	return v
}

// Every key that the templates and the code name is in every language, no language
// has another, and places to fill are kept.
func TestLanguagesAreComplete(t *testing.T) {
	english := parsed(t, locales+"/en.json")
	hole := regexp.MustCompile(`\{[a-z]+\}`)
	for _, file := range files(t) {
		v := parsed(t, file)
		assert.Equal(t, english.Keys, v.Keys, file)
		for i, key := range v.Keys {
			assert.NotEmpty(t, strings.TrimSpace(v.Items[i].Text), "%s: %s", file, key)
			sorted := func(s string) []string {
				found := hole.FindAllString(s, -1)
				slices.Sort(found)
				return slices.Compact(found)
			}
			assert.Equal(t, sorted(english.Items[i].Text), sorted(v.Items[i].Text), "%s: %s", file, key)
			if file != locales+"/en.json" && len(english.Items[i].Text) > 20 && !strings.HasPrefix(english.Items[i].Text, "{n}") {
				assert.NotEqual(t, english.Items[i].Text, v.Items[i].Text, "%s: %s is not translated", file, key)
			}
		}
	}
	var source []byte
	for _, name := range []string{"banner.go", "embed.go", "device.go"} {
		b, err := os.ReadFile(name)
		require.NoError(t, err)
		source = append(source, b...)
	}
	for _, m := range regexp.MustCompile(`\$([a-z]+)|(?:Get|Count|dated)\("([a-zA-Z]+)"`).FindAllStringSubmatch(string(source), -1) {
		if key := m[1] + m[2]; key != "key" {
			assert.NotNil(t, english.Get(key), "a text for %s", key)
		}
	}
	for r := consent.Ended; r < consent.Undecided; r++ {
		assert.NotNil(t, english.Get(r.String()), r.String())
	}
}

// refusals are what the people of each language see on such buttons: a plain verb.
var refusals = map[string]string{
	"ar": "رفض", "bg": "Отказвам", "cs": "Odmítnout", "da": "Afvis", "de": "ablehnen", "el": "Απόρριψη", "en": "Refuse", "es": "Rechazar", "et": "Keeldu", "fa": "رد",
	"fi": "Hylkää", "fr": "refuser", "ga": "Diúltaigh", "he": "דחיית", "hi": "अस्वीकार", "hr": "Odbij", "hu": "elutasítása", "is": "Hafna", "it": "Rifiuta", "ja": "拒否",
	"ko": "거부", "lt": "Atmesti", "lv": "Noraidīt", "mt": "Irrifjuta", "nb": "Avvis", "nl": "weigeren", "pl": "Odrzucam", "pt": "Recusar", "ro": "Refuz", "sk": "Odmietnuť",
	"sl": "Zavrni", "sv": "Neka", "tr": "reddet", "uk": "Відхилити", "zh-Hans": "拒绝", "zh-Hant": "拒絕",
}

// Refusing is worded as plainly as accepting, and neither is longer by much (R1.12,
// R1.13).
func TestRefusalsArePlain(t *testing.T) {
	assert.Len(t, files(t), len(refusals))
	for _, file := range files(t) {
		v := parsed(t, file)
		lang := strings.TrimSuffix(filepath.Base(file), ".json")
		refuse, accept := v.Get("refuse").Text, v.Get("accept").Text
		assert.Contains(t, refuse, refusals[lang], lang)
		assert.NotEmpty(t, refusals[lang], lang)
		assert.Less(t, len([]rune(refuse)), len([]rune(accept))+8, lang)
		assert.Contains(t, v.Get("consequence").Text, v.Get("tab").Text, "%s: the way back is called what it is called", lang)
	}
}

// node is a tree as the stage reads it.
type node struct {
	tag   string
	attrs map[string]string
	kids  []any
}

func tree(t *testing.T, text string) node {
	var raw []any
	require.NoError(t, json.Unmarshal([]byte(text), &raw), text)
	var build func(raw []any) node
	build = func(raw []any) node {
		n := node{tag: raw[0].(string), attrs: map[string]string{}}
		for k, v := range raw[1].(map[string]any) {
			n.attrs[k] = v.(string)
		}
		for _, kid := range raw[2:] {
			if list, ok := kid.([]any); ok {
				n.kids = append(n.kids, build(list))
			} else {
				n.kids = append(n.kids, kid.(string))
			}
		}
		return n
	}
	return build(raw)
}

func (n node) walk(fn func(node)) {
	fn(n)
	for _, kid := range n.kids {
		if k, ok := kid.(node); ok {
			k.walk(fn)
		}
	}
}

func view(t *testing.T, lang string) *View {
	c, faults := config.Parse(`{
		"site": {"name": "Shop", "controller": "Shop SAS", "contact": "mailto:a@shop.example", "authority": {"name": "CNIL", "url": "https://www.cnil.fr/"}},
		"policy": {"url": "/cookies", "revision": "1"},
		"categories": [{"id": "e", "label": "Essential", "text": "T", "required": true}, {"id": "a", "label": "Audience", "text": "T"}],
		"services": [{"id": "s", "category": "a", "name": "S", "provider": "P <b>", "purpose": "\"quoted\"", "policy": "/p", "cookies": [{"name": "c", "life": "13 months"}, {"name": "d", "life": "session"}]},
			{"id": "bare", "category": "a", "name": "B", "provider": "P", "purpose": "$%#", "policy": "/p"}]}`)
	require.Empty(t, faults)
	b, err := os.ReadFile(locales + "/" + lang + ".json")
	require.NoError(t, err)
	texts, ok := locale.Parse(lang, string(b))
	require.True(t, ok)
	choice := &consent.Choice{Category: 1, Granted: true, At: 1_795_435_200_000, Until: 1_800_000_000_000}
	return &View{Config: c, Texts: texts, On: make([]bool, 4), Once: []bool{false, true},
		Lives: func(area config.Area, item *config.Item) (first, end int64) {
			if area == config.Cookies && item.Name == "c" {
				return 1_795_435_200_000, 1_800_000_000_000
			}
			return 0, 0
		},
		Entries: []Entry{{Shown: true}, {Shown: true, Ask: consent.Expired, Choice: choice}}}
}

func TestTrees(t *testing.T) {
	for _, file := range files(t) {
		lang := strings.TrimSuffix(filepath.Base(file), ".json")
		v := view(t, lang)
		for _, text := range []string{v.Declaration(), v.Embed(&Embed{Services: []int{0}}), v.Reload("", []string{"A"}, []string{"B"}), v.Policy()} {
			tree(t, text)
			assert.NotRegexp(t, `\{[a-z]+\}`, strings.ReplaceAll(text, "{}", ""), "every place is filled")
		}
		for _, text := range []string{v.Ask(), v.Preferences()} {
			assert.NotRegexp(t, `\{[a-z]+\}`, strings.ReplaceAll(text, "{}", ""), "every place is filled")
			acts, labelled, described := map[string]node{}, map[string]bool{}, map[string]bool{}
			root := tree(t, text)
			assert.Equal(t, "dialog", root.tag)
			assert.Equal(t, lang, root.attrs["lang"])
			root.walk(func(n node) {
				if act := n.attrs["data-octroi-act"]; act != "" && n.attrs["class"] != "octroi-link" {
					assert.NotContains(t, acts, act, "each action once (R1.13)")
					acts[act] = n
				}
				labelled[n.attrs["for"]] = true
				described[n.attrs["id"]] = true
				assert.NotContains(t, []string{"script", "style", "iframe"}, n.tag)
				for name := range n.attrs {
					assert.False(t, strings.HasPrefix(name, "on") || name == "style", name)
				}
			})
			accept, refuse := acts[ActAccept], acts[ActRefuse]
			assert.Equal(t, accept.tag+accept.attrs["class"], refuse.tag+refuse.attrs["class"])
			root.walk(func(n node) {
				if n.attrs["role"] == "radiogroup" {
					assert.True(t, described[n.attrs["aria-labelledby"]])
					for _, kid := range n.kids {
						assert.Equal(t, "label", kid.(node).tag, "each place has a label around it")
					}
				}
				if n.tag == "input" {
					assert.True(t, labelled[n.attrs["id"]] && n.attrs["id"] != "" || n.attrs["type"] == "radio", "a switch has a label")
					if by := n.attrs["aria-describedby"]; by != "" {
						assert.True(t, described[by])
					}
				}
			})
			assert.True(t, described["octroi-title"])
		}
	}
}

func TestThePolicyTable(t *testing.T) { // R1.57
	v := view(t, "en")
	var rows [][]string
	tree(t, v.Policy()).walk(func(n node) {
		if n.tag != "tr" {
			return
		}
		var cells []string
		for _, cell := range n.kids {
			text := ""
			for _, kid := range cell.(node).kids {
				switch kid := kid.(type) {
				case string:
					text += kid
				case node:
					text += kid.tag
					for _, k := range kid.kids {
						text += " " + k.(string)
					}
				}
			}
			cells = append(cells, text)
		}
		rows = append(rows, cells)
	})
	head := []string{"Cookie or key", "Type", "Service, provider, purpose", "Kept for"}
	own := `ShopbrShop SASbrKeeps your choices about cookies.`
	assert.Equal(t, [][]string{head, {"octroi", "Cookie, Web Storage", own, "persistent: 13 months"}, {"octroi", "Web Storage", own, "session: this visit"}, head,
		{"c", "Cookie", `Sbra P <b>br"quoted"`, "persistent: 13 monthsbrhere since time 2026-11-23brends time 2027-01-15"},
		{"d", "Cookie", `Sbra P <b>br"quoted"`, "session: this visit"},
		{"–", "–", "Bbra Pbr$%#", "–"},
	}, rows)
	v.Unreachable = []string{"x", "y"}
	assert.Contains(t, v.Preferences(), "if they were ever set: x, y")
}

func TestState(t *testing.T) {
	c := &config.Config{Categories: []config.Category{{From: 0, To: 2}, {From: 2, To: 2}}, Services: make([]config.Service, 2)}
	for on, want := range map[[4]bool]string{
		{false, false, false, false}: Off, {true, false, false, false}: Off,
		{false, false, true, false}: Mixed, {false, false, true, true}: On,
	} {
		assert.Equal(t, want, State(c, on[:], 0))
	}
	assert.Equal(t, On, State(c, []bool{false, true, false, false}, 1))
}
