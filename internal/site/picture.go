package site

import (
	"bytes"
	"image"
	"image/draw"
	"image/jpeg"
	"image/png"
)

const (
	pictureWidth  = 960    // a page's text is 768 wide; some screens have more points
	pictureLength = 50_000 // a picture with fewer bytes stays as it is
)

// shrunk is a PNG as pages show it, as a JPEG no wider than they need. A page is to have less than
// 100 KB with its pictures; the repository keeps them as they were taken.
func shrunk(content []byte) ([]byte, error) {
	taken, err := png.Decode(bytes.NewReader(content))
	if err != nil {
		return nil, err
	}
	b := taken.Bounds()
	from := image.NewRGBA(image.Rect(0, 0, b.Dx(), b.Dy()))
	draw.Draw(from, from.Rect, taken, b.Min, draw.Src)
	var out bytes.Buffer
	err = jpeg.Encode(&out, scaled(from, min(pictureWidth, b.Dx())), &jpeg.Options{Quality: 60})
	return out.Bytes(), err
}

// scaled is a picture with another width: each point is the mean of those that it stands for.
func scaled(from *image.RGBA, width int) *image.RGBA {
	w, h := from.Rect.Dx(), from.Rect.Dy()
	to := image.NewRGBA(image.Rect(0, 0, width, h*width/w))
	for y := range to.Rect.Dy() {
		top, bottom := y*w/width, max(y*w/width+1, min(h, (y+1)*w/width))
		for x := range width {
			left, right := x*w/width, (x+1)*w/width
			var sum [4]int
			for v := top; v < bottom; v++ {
				for i := from.PixOffset(left, v); i < from.PixOffset(right, v); i += 4 {
					for c := range sum {
						sum[c] += int(from.Pix[i+c])
					}
				}
			}
			for c := range sum {
				to.Pix[to.PixOffset(x, y)+c] = uint8(sum[c] / ((right - left) * (bottom - top)))
			}
		}
	}
	return to
}
