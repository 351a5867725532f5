package wasmtest

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

// endings are attributes of which browsers read some each in its own way.
func endings() (list []string) {
	const past, future = "Thu, 01 Jan 1970 00:00:00 GMT", "Fri, 01 Jan 2038 00:00:00 GMT"
	ages := []string{"+34560000", "34560000", "0", "-0", "+0", "-1", "+-5", "-+5", "", "x", "60x", " 99999999 ", "\t99999999", "0099999999", "1e9", "0x7fffffff", "٣", "é99999999", "-", "--1",
		"99999999999999999999", "9223372036854775808", "4294967296", "4294967297", `"99999999"`, "99999999,1", "=99999999"}
	for _, age := range ages {
		list = append(list, "; Max-Age="+age, "; Max-Age="+age+"; Expires="+future, "; Expires="+past+"; Max-Age="+age, "; Max-Age=0; Max-Age="+age, "; Max-Age=99999999; max-age="+age)
	}
	for _, date := range []string{past, future, "", "foo", "Wed, 1st Sep 2032 00:00:00 GMT", "Thu, 1st Jan 1970", "Wed, 01 Jan 20310 00:00:00 GMT", "01 Jan 10000 00:00:00 GMT", "Fri, 31 Dec 9999 23:59:59 GMT",
		"11/23/2037, 12:00:00 PM", "23/11/2037 12:00:00", "23.11.2037, 12:00:00", "2037-11-23, 12:00:00 p.m.", "2037-11-23T12:00:00.000Z", "1/1/1970", "Tue Nov 23 2037", "23 Nov 127 1:2:3", "30 Feb 2037 1:2:3",
		"23 Nov 2037 24:00:00", "Tue, 23 Nov 2037 12:00 GMT", "Tue, 23 Nov 2037 12:00:00x GMT", "23Nov2037 12:00:00", "Tue, 023 Nov 2037 12:00:00 GMT", "Mar, 23 Nov 2037 12:00:00 +0500", "'Tue, 23 Nov 2037 12:00:00'"} {
		list = append(list, "; Expires="+date, "; Expires="+past+"; Expires="+date, "; expires="+future+"; EXPIRES="+date, "; Max-Age=x; Expires="+date)
	}
	for _, name := range []string{"\tmax-age\t", "max-age\u00a0", "\ufeffmax-age", "x,max-age", "max-age,x", "max-age x", "max-age:"} {
		list = append(list, "; "+name+"=99999999", ";path=/;"+name+"=99999999;max-age="+name)
	}
	return append(list, strings.Repeat("; a=b", 60)+"; max-age=999999999", "; a="+strings.Repeat("x", 9000)+"; max-age=99999999", "; max-age=99999999; a="+strings.Repeat("x", 1025), ";max-age=99999999;max-age="+strings.Repeat("1", 1025))
}

// randomly mixes what cookies are made of.
func randomly(random *rand.Rand, names ...string) string {
	parts := append([]string{"=", ";", ";", ";", " ", "\t", ",", "\"", "é", "\u00a0", "\u0085", "0", "1", "-", "+", "max-age=", "Max-Age=", "MAX-AGE", "expires=", "Expires=", "99999999", "34560000", "Fri, 01 Jan 2038 00:00:00 GMT",
		"Thu, 01 Jan 1970 00:00:00 GMT", "11/23/2037, 12:00:00 PM", "Jan ", "2037 ", "12:00:00 ", "path=/", "path=", "domain=localhost", "domain=", "samesite=lax", "priority=high", "x", "=1;max-age=0", ";max-age=99999999"}, names...)
	text := ""
	for range 1 + random.IntN(9) {
		text += parts[random.IntN(len(parts))]
	}
	return text
}

// assign has the page assign each of them to document.cookie.
func (t *tab) assign(texts []string) {
	t.t.Helper()
	b, err := json.Marshal(texts)
	assert.NoError(t.t, err)
	t.truth(`(JSON.parse(` + string(must(json.Marshal(string(b)))) + `).forEach((text) => { document.cookie = text; }), true)`)
}

func must(b []byte, _ error) []byte { return b }

// Whatever ends a script asks for, and however each browser reads them, what its store
// holds ends as declared.
func TestNoBrowserKeepsACookieBeyondItsEnd(t *testing.T) {
	s := newSite(t)
	declaration := strings.NewReplacer(`"name": "csrf"`, `"name": "csrf*"`, `"name": "basket"`, `"name": "basket*"`).Replace(keeping(""))
	s.keeper("/keep", declaration, "")
	random := rand.New(rand.NewPCG(17, 1))
	attributes := endings()
	fixed := len(attributes)
	for range 400 {
		attributes = append(attributes, ";"+randomly(random))
	}
	const batch = 70 // browsers keep some 150 of one site
	kept := 0
	_, tab := visit(t, s)
	for from := 0; from < len(attributes); from += batch {
		tab.anew().open("/keep")
		var texts []string
		for i := from; i < min(from+batch, len(attributes)); i++ {
			a := attributes[i]
			texts = append(texts, fmt.Sprintf("csrf%d=1%s", i, a), fmt.Sprintf("basket%d=1%s", i, a))
		}
		tab.assign(texts)
		for _, c := range tab.crumbs() {
			var i int
			if n, _ := fmt.Sscanf(c.Name, "csrf%d", &i); n == 1 {
				assert.True(t, c.Session || time.Until(time.UnixMilli(int64(c.Expires*1000))) <= 24*time.Hour+time.Second, "%q: %+v", attributes[i], c)
			} else if n, _ := fmt.Sscanf(c.Name, "basket%d", &i); n == 1 {
				assert.True(t, c.Session, "%q: %+v", attributes[i], c)
			} else {
				assert.Equal(t, "octroi", c.Name, "nothing else came of it")
				continue
			}
			kept++
		}
	}
	t.Logf("%d attributes, %d of them random; %d cookies kept", len(attributes), len(attributes)-fixed, kept)
	assert.Greater(t, kept, 300)
}

