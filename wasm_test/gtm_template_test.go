package wasmtest

import (
	"encoding/json"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// template is a Google Tag Manager template's file: its sections, by their names.
func template(t *testing.T) map[string]string {
	t.Helper()
	b, err := os.ReadFile("../examples/gtm/octroi.tpl")
	require.NoError(t, err)
	marks := regexp.MustCompile(`(?m)^___([A-Z_]+)___$`)
	sections, names := map[string]string{}, marks.FindAllStringSubmatch(string(b), -1)
	for i, text := range marks.Split(string(b), -1)[1:] {
		sections[names[i][1]] = strings.TrimSpace(text) + "\n"
	}
	return sections
}

// scenarios are a template's own tests: their code by name, and what is set up before each.
func scenarios(text string) (list map[string]string, setup string) {
	list = map[string]string{}
	text, setup, _ = strings.Cut(text, "\nsetup: |-\n")
	for _, one := range strings.Split(text, "- name: ")[1:] {
		name, code, _ := strings.Cut(one, "\n  code: |-\n")
		list[name] = code
	}
	return list, setup
}

// permitted are what a template's permissions name: of consent and of the window's globals.
func permitted(t *testing.T, text string) map[string][]string {
	t.Helper()
	var list []struct {
		Instance struct {
			Key   struct{ PublicID string }
			Param []struct {
				Value struct {
					ListItem []struct {
						String   string
						MapValue []struct{ String string }
					}
				}
			}
		}
	}
	require.NoError(t, json.Unmarshal([]byte(text), &list))
	names := map[string][]string{}
	for _, p := range list {
		for _, item := range p.Instance.Param[0].Value.ListItem {
			name := item.String
			if len(item.MapValue) > 0 {
				name = item.MapValue[0].String
			}
			names[p.Instance.Key.PublicID] = append(names[p.Instance.Key.PublicID], name)
		}
	}
	return names
}

func TestTagManagerTemplateIsWhole(t *testing.T) {
	sections := template(t)
	for _, name := range []string{"TERMS_OF_SERVICE", "INFO", "TEMPLATE_PARAMETERS", "SANDBOXED_JS_FOR_WEB_TEMPLATE", "WEB_PERMISSIONS", "TESTS", "NOTES"} {
		assert.NotEmpty(t, sections[name], name)
	}
	var info struct{ Type string }
	require.NoError(t, json.Unmarshal([]byte(sections["INFO"]), &info))
	assert.Equal(t, "TAG", info.Type)
	var parameters []struct{ Name string }
	require.NoError(t, json.Unmarshal([]byte(sections["TEMPLATE_PARAMETERS"]), &parameters))
	has := func(name string) bool {
		return slices.ContainsFunc(parameters, func(p struct{ Name string }) bool { return p.Name == name })
	}
	names, code := permitted(t, sections["WEB_PERMISSIONS"]), sections["SANDBOXED_JS_FOR_WEB_TEMPLATE"]
	for _, match := range regexp.MustCompile(`'([a-z]+_[a-z_]+)'`).FindAllStringSubmatch(code, -1) {
		if match[1] != "ads_data_redaction" {
			assert.Contains(t, names["access_consent"], match[1])
		}
		assert.True(t, has(match[1]), match[1])
	}
	called := map[string]bool{}
	for _, match := range regexp.MustCompile(`callInWindow\('([^']+)'`).FindAllStringSubmatch(code, -1) {
		called[match[1]] = true
		assert.Contains(t, names["access_globals"], match[1])
	}
	assert.Len(t, called, len(names["access_globals"]), "no more is permitted than is used")
}

// The template's own tests, which Tag Manager runs, with fakes of its APIs.
func TestTagManagerTemplate(t *testing.T) {
	sections := template(t)
	list, setup := scenarios(sections["TESTS"])
	require.GreaterOrEqual(t, len(list), 8)
	s := newSite(t)
	s.raw("/bare", "text/html", func() string { return "<!doctype html><title>bare</title>" })
	_, tab := visit(t, s)
	tab.open("/bare")
	apis := []string{"callInWindow", "gtagSet", "makeInteger", "setDefaultConsentState", "updateConsentState"}
	code := sections["SANDBOXED_JS_FOR_WEB_TEMPLATE"]
	for name, test := range list {
		var wrong []string
		tab.eval(call(t, "gtm_template", code, setup, test, apis), &wrong)
		assert.Empty(t, wrong, name)
	}
	var wrong []string
	tab.eval(call(t, "gtm_template", strings.Replace(code, "'granted' : 'denied'", "'granted' : 'granted'", 1), setup, list["refused"], apis), &wrong)
	assert.NotEmpty(t, wrong, "the tests find a template that grants what is refused")
}

// The template hears what a real Octroi on the page says.
func TestTagManagerTemplateHearsOctroi(t *testing.T) {
	s := newSite(t)
	s.page("/container", dropIn, "")
	_, tab := visit(t, s)
	tab.open("/container")
	code, err := json.Marshal(template(t)["SANDBOXED_JS_FOR_WEB_TEMPLATE"])
	require.NoError(t, err)
	tab.truth(`(() => {
		window.said = [];
		const apis = {
			callInWindow: (path, ...args) => path.split('.').reduce((holder, name) => (typeof holder[name] === 'function' ? holder[name].bind(holder) : holder[name]), window)(...args),
			gtagSet() {},
			makeInteger: Number,
			setDefaultConsentState: (state) => said.push(['default', state.ad_storage, state.analytics_storage]),
			updateConsentState: (state) => said.push(['update', state.ad_storage, state.analytics_storage]),
		};
		new Function('require', 'data', ` + string(code) + `)((name) => apis[name], { analytics_storage: 'audience', ad_storage: 'marketing', wait_for_update: '500', gtmOnSuccess() {} });
		return true;
	})()`)
	said := func() (list [][]string) { tab.eval(`said`, &list); return list }
	assert.Equal(t, [][]string{{"default", "denied", "denied"}}, said())
	tab.truth(`octroi.save({ audience: true, marketing: false })`)
	tab.until(`said.length > 1`)
	assert.Equal(t, []string{"update", "denied", "granted"}, said()[1])
	tab.truth(`octroi.withdraw()`)
	tab.until(`said.length > 2`)
	assert.Equal(t, []string{"update", "denied", "denied"}, said()[2])
}
