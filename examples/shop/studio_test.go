package shop

import (
	"encoding/json"
	"math"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/octroi-consent/octroi/engine/config"
)

// ask gets something of the studio's, for controls.
func ask(t *testing.T, path string, values map[string]string) *httptest.ResponseRecorder {
	t.Helper()
	q := url.Values{}
	for name, value := range values {
		q.Set(name, value)
	}
	s := &Shop{Dist: "../../web", Third: "http://127.0.0.1:1", Log: NewLog()}
	w := httptest.NewRecorder()
	s.Handler().ServeHTTP(w, httptest.NewRequest("GET", "/preview"+path+"?"+q.Encode(), nil))
	return w
}

func checked(t *testing.T, values map[string]string) (c check) {
	t.Helper()
	require.NoError(t, json.Unmarshal(ask(t, "/check", values).Body.Bytes(), &c))
	return c
}

// The studio's figures are those of the engine's check, for each theme, by day and by night.
func TestTheStudiosContrasts(t *testing.T) {
	for _, theme := range []string{"neutral", "editorial", "contrast"} {
		got := checked(t, map[string]string{"theme": theme, "light.ink": "#8a8a8a"})
		c, _ := config.Parse(`{"theme": {"name": "` + theme + `", "light": {"ink": "#8a8a8a"}}}`)
		day, night := config.Contrasts(&c.Theme.Light), config.Contrasts(&c.Theme.Dark)
		require.Len(t, got.Contrasts, len(day))
		for i, want := range day {
			shown := got.Contrasts[i]
			assert.Equal(t, want.Upon+" on "+want.Ground, shown.Pair)
			assert.Equal(t, [2]bool{want.Legible, night[i].Legible}, shown.Right)
			for n, ratio := range []float64{want.Ratio, night[i].Ratio} {
				figure, err := strconv.ParseFloat(strings.TrimSuffix(shown.Ratio[n], ":1"), 64)
				require.NoError(t, err)
				assert.InDelta(t, ratio, figure, .01)
				assert.LessOrEqual(t, figure, math.Round(ratio*1e9)/1e9, "never better than it is")
			}
		}
		assert.False(t, got.Contrasts[0].Right[0], theme)
		assert.Contains(t, got.Faults["light"], "nk on paper is too pale")
	}
}

// Of the colours that the page gives the engine judges what is drawn; of declared ones, these.
func TestTheStudiosContrastsOfThePage(t *testing.T) {
	got := checked(t, map[string]string{"theme": "plain", "light.ink": "#101010", "dark.accent": "#eeeeee"})
	var ratios [][2]string
	for _, c := range got.Contrasts {
		assert.Equal(t, [2]bool{true, true}, c.Right)
		ratios = append(ratios, c.Ratio)
	}
	assert.Equal(t, []string{"the page’s", "the page’s", "the page’s"}, []string{ratios[0][1], ratios[1][1], ratios[3][0]})
	assert.Regexp(t, `^[0-9.]+:1$`, ratios[0][0])
	assert.Regexp(t, `^[0-9.]+:1$`, ratios[3][1])
}

// What is copied is a part of a declaration, which the engine takes with any site's; what is the
// theme's own is not in it.
func TestWhatTheStudioCopies(t *testing.T) {
	got := checked(t, map[string]string{"lang": "pt", "layout": "bar", "theme": "editorial", "scheme": "auto", "light.paper": "#FAF7F2", "dark.accent": "#ffffff", "radius": "4", "font": "'Fira Sans', serif"})
	assert.Empty(t, got.Faults)
	assert.JSONEq(t, `{"language": "pt", "layout": "bar", "theme": {"name": "editorial", "scheme": "auto", "dark": {"accent": "#ffffff"}}}`, got.Part)
	assert.Equal(t, ":root {\n  --octroi-radius: 4px;\n  --octroi-font: 'Fira Sans', serif;\n  --octroi-title-font: 'Fira Sans', serif;\n}", got.Style)
	assert.Equal(t, "#faf7f2", got.Colors["light.paper"])
}

// A fault stands at the control that it is about, and nothing gets out of its place.
func TestTheStudiosFaults(t *testing.T) {
	for _, row := range []struct{ control, value, want string }{
		{control: "lang", value: "french", want: "Not a language tag"},
		{control: "layout", value: `"}</script>`, want: "Not known"},
		{control: "theme", value: "baroque", want: "Not known"},
		{control: "scheme", value: "dusk", want: "Not known"},
		{control: "light.ink", value: "red", want: "Not a colour"},
		{control: "radius", value: "1;}</style>", want: "Write a number"},
		{control: "buttonRadius", value: "100", want: "Write a number"},
		{control: "font", value: "x;}</style>", want: "Write names of fonts"},
		{control: "font", value: "'x", want: "Write names of fonts"},
	} {
		values := map[string]string{row.control: row.value}
		c := checked(t, values)
		assert.Len(t, c.Faults, 1, row.value)
		assert.Contains(t, c.Faults[row.control], row.want, row.control)
		if strings.Contains(row.value, "}") {
			assert.False(t, strings.Contains(ask(t, "", values).Body.String(), row.value), row.value)
			values["frame"] = "phone"
			assert.False(t, strings.Contains(ask(t, "/frame", values).Body.String(), row.value), row.value)
		}
	}
}

// A frame is a page of the shop with the controls' declaration, a record of its own and, where
// wanted, an older clock; it leaves the shop's own language alone.
func TestTheStudiosFrames(t *testing.T) {
	w := ask(t, "/frame", map[string]string{"frame": "phone", "lang": "de", "layout": "bar", "shade": "dark", "radius": "3"})
	page := w.Body.String()
	assert.Contains(t, page, `<html lang="de">`)
	assert.Contains(t, page, "color-scheme:dark")
	assert.Contains(t, page, "--octroi-radius: 3px")
	assert.Contains(t, page, "Autumn, cut in wool")
	assert.NotContains(t, page, "Date.now")
	assert.Empty(t, w.Header()["Set-Cookie"])
	_, rest, _ := strings.Cut(page, `id="octroi-config">`)
	text, _, _ := strings.Cut(rest, "</script>")
	c, faults := config.Parse(text)
	assert.Empty(t, faults)
	assert.Equal(t, []string{"studio-phone", "bar", "de"}, []string{c.Name, c.Layout, c.Language})
	assert.Equal(t, "studio-phone", c.Services[0].Items[config.Cookies][0].Name)
	assert.Contains(t, ask(t, "/frame", map[string]string{"frame": "desktop", "months": "7"}).Body.String(), "Date.now = () => now() - 210 * 864e5")
	assert.Contains(t, ask(t, "/frame", map[string]string{"frame": "desktop", "page": "policy"}).Body.String(), "data-octroi-declaration")
	for _, wrong := range []map[string]string{{}, {"frame": "fridge"}, {"frame": "phone", "months": "x"}} {
		assert.Equal(t, 404, ask(t, "/frame", wrong).Code)
	}
}