// What is taken for an erasure sets nothing: neither what is refused nor the record.
func TestAnErasurePlantsNothing(t *testing.T) {
	paired(t, "webkit")
	s := newSite(t)
	s.keeper("/keep", keeping(`"unknown": "block",`), "")
	_, tab := visit(t, s)
	tab.open("/keep").press("accept")
	granted := tab.jar()["octroi"].Value
	_, tab = visit(t, s)
	tab.open("/keep").press("refuse")
	before := tab.jar()["octroi"]
	assert.NotEqual(t, granted, before.Value)
	var texts []string
	for _, a := range endings() {
		for _, name := range []string{"px", "octroi", "id1\té", "id1,", "=px", " octroi ", "id2"} {
			texts = append(texts, name+"="+granted+a)
		}
		texts = append(texts, "id3"+a, "id3é"+a, "px"+a, "octroi"+a)
	}
	random := rand.New(rand.NewPCG(17, 2))
	for range 2000 {
		texts = append(texts, randomly(random, "px=1", "px", "octroi=", "octroi", "octroi="+granted, "id1"))
	}
	tab.assign(texts)
	after := tab.crumbs()
	if assert.Len(t, after, 1, "%v", after) {
		assert.Equal(t, before, after[0])
	}
	tab.truth(`(async () => {
		const lying = (...answers) => ({ valueOf: () => answers.length > 1 ? answers.shift() : answers[0], toString: () => String(answers.length > 1 ? answers.shift() : answers[0]) });
		const far = Date.now() + 3e10;
		for (const name of ['px', 'octroi', lying('basket', 'px'), lying('basket', 'octroi'), { toString: () => 'px' }]) {
			for (const expires of [0, far, null, undefined, lying(0, far), lying(-1e9, far, far), new Date(far)]) {
				await cookieStore.set({ name, value: lying('1', ` + "`" + granted + "`" + `), expires }).catch(() => {});
				await cookieStore.set({ name, value: '1', expires: 0, maxAge: lying(0, 1e6) }).catch(() => {});
			}
			await cookieStore.set(name, '1').catch(() => {});
			await cookieStore.delete(name).catch(() => {});
			await cookieStore.delete({ name }).catch(() => {});
		}
		return true;
	})()`)
	after = tab.crumbs()
	for _, c := range after {
		if c.Name == "octroi" {
			assert.Equal(t, before, c)
		} else {
			assert.Equal(t, []any{"basket", true}, []any{c.Name, c.Session}, "the first reading is what is judged and set")
		}
	}
	assert.True(t, tab.truth(`!octroi.allows('pixel') && octroi.state().decided`))
}

// Options of the cookie store are read once, each; what is handed on has no other.
func TestTheCookieStoreIsToldOnce(t *testing.T) {
	s := newSite(t)
	s.keeper("/keep", keeping(""), "")
	_, tab := visit(t, s)
	tab.open("/keep")
	tab.truth(expression("cookie_store"))
	jar := tab.jar()
	assert.NotContains(t, jar, "px")
	assert.True(t, jar["basket"].Session)
	if c, set := jar["csrf"]; set {
		assert.WithinDuration(t, time.Now().Add(12*time.Hour), time.UnixMilli(int64(c.Expires*1000)), time.Minute)
		assert.True(t, jar["lang"].Session)
	}
}

// A script on another host of the site can set a cookie for all of them.
func TestARecordOfAnotherHostGrantsNothing(t *testing.T) {
	sampled(t, "the engine in Go decides")
	s := newSite(t)
	s.keeper("/keep", keeping(""), "")
	s.raw("/bare", "text/html", func() string { return `<!doctype html><html lang="en"><body></body>` })
	host := func(name string) string { return strings.Replace(s.URL, "localhost", name+".shop.localhost", 1) }
	_, tab := visit(t, s)
	tab.away(host("www") + "/keep").press("accept")
	var granted string
	tab.eval(`document.cookie.match(/octroi=([^;]+)/)[1]`, &granted)
	for i, lost := range []string{"", "try { localStorage.clear(); } catch {}", "Object.defineProperty(Storage.prototype, 'getItem', { value() { throw 1; } })"} {
		if running != "chromium" && i > 0 && i != slices.Index(engines, running) {
			continue // how a browser keeps cookies does not depend on how a page has lost its storage
		}
		v, tab := visit(t, s)
		evil := v.tab().away(host("evil") + "/bare")
		evil.truth(`(document.cookie = 'octroi=` + granted + `;domain=shop.localhost;path=/;max-age=9999999', /octroi/.test(document.cookie))`)
		if lost != "" {
			tab.before(lost)
		}
		tab.away(host("www") + "/keep")
		assert.True(t, tab.truth(`document.cookie.includes('octroi=`+granted+`')`), "it is there")
		assert.True(t, tab.truth(`!octroi.allows('pixel') && !octroi.state().decided`), lost)
		tab.press("refuse")
		for range 2 {
			tab.away(host("www") + "/keep")
			assert.True(t, tab.truth(`!octroi.allows('pixel') && octroi.state().decided`), lost)
		}
		tab.truth(`octroi.acceptAll(), true`)
		tab.away(host("www") + "/keep")
		assert.True(t, tab.truth(`octroi.allows('pixel')`), lost)
	}
}
