package jsontext

import (
	"encoding/json"
	"math"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
)

// plain turns a Value into what encoding/json would make of it.
func plain(v *Value) any {
	switch v.Kind {
	case Bool:
		return v.Text == "true"
	case Number:
		return json.Number(v.Text)
	case String:
		return v.Text
	case Array:
		list := []any{}
		for i := range v.Items {
			list = append(list, plain(&v.Items[i]))
		}
		return list
	case Object:
		object := map[string]any{}
		for i, k := range v.Keys {
			object[k] = plain(&v.Items[i])
		}
		return object
	}
	return nil
}

func standard(text string) (v any, err error) {
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	if err = d.Decode(&v); err == nil && d.More() {
		err = assert.AnError
	}
	return v, err
}

var accepted = []string{
	`{}`, `[]`, `null`, `true`, ` [1, -0.5e+3, "é", "\u00e9\ud83d\ude00"] `, `"\"\\\/\b\f\n\r\t"`,
	`{"a":{"b":[{"c":false}]},"d":""}`, `"\ud800"`, `"\u007f\u0080\u07ff\u0800\uffff\udbff\udfff\u0000"`, `"\ud800\u0041"`, `-0`, `1E9`,
}

var refused = []string{
	``, ` `, `{`, `{"a"}`, `{"a":}`, `{"a":1,}`, `[1,]`, `[1 2]`, `.5`, `+1`, `tru`, `"a`, "\"\n\"",
	`"\x"`, `"\u12"`, `{"a":1,"a":2}`, `1 2`, `{a:1}`, `{"a" 1}`, `{"a":1 "b":2}`, strings.Repeat("[", 40) + strings.Repeat("]", 40),
}

func TestParse(t *testing.T) {
	for _, text := range accepted {
		v, err := Parse(text)
		assert.Nil(t, err, text)
		want, _ := standard(text)
		assert.Equal(t, want, plain(v), text)
	}
	for _, text := range refused {
		_, err := Parse(text)
		assert.NotNil(t, err, text)
	}
	v, err := Parse("\ufeff{\"a\":1}")
	assert.Nil(t, err)
	assert.Equal(t, []string{"a"}, v.Keys)
}

func TestErrorsSayWhere(t *testing.T) {
	_, err := Parse(`{"site": {"name": "x" "y"}}`)
	assert.Equal(t, &SyntaxError{22, "a comma or the closing } is missing"}, err)
	_, err = Parse(`{"a":1, "a":2}`)
	assert.Equal(t, 8, err.Offset)
}

func TestQuoteIsReadBack(t *testing.T) {
	for _, s := range []string{"", "plain", "\"\\\x00\x1f\n", "é😀", "</script>"} {
		var got string
		assert.NoError(t, json.Unmarshal([]byte(Fill("%", s)), &got))
		assert.Equal(t, s, got)
	}
}

func TestInt(t *testing.T) {
	for _, n := range []int64{0, 7, -1, 10, 1_795_435_200_000, math.MaxInt64, math.MinInt64} {
		assert.Equal(t, strconv.FormatInt(n, 10), Int(n))
	}
}

func TestPut(t *testing.T) {
	assert.Equal(t, `["a\"",1,"%#"]`, Fill(`[%,#,%]`, `a"`, "1", "%#"))
}

func TestNext(t *testing.T) {
	var w Writer
	w.Byte('[')
	for _, item := range []string{"[", "{", ""} {
		w.Next()
		w.Quote(item)
	}
	w.Next()
	w.Raw(`{`)
	w.Next()
	w.Raw(`"a":[]`)
	w.Next()
	w.Raw(`"b":{}}]`)
	assert.Equal(t, `["[","{","",{"a":[],"b":{}}]`, w.String())
	var bare Writer
	for range 2 {
		bare.Next()
		bare.Raw("1")
	}
	assert.Equal(t, "1,1", bare.String(), "a list whose brackets another writes")
}

// FuzzParse compares with encoding/json wherever the two promise the same: ours
// refuses repeated names, deep nesting and text that is not UTF-8 differently.
func FuzzParse(f *testing.F) {
	for _, text := range append(accepted, refused...) {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		v, err := Parse(text)
		if !utf8.ValidString(text) || strings.HasPrefix(text, "\ufeff") {
			return
		}
		want, standardErr := standard(text)
		if err == nil {
			if standardErr == nil {
				assert.Equal(t, want, plain(v))
			} else {
				assert.Regexp(t, `[0-9+.-]`, text, "only a number's form may be let through")
			}
			return
		}
		if standardErr == nil && !strings.Contains(err.Reason, "second time") && err.Reason != "nested too deep" && err.Reason != "more text after the end" {
			t.Errorf("refused %q: %s", text, err.Reason)
		}
	})
}
