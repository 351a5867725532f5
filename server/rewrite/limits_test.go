package rewrite

import (
	"io"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// endless gives the same text again and again.
type endless struct {
	begin, text string
	left, at    int
}

func (e *endless) Read(b []byte) (n int, err error) {
	if e.left <= 0 {
		return 0, io.EOF
	}
	if e.begin != "" {
		n = copy(b, e.begin)
		e.begin = e.begin[n:]
		e.left -= n
		return n, nil
	}
	for n < len(b) && n < e.left {
		m := copy(b[n:min(len(b), e.left)], e.text[e.at:])
		e.at = (e.at + m) % len(e.text)
		n += m
	}
	e.left -= n
	return n, nil
}

// peak notes how much memory is in use while it is written to.
type peak struct{ bytes, next, most int }

func (p *peak) Write(b []byte) (int, error) {
	p.bytes += len(b)
	if p.bytes >= p.next {
		p.next += 4 << 20
		var now runtime.MemStats
		runtime.ReadMemStats(&now)
		p.most = max(p.most, int(now.HeapAlloc))
	}
	return len(b), nil
}

const page = `<div class="card"><h2>Title</h2><p>Some text that is read &amp; goes on for a while, as texts do.</p><a href="/more">More</a>
<img src="/a.png" alt="A"><script src="https://stats.example/t.js"></script><style>a{b:url(https://stats.example/a)}</style><script>let a = 1</script></div>
`

// However long a document is, and whatever in it, it takes little memory.
func TestLongDocuments(t *testing.T) {
	r := rewriter(t, "", Options{})
	data := strings.Repeat("QUJDREVG", 100)
	for name, c := range map[string]*endless{
		"a page of 100 MB":  {begin: page, text: string(plainPage()), left: 100 << 20},
		"a text":            {text: "text ", left: 20 << 20},
		"a picture":         {begin: `<img src="data:image/png;base64,`, text: data, left: 20 << 20},
		"a frame":           {begin: `<iframe src="data:text/html;base64,`, text: data, left: 20 << 20},
		"an attribute":      {begin: `<p title=`, text: data, left: 20 << 20},
		"attributes":        {begin: `<img `, text: "a b=c src=//stats.example/ ", left: 20 << 20},
		"a name":            {begin: `<`, text: "abc", left: 20 << 20},
		"an end tag":        {begin: `</p `, text: "a=b ", left: 20 << 20},
		"a comment":         {begin: `<!--`, text: "- <img src=//stats.example/> --", left: 20 << 20},
		"a doctype":         {begin: `<!doctype `, text: "a", left: 20 << 20},
		"a script":          {begin: `<script>`, text: "_track(1) ", left: 20 << 20},
		"a style":           {begin: `<style>`, text: "a{b:url(//stats.example/x)} /* */ ", left: 20 << 20},
		"a font in a style": {begin: `<style>@font-face{src:url(data:font/woff2;base64,`, text: data, left: 20 << 20},
		"a string":          {begin: `<style>a{content:"`, text: data, left: 20 << 20},
		"brackets":          {begin: `<style>`, text: "([{", left: 20 << 20},
		"a style of SVG":    {begin: `<svg><style>`, text: "a{b:url(//stats.example/x)} ", left: 20 << 20},
		"a section":         {begin: `<svg><![CDATA[`, text: "]] ", left: 20 << 20},
		"a noscript":        {begin: `<noscript>`, text: `<p>a<img src=//stats.example/>`, left: 20 << 20},
		"elements":          {text: "<b><i>", left: 2 << 20},
		"elements of SVG":   {begin: "<svg>", text: "<g>", left: 2 << 20},
		"formatting":        {text: "<p><font color=a><font color=b></p>", left: 2 << 20},
		"selects":           {text: "<select><optgroup><option>a<svg><g></select>", left: 5 << 20},
	} {
		t.Run(name, func(t *testing.T) {
			if os.Getenv("OCTROI_WHOLE") == "" {
				c.left = max(2<<20, c.left/8)
			}
			runtime.GC()
			var before runtime.MemStats
			runtime.ReadMemStats(&before)
			p := &peak{}
			start, size := time.Now(), c.left
			require.NoError(t, r.Rewrite(p, c, here))
			t.Logf("%.0f MB/s, %.1f MB", float64(size)/(1<<20)/time.Since(start).Seconds(), float64(p.most-int(before.HeapAlloc))/(1<<20))
			assert.Less(t, p.most-int(before.HeapAlloc), 40<<20)
			assert.Less(t, time.Since(start), 20*time.Second, "nothing is gone through again and again")
		})
	}
}

// What is too long to be read whole is held where it cannot be judged.
func TestWhatIsTooLong(t *testing.T) {
	r := rewriter(t, "", Options{})
	long := strings.Repeat("x", maxTag+10)
	for _, c := range []struct{ in, want string }{
		{`<img alt="LONG" src="https://stats.example/i">`, `<img alt="LONG" data-octroi="stats" data-src="https://stats.example/i">`},
		{`<img src="https://stats.example/i" alt=LONG srcset=/own>`, `<img data-octroi="stats" data-src="https://stats.example/i" alt=LONG data-srcset=/own>`},
		{`<img src="https://stats.example/LONG" alt="a">`, `<img data-octroi="stats" data-src="https://stats.example/LONG" alt="a">`},
		{`<img src="data:image/png,LONG" srcset='/own'>`, `<img src="data:image/png,LONG" data-octroi data-octroi-unknown data-srcset='/own'>`},
		{`<img src="data:image/png,LONG"><img src=//stats.example/>`, `<img src="data:image/png,LONG"><img data-octroi="stats" data-src=//stats.example/>`},
		{`<iframe src="data:text/html,LONG"></iframe>`, `<iframe data-octroi data-octroi-unknown data-src="data:text/html,LONG"></iframe>`},
		{`<iframe srcdoc='LONG'><img src=//stats.example/></iframe><p>`, `<iframe data-octroi data-octroi-unknown data-srcdoc='LONG'><img src=//stats.example/></iframe><p>`},
		{`<p style="a:LONG"><img src=//stats.example/>`, `<p data-octroi data-octroi-unknown data-octroi-style="a:LONG"><img data-octroi="stats" data-src=//stats.example/>`},
		{`<div data-json="LONG" id=a>`, ""},
		{`<script data-a="LONG" src="/own.js">fbq(</script><p>`, `<script type="text/plain" data-octroi data-octroi-unknown data-a="LONG" data-src="/own.js">fbq(</script><p>`},
		{`<svg a="LONG"/><style><img src=//stats.example/></style>`, ""},
		{`<svg><image a="LONG" href="//stats.example/"/></svg>`, `<svg><image a="LONG" data-octroi="stats" data-href="//stats.example/"/></svg>`},
		{`</p a="LONG"><img src=//stats.example/>`, `</p a="LONG"><img data-octroi="stats" data-src=//stats.example/>`},
		{`<script>LONG;fbq(1)</script>`, `<script type="text/plain" data-octroi="stats pixel">LONG;fbq(1)</script>`},
		{`<script type="text/x">LONG;fbq(1)</script>`, ""},
		{`<style>a{b:url(data:x,LONG)} c{d:url(//stats.example/)}</style>`, `<style>a{b:url(data:x,LONG)} c{d:url(about:invalid#octroi-%2F%2Fstats.example%2F)}</style>`},
		{`<style>a{b:url("data:x,LONG")} c{d:url("//stats.example/LONG")}</style>`, `<style>a{b:url("data:x,LONG")} c{d:url("about:invalid#octroi-")}</style>`},
		{`<style>a{b:url(//stats.example/LONG)} c{d:url(/own)}</style>`, `<style>a{b:url("about:invalid#octroi-")} c{d:url(/own)}</style>`},
		{`<style>@import "data:text/css,LONG";a{b:url(/own)}</style>`, `<style>@import "about:invalid#octroi-";a{b:url(/own)}</style>`},
		{`<style>/*LONG*/ c{d:url(//stats.example/)}</style>`, `<style>/*LONG*/ c{d:url(about:invalid#octroi-%2F%2Fstats.example%2F)}</style>`},
		{`<style>a{content:"LONG"} c{d:url(//stats.example/)}</style>`, `<style>a{content:"LONG"} c{d:url(about:invalid#octroi-%2F%2Fstats.example%2F)}</style>`},
	} {
		want := c.want
		if want == "" {
			want = c.in
		}
		got := r.parts(t, strings.ReplaceAll(c.in, "LONG", long), 100_000)
		assert.True(t, got == r.text(t, strings.ReplaceAll(c.in, "LONG", long), here), "in parts it is another: %s", c.in)
		assert.Equal(t, want, strings.ReplaceAll(got, long, "LONG"))
	}
}

// Of what is deeper than any document is, nothing is markup.
func TestTooDeep(t *testing.T) {
	r := rewriter(t, "", Options{})
	got := r.text(t, strings.Repeat("<div>", deepest)+`<img src=//stats.example/>`, here)
	assert.True(t, strings.HasSuffix(got, "&lt;div>&lt;img src=//stats.example/>"), got[len(got)-200:])
}
