package ascii

import (
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestUnescape(t *testing.T) {
	for text, want := range map[string]string{"": "", "a%20b": "a b", "%7B%22a%22%3atrue%7d": `{"a":true}`, "%": "%", "%4": "%4", "%zz%41": "%zzA", "%C3%A9": "é"} {
		assert.Equal(t, want, Unescape(text), text)
	}
}

func TestHasPrefix(t *testing.T) {
	for _, c := range []struct {
		text, prefix string
		want         bool
	}{
		{text: "", prefix: "", want: true},
		{text: "abc", prefix: "ab", want: true},
		{text: "abc", prefix: "abc", want: true},
		{text: "ab", prefix: "abc"},
		{text: "abc", prefix: "b"},
	} {
		assert.Equal(t, c.want, HasPrefix(c.text, c.prefix), "%q, %q", c.text, c.prefix)
	}
}

func FuzzCut(f *testing.F) {
	f.Add("a://b", "://")
	f.Add("", "")
	f.Fuzz(func(t *testing.T, text, mark string) {
		before, after, found := Cut(text, mark)
		wantBefore, wantAfter, wantFound := strings.Cut(text, mark)
		assert.Equal(t, wantBefore, before)
		assert.Equal(t, wantAfter, after)
		assert.Equal(t, wantFound, found)
	})
}

func TestWord(t *testing.T) {
	for text, want := range map[string][]string{"": nil, " \t\n\r\f": nil, "a": {"a"}, " a  bc\td ": {"a", "bc", "d"}, "a\u00a0b\v": {"a\u00a0b\v"}} {
		var got []string
		for word, rest := Word(text); word != ""; word, rest = Word(rest) {
			got = append(got, word)
		}
		assert.Equal(t, want, got, "%q", text)
	}
}

func TestNumber(t *testing.T) {
	for _, c := range []struct {
		text   string
		most   int
		want   int64
		length int
	}{
		{text: "", most: 5},
		{text: "-1", most: 5},
		{text: "007 days", most: 5, want: 7, length: 3},
		{text: "123456", most: 5, want: 12345, length: 5},
		{text: "999999999999999999", most: 18, want: 999_999_999_999_999_999, length: 18},
	} {
		n, length := Number(c.text, c.most)
		assert.Equal(t, c.want, n, c.text)
		assert.Equal(t, c.length, length, c.text)
	}
}

func TestDigit(t *testing.T) {
	for c := range 256 {
		want, err := strconv.ParseUint(string([]byte{byte(c)}), 16, 8)
		if got := Digit(byte(c)); err != nil {
			assert.GreaterOrEqual(t, got, byte(16), "%q", c)
		} else {
			assert.Equal(t, byte(want), got, "%q", c)
		}
	}
}

func FuzzUnescape(f *testing.F) {
	f.Add("a%20b")
	f.Fuzz(func(t *testing.T, text string) {
		if want, err := url.PathUnescape(text); err == nil {
			assert.Equal(t, want, Unescape(text))
		}
	})
}
