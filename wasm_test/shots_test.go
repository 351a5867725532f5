package wasmtest

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"os"
	"testing"

	"github.com/stretchr/testify/require"
)

// quarter is a picture at a quarter of its width and height: each of its pixels is the mean of sixteen.
func quarter(from image.Image) image.Image {
	const by = 4
	size := from.Bounds().Size().Div(by)
	to := image.NewRGBA(image.Rectangle{Max: size})
	for y := range size.Y {
		for x := range size.X {
			var r, g, b uint32
			for i := range by * by {
				red, green, blue, _ := from.At(from.Bounds().Min.X+x*by+i%by, from.Bounds().Min.Y+y*by+i/by).RGBA()
				r, g, b = r+red>>8, g+green>>8, b+blue>>8
			}
			to.SetRGBA(x, y, color.RGBA{uint8(r / by / by), uint8(g / by / by), uint8(b / by / by), 255})
		}
	}
	return to
}

// writeSheet puts rows of pictures below each other, in one.
func writeSheet(t *testing.T, path string, rows [][]image.Image) {
	t.Helper()
	const gap = 8
	var size image.Point
	for _, row := range rows {
		width, height := gap, 0
		for _, one := range row {
			width += one.Bounds().Dx() + gap
			height = max(height, one.Bounds().Dy())
		}
		size = image.Pt(max(size.X, width), size.Y+height+gap)
	}
	to := image.NewRGBA(image.Rectangle{Max: size})
	draw.Draw(to, to.Bounds(), image.NewUniform(color.RGBA{0x66, 0x88, 0xaa, 255}), image.Point{}, draw.Src)
	y := 0
	for _, row := range rows {
		x, height := gap, 0
		for _, one := range row {
			draw.Draw(to, one.Bounds().Add(image.Pt(x, y)), one, image.Point{}, draw.Src)
			x += one.Bounds().Dx() + gap
			height = max(height, one.Bounds().Dy())
		}
		y += height + gap
	}
	var b bytes.Buffer
	require.NoError(t, png.Encode(&b, to))
	require.NoError(t, os.WriteFile(path, b.Bytes(), 0o666))
}

// Pictures of each state, for somebody to look at: ./build.sh shots. A sheet shows one state: a row for
// each language, in it each screen in light, then in dark. The themes have sheets of their own.
func TestShots(t *testing.T) {
	if os.Getenv("OCTROI_SHOTS") == "" {
		t.Skip("pictures are drawn by ./build.sh shots")
	}
	only(t, "media features are emulated over DevTools", "chromium")
	require.NoError(t, os.MkdirAll("../shots", 0o777))
	s := newSite(t)
	_, tab := visit(t, s)
	sizes := [][2]int64{{360, 640}, {390, 844}, {768, 1024}, {1440, 900}}
	sheets := map[string][][]image.Image{}
	row := func(sheet, name, look string) {
		var pictures []image.Image
		for _, light := range []string{"light", "dark"} {
			tab.media("prefers-color-scheme", light)
			for _, size := range sizes {
				tab.size(size[0], size[1], size[0] < 1000)
				// A layer follows the size, and what comes by a transition has come.
				tab.truth(`new Promise((done) => requestAnimationFrame(() => { ` + look + `; requestAnimationFrame(() => setTimeout(() => done(true), 150)) }))`)
				shot, err := tab.pane.picture()
				require.NoError(t, err)
				require.NoError(t, os.WriteFile(fmt.Sprintf("../shots/%s-%s-%dx%d-%s.png", sheet, name, size[0], size[1], light), shot, 0o666))
				picture, err := png.Decode(bytes.NewReader(shot))
				require.NoError(t, err)
				pictures = append(pictures, quarter(picture))
			}
		}
		sheets[sheet] = append(sheets[sheet], pictures)
	}
	for _, lang := range []string{"en", "fr", "de", "ar", "ja"} {
		tab.everyState(face{lang, "corner", "neutral"}, func(state, look string) { row(state, lang, look) })
		for _, layout := range []string{"bar", "dialog"} {
			tab.anew().open(s.showAll(t, face{lang, layout, "neutral"}))
			tab.until(`document.querySelector('dialog.octroi-ask[open]')?.lang === '` + lang + `'`)
			row("ask-"+layout, lang, "")
		}
	}
	for _, theme := range []string{"editorial", "contrast"} {
		tab.everyState(face{"en", "corner", theme}, func(state, look string) { row("theme-"+theme, state, look) })
	}
	tab.media("", "")
	for name, rows := range sheets {
		writeSheet(t, "../shots/sheet-"+name+".png", rows)
	}
}
