package packed

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestReadsBackWhatWasWritten(t *testing.T) {
	var w Writer
	w.Byte(7)
	w.Uint(0xa1b2c3d4, 4)
	w.Uint(0xa1b2c3, 3)
	numbers := []uint64{0, 1, 127, 128, 1<<28 - 1, 1 << 28, 1<<35 - 1}
	for _, n := range numbers {
		w.Varint(n)
	}
	w.Instant(epoch+90_500, Minutes)
	w.Instant(epoch+90_500, Seconds)
	w.Instant(0, Minutes)
	text := w.Encode()
	r := Decode(text, 7)
	assert.EqualValues(t, 0xa1b2c3d4, r.Uint(4))
	assert.EqualValues(t, 0xa1b2c3, r.Uint(3))
	for _, n := range numbers {
		assert.Equal(t, n, r.Varint())
	}
	assert.EqualValues(t, epoch+60_000, r.Instant(Minutes))
	assert.EqualValues(t, epoch+90_000, r.Instant(Seconds))
	assert.True(t, r.More())
	assert.Zero(t, r.Instant(Minutes))
	assert.False(t, r.More())
	require.False(t, r.Bad)
	assert.Zero(t, r.Byte())
	assert.True(t, r.Bad, "there is no more")
	assert.True(t, Decode(text, 8).Bad, "another version")
}

func TestEveryDamageIsSeen(t *testing.T) {
	var w Writer
	w.Byte(1)
	w.Varint(300)
	text := w.Encode()
	require.False(t, Decode(text, 1).Bad)
	for i := range text {
		assert.True(t, Decode(text[:i], 1).Bad, "truncated to %d", i)
		for _, c := range alphabet + "= ." {
			if byte(c) != text[i] {
				assert.True(t, Decode(text[:i]+string(c)+text[i+1:], 1).Bad, "%q at %d", c, i)
			}
		}
	}
	assert.True(t, Decode(text+"A", 1).Bad)
}

func TestAVarintHasOneForm(t *testing.T) {
	for name, b := range map[string]string{"too long": "\x81\x00", "endless": "\xff\xff\xff\xff\xff\x01", "cut": "\x81"} {
		var w Writer
		w.Byte(1)
		w.Raw(b)
		r := Decode(w.Encode(), 1)
		r.Varint()
		assert.True(t, r.Bad, name)
	}
}
