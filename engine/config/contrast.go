package config

import "github.com/octroi-consent/octroi/engine/ascii"

// Ratio is that of two colours as "#1c1b1a", from 1 to 21 (WCAG 2.2, "contrast ratio"); 0
// where one is written in another way.
func Ratio(a, b string) float64 {
	x, ok := luminance(a)
	y, okay := luminance(b)
	if !ok || !okay {
		return 0
	}
	if x < y {
		x, y = y, x
	}
	return (x + 0.05) / (y + 0.05)
}

// Mix is a colour with some of another in it: parts of 32.
func Mix(a, b string, parts int) string {
	const digits = "0123456789abcdef"
	mixed := []byte("#")
	for i := 1; i < 7; i += 2 {
		x, _ := ascii.Hex(a[i], a[i+1])
		y, _ := ascii.Hex(b[i], b[i+1])
		c := (int(x)*(32-parts) + int(y)*parts + 16) / 32
		mixed = append(mixed, digits[c>>4], digits[c&15])
	}
	return string(mixed)
}

// Mend moves a colour away from its ground until it has a contrast, and no further: towards black
// or white. One of these has 4.58 at least, whatever the ground.
func Mend(color, ground string, least float64) string {
	end := Farthest(ground, "#000000", "#ffffff")
	mended := color
	for parts := 0; parts <= 32 && Ratio(mended, ground) < least; parts++ {
		mended = Mix(color, end, parts)
	}
	return mended
}

// Farthest is that of two colours which has more contrast on a ground.
func Farthest(ground, a, b string) string {
	if Ratio(a, ground) >= Ratio(b, ground) {
		return a
	}
	return b
}

// IsColourful reports whether a colour is another than a grey, be it a pale one.
func IsColourful(color string) bool {
	if _, ok := luminance(color); !ok {
		return false
	}
	low, high := byte(255), byte(0)
	for i := 1; i < 7; i += 2 {
		c, _ := ascii.Hex(color[i], color[i+1])
		low, high = min(low, c), max(high, c)
	}
	return high-low >= 24
}
