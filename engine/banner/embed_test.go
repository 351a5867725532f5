package banner

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// text is what a tree says, with a date as it is in the tree; that of what assistive
// technology is not told is left out.
func (n node) text() (said string) {
	if n.attrs["aria-hidden"] != "" {
		return ""
	}
	for _, kid := range n.kids {
		switch kid := kid.(type) {
		case string:
			said += kid
		case node:
			said += kid.text()
		}
	}
	return said
}

// parts finds nodes by a word of their class.
func (n node) parts(class string) (found []node) {
	n.walk(func(n node) {
		if strings.Contains(" "+n.attrs["class"]+" ", " "+class+" ") {
			found = append(found, n)
		}
	})
	return found
}

func (n node) part(t *testing.T, class string) node {
	found := n.parts(class)
	require.Len(t, found, 1, class)
	return found[0]
}

func (n node) button(t *testing.T, act string) (button node) {
	n.walk(func(n node) {
		if n.attrs["data-octroi-act"] == act {
			button = n
		}
	})
	require.Equal(t, "button", button.tag, act)
	return button
}

const mayOf2027 = 1_811_203_200_000 // 2027-05-25

// In each language the button that allows for good names whose content that is, which no
// ending could fit to, and until when it holds; its short form is a part of that, for those who say
// what they see (WCAG 2.2, 2.5.3).
func TestAlwaysNamesWhomAndUntilWhen(t *testing.T) {
	for _, file := range files(t) {
		lang := strings.TrimSuffix(filepath.Base(file), ".json")
		v, texts := view(t, lang), parsed(t, file)
		for _, text := range []string{"alwaysnames", "valid", "embed"} {
			assert.Equal(t, 1, strings.Count(texts.Get(text).Text, "{"), "%s: %s", lang, text)
		}
		root := tree(t, v.Embed(&Embed{Services: []int{0, 1}, Until: mayOf2027}))
		always := root.button(t, ActAlways)
		whole, brief := always.part(t, "octroi-whole"), always.part(t, "octroi-brief")
		assert.Equal(t, strings.ReplaceAll(texts.Get("alwaysnames").Text, "{names}", "S, B")+" ("+strings.ReplaceAll(texts.Get("valid").Text, "{date}", "2027-05-25")+")", whole.text(), lang)
		assert.Equal(t, "true", brief.attrs["aria-hidden"])
		brief.attrs["aria-hidden"] = ""
		assert.Contains(t, strings.ToLower(always.text()), strings.ToLower(brief.text()), lang)
		assert.NotContains(t, brief.text(), "S, B", lang)
		assert.NotContains(t, root.text(), "{", lang)
	}
}

// A player is played, all else is loaded.
func TestOnlyPlayersPlay(t *testing.T) {
	for _, file := range files(t) {
		lang := strings.TrimSuffix(filepath.Base(file), ".json")
		v, texts := view(t, lang), parsed(t, file)
		play, load := texts.Get("playonce").Text, texts.Get("loadonce").Text
		assert.NotEqual(t, play, load, lang)
		v.Config.Services[0].Plays = true
		for name, c := range map[string]struct {
			embed Embed
			plays bool
		}{
			"a player":                  {Embed{Services: []int{0}}, true},
			"another":                   {Embed{Services: []int{1}}, false},
			"a player and another":      {Embed{Services: []int{0, 1}}, false},
			"a video of any service":    {Embed{Services: []int{1}, Video: true}, true},
			"a category without either": {Embed{}, false},
		} {
			once := tree(t, v.Embed(&c.embed)).button(t, ActOnce)
			want := load
			if c.plays {
				want = play
			}
			assert.Equal(t, want, once.text(), "%s: %s", lang, name)
			assert.Equal(t, c.plays, strings.Contains(once.attrs["class"], "octroi-play"), "%s: %s", lang, name)
		}
	}
}

// An element that has a title is called by it, in its own language; one without by its services.
func TestATitleHeadsItsStandIn(t *testing.T) {
	v := view(t, "fr")
	long := strings.Repeat("é", 130)
	for name, c := range map[string]struct{ title, lang, want string }{
		"its own":             {"How a gate works", "en-GB", "How a gate works"},
		"in one line":         {"\n  How\t a\r\n gate works ", "en", "How a gate works"},
		"read as text":        {`<b>"&amp;\`, "en", `<b>"&amp;\`},
		"at most 120 letters": {long, "de", long[:2*120] + "…"},
		"just 120":            {long[:2*120], "de", long[:2*120]},
		"no more than blanks": {" \n", "en", ""},
		"none":                {"", "", ""},
		"the service's name":  {"S", "en", ""},
	} {
		t.Run(name, func(t *testing.T) {
			root := tree(t, v.Embed(&Embed{Services: []int{0}, Title: c.title, Lang: c.lang, Until: mayOf2027}))
			group := root.attrs["aria-label"]
			assert.Equal(t, "group", root.attrs["role"])
			assert.Contains(t, root.text(), "S vient de P <b>", "whose it is, too")
			if c.want == "" {
				assert.Equal(t, "S", group)
				assert.Empty(t, root.parts("octroi-named"))
				return
			}
			assert.Equal(t, c.want, group)
			heading := root.part(t, "octroi-named")
			assert.Equal(t, c.want, heading.text())
			assert.Equal(t, c.lang, heading.attrs["lang"])
			assert.Equal(t, "auto", heading.attrs["dir"])
		})
	}
}

// Where an earlier choice of the category is for the visit alone, so is this one.
func TestAlwaysForAVisit(t *testing.T) {
	v := view(t, "en")
	always := tree(t, v.Embed(&Embed{Services: []int{0}})).button(t, ActAlways)
	assert.Equal(t, "Always allow S (This visit)", always.text())
}

// A poster is the embed's own, else that of the first service that has one.
func TestPosters(t *testing.T) {
	v := view(t, "en")
	poster := func(own string) (src string) {
		tree(t, v.Embed(&Embed{Services: []int{0, 1}, Poster: own})).walk(func(n node) {
			if n.tag == "img" {
				assert.Empty(t, n.attrs["alt"])
				src = n.attrs["src"]
			}
		})
		return src
	}
	assert.Empty(t, poster(""))
	v.Config.Services[1].Poster = "/b.png"
	assert.Equal(t, "/b.png", poster(""))
	assert.Equal(t, "/own.png", poster("/own.png"))
}
