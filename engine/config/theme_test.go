package config

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestLuminance(t *testing.T) {
	for n := range 256 {
		got, ok := luminance(fmt.Sprintf("#%02x%02X%02x", n, n, n))
		assert.True(t, ok)
		v := float64(n) / 255
		want := v / 12.92
		if v > 0.04045 {
			want = math.Pow((v+0.055)/1.055, 2.4)
		}
		assert.InDelta(t, want, got, 1e-4, "%d", n)
	}
	for _, bad := range []string{"", "#fff", "red", "#gggggg", "#1234567", "1234567"} {
		_, ok := luminance(bad)
		assert.False(t, ok, bad)
	}
}

// Every finished theme is legible, by day and by night.
func TestThemesAreLegible(t *testing.T) {
	for _, name := range []string{"neutral", "editorial", "contrast", "plain"} {
		c, faults := Parse(strings.Replace(right, `"site"`, `"theme": {"name": "`+name+`"}, "site"`, 1))
		assert.Empty(t, faults, name)
		assert.Equal(t, name, c.Theme.Name)
	}
}
