package consent

import (
	"encoding/base64"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/octroi-consent/octroi/engine/enginetest"
	"github.com/octroi-consent/octroi/engine/packed"
)

// FuzzFromCookies has the engine itself read whatever a header holds. With sealed, it is the bytes
// of two records, divided by "||", which get the checksums that a forger would write.
func FuzzFromCookies(f *testing.F) {
	all := readVectors(f)
	names := slices.Sorted(maps.Keys(all.Declarations))
	declarations := map[string]*Declaration{}
	for name, text := range all.Declarations {
		declarations[name] = parse(f, text)
	}
	for i, v := range all.Vectors {
		site := uint8(slices.Index(names, v.Declaration))
		f.Add(v.Cookie, v.Now, v.GPC, site, false)
		_, value, _ := strings.Cut(v.Cookie, "=")
		if b, err := base64.RawURLEncoding.DecodeString(value); err == nil && len(b) > 4 && i%4 == 0 {
			f.Add(string(b[:len(b)-4])+"||"+string(b[:len(b)-4]), v.Now, !v.GPC, site, true)
		}
	}
	f.Fuzz(func(t *testing.T, cookies string, now int64, gpc bool, site uint8, sealed bool) {
		name := names[int(site)%len(names)]
		d := declarations[name]
		if sealed {
			var pairs []string
			for record := range strings.SplitSeq(cookies, "||") {
				w := packed.Writer{}
				w.Raw(record)
				pairs = append(pairs, d.cfg.Name+"="+w.Encode())
			}
			cookies = strings.Join(pairs[:min(3, len(pairs))], ";")
		}
		assert.Equal(t, enginetest.OnServer(string(all.Declarations[name]), cookies, now, gpc), standing(d.FromCookies(cookies, gpc, time.UnixMilli(now))))
	})
}
