package literal

import (
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// of reads the value that a script gives to x.
func of(t *testing.T, text string) any {
	t.Helper()
	p, err := Read(text, func(name string) ([]byte, error) {
		if name == "./en.json" {
			return []byte(`{"title": "Cookies"}`), nil
		}
		return nil, errors.New("not there")
	})
	require.NoError(t, err)
	for _, a := range p.Assignments {
		if a.Name == "x" {
			return a.Value
		}
	}
	t.Fatal("no x in " + text)
	return nil
}

func TestValues(t *testing.T) {
	for text, want := range map[string]any{
		`x = 'a\'b\n\u00e9\x21\u{1F36A}\ud83c\udf6a'`: "a'b\né!🍪🍪",
		"x = `one\ntwo`":                      "one\ntwo",
		"const y = 'b'; x = `a${y}${1 + 1}c`": "ab2c",
		`x = "a" + 'b' + 3`:                   "ab3",
		`x = 60 * 60 * 24`:                    86400.0,
		`x = -1.5e3`:                          -1500.0,
		`x = 0x10`:                            16.0,
		`x = 1_000`:                           1000.0,
		`x = !0`:                              true,
		`x = !1`:                              false,
		`x = null`:                            nil,
		`x = undefined`:                       nil,
		`x = /^_ga(.*)/gi`:                    Regexp{`^_ga(.*)`, "gi"},
		`x = new RegExp('^_ga', 'i')`:         Regexp{`^_ga`, "i"},
		`window.x = window.x || 'set'`:        "set",
		`var x = y = 'twice'`:                 "twice",
		`const days = {year: 365}; x = days.year`:       365.0,
		`const list = ['a']; x = [...list, 'b', , 'c']`: []any{"a", "b", "c"},
		`x = x`:                                          Code{"x", false},
		`const a = b, b = a; x = a`:                      Code{"a", false},
		`x = location.hostname`:                          Code{"location.hostname", false},
		`x = (accepted) => accepted`:                     Code{"(accepted) => { return accepted; }", true},
		"x = `a${location.host}`":                        Code{"`a${location.host}`", false},
		`import en from './en.json'; const x = en.title`: "Cookies",
		`const x: Config = 'typed' as const;`:            "typed",
		"import type { A } from 'a';\nexport interface B {\n  a: A;\n}\nvar x = 1;": 1.0,
	} {
		assert.Equal(t, want, of(t, text), text)
	}
}

func TestObjectsKeepTheirOrder(t *testing.T) {
	o := As[*Object](of(t, `const more = {b: 1, z: {deep: 'yes'}}; const name = 'n'; x = {'c-d': 2, ...more, a() { run() }, [name]: 3, name, b: 4, ...unknown}`))
	require.NotNil(t, o)
	assert.Equal(t, []string{"c-d", "b", "z", "a", "n", "name", "...unknown"}, o.Keys)
	assert.Equal(t, 4.0, o.Number("b"))
	assert.Equal(t, "yes", o.Text("z", "deep"))
	assert.Equal(t, "n", o.Text("name"))
	assert.True(t, As[Code](o.Get("a")).Function)
	assert.Nil(t, o.Get("z", "deep", "none"))
}

func TestCallsAndAssignments(t *testing.T) {
	p, err := Read(`
const cc = initCookieConsent();
cc.run({ a: 1 });
window.CookieConsent.run(config());
(window.tac.job = window.tac.job || []).push('gtag', "youtube");
tac.user.gtagUa = 'G-1';
tac['user'].more = function () { tac.init({}) };
export default { last: true };
module.exports = { old: true };
`, nil)
	require.NoError(t, err)
	var calls, set []string
	for _, c := range p.Calls {
		calls = append(calls, c.Name)
	}
	for _, a := range p.Assignments {
		set = append(set, a.Name)
	}
	assert.Equal(t, []string{"initCookieConsent", "initCookieConsent().run", "CookieConsent.run", "config", "tac.job.push", "tac.init"}, calls)
	assert.Equal(t, []any{"gtag", "youtube"}, p.Calls[4].Args)
	assert.Equal(t, []string{"cc", "tac.job", "tac.user.gtagUa", "tac.user.more", "export", "export"}, set)
}

func TestWhatIsNoJavaScript(t *testing.T) {
	for _, text := range []string{"var = 1", "<p>", "{", "x = 'open", "\x00\xff("} {
		_, err := Read(text, nil)
		assert.Error(t, err, text)
	}
	_, err := ReadJSON([]byte("{a: 1}"))
	assert.Error(t, err)
	v, err := ReadJSON([]byte(`{"a": [1, "\u00e9"]}`))
	require.NoError(t, err)
	assert.Equal(t, []any{1.0, "é"}, As[*Object](v).Get("a"))
}

// Each constant here is twice the one before.
func TestConstantsThatGrow(t *testing.T) {
	text := "const a0 = ['a'];"
	for i := range 60 {
		text += fmt.Sprintf("const a%d = [a%d, a%d];", i+1, i, i)
	}
	assert.NotNil(t, of(t, text+"x = a60"))
}

// Whatever a file has, reading it ends.
func FuzzRead(f *testing.F) {
	for _, text := range []string{"x = {a: [1, 'b', ...c], d() {}}", "const a = b, b = a; a.b()", "`${a}`", `x = '\u{zz}\`} {
		f.Add(text)
	}
	f.Fuzz(func(_ *testing.T, text string) { Read(text, nil) })
}
