package config

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
)

// Any colour can be had legible on any ground, and one that is legible stays what it is.
func TestMend(t *testing.T) {
	var all []string
	for r := 0; r < 256; r += 51 {
		for g := 0; g < 256; g += 51 {
			for b := 0; b < 256; b += 51 {
				all = append(all, fmt.Sprintf("#%02x%02x%02x", r, g, b))
			}
		}
	}
	for _, ground := range all {
		for _, color := range all {
			for _, least := range []float64{3, 4.5} {
				mended := Mend(color, ground, least)
				if got := Ratio(mended, ground); got < least {
					t.Fatalf("%s on %s becomes %s: %v", color, ground, mended, got)
				}
				if Ratio(color, ground) >= least && mended != color {
					t.Fatalf("%s on %s becomes %s in vain", color, ground, mended)
				}
			}
		}
	}
	assert.InDelta(t, 21, Ratio("#000000", "#FFFFFF"), 1e-3)
	assert.Zero(t, Ratio("", "#ffffff"))
	assert.Equal(t, "#3f3f3f", Mix("#000000", "#7e7e7e", 16))
	assert.Equal(t, "#ff8000", Mix("#ff8000", "#000000", 0))
	for color, want := range map[string]bool{"#ffe0e6": true, "#e2e8f0": false, "#777777": false, "#0b0b12": false, "#39ff14": true, "": false} {
		assert.Equal(t, want, IsColourful(color), color)
	}
}
