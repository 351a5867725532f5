package ascii

import (
	"net/url"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestUnescape(t *testing.T) {
	for text, want := range map[string]string{"": "", "a%20b": "a b", "%7B%22a%22%3atrue%7d": `{"a":true}`, "%": "%", "%4": "%4", "%zz%41": "%zzA", "%C3%A9": "é"} {
		assert.Equal(t, want, Unescape(text), text)
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
