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

// The figures are WCAG's own of known pairs, and tell of the same pairs what the check says.
func TestContrasts(t *testing.T) {
	set := [6]string{"#000000", "#ffffff", "#767676", "#949494", "#777777", "white"}
	var got []string
	for _, c := range Contrasts(&set) {
		got = append(got, fmt.Sprintf("%s on %s: %.2f of %.1f, %t", c.Upon, c.Ground, c.Ratio, c.Least, c.Legible))
	}
	assert.Equal(t, []string{"ink on paper: 21.00 of 4.5, true", "soft on paper: 4.54 of 4.5, true", "line on paper: 3.03 of 3.0, true", "onAccent on accent: 0.00 of 4.5, true"}, got)
	assert.Empty(t, TooPale(&set))
	for i, color := range []string{"#767676", "#777777", "#959595"} {
		pale := set
		pale[[]int{0, 2, 3}[i]] = color
		illegible := 0
		for _, c := range Contrasts(&pale) {
			if !c.Legible {
				illegible++
			}
		}
		assert.Equal(t, TooPale(&pale) != "", illegible == 1, color)
	}
}
