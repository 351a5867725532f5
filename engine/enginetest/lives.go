package enginetest

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/octroi-consent/octroi/engine"
	"github.com/octroi-consent/octroi/engine/cookie"
)

const month = 30 * day

// ends is when a cookie of the jar ends.
func (p play) ends(name string) time.Time {
	p.Helper()
	p.Contains(p.Cookies, name)
	return p.Cookies[name].Ends
}

// report is what octroi.report() returns.
func (t *Tab) report() (r struct{ Survivors, Unreachable, Undeclared []string }) {
	if err := json.Unmarshal([]byte(t.Reply("report")), &r); err != nil {
		panic(err)
	}
	return r
}

const (
	forever = ";path=/;max-age=999999999"
	matomo  = `{"name": "_pk_*", "life": "13 months"}`
)

// counter counts the events that a machine handles.
type counter struct {
	Machine
	events int
}

func (c *counter) Handle(e engine.Event) []engine.Effect {
	c.events++
	return c.Machine.Handle(e)
}

// lives are the tables of what is kept, and for how long.
var lives = []behaviour{
	{"what is not granted is refused, what is essential or unknown is not", func(p play) { // R1.01
		tab := p.open()
		for _, text := range []string{"_ga=1", "_ga_X=1;max-age=5", " _fbp = 1 ; path=/", "_pk_id", "_pk_=", "=_ga=1", "octroi=AgEA", "=octroi=AgEA", "octroi=;path=/x", "octroi=;max-age=-1", " octroi = ;expires=Thu, 01 Jan 1970 00:00:00 GMT",
			"_ga=1;max-age=0;max-age=+34560000", "_ga=1;max-age=0;max-age=x", "_ga=1;expires=Thu, 01 Jan 1970 00:00:00 GMT;expires=foo", "_ga=1;expires=Thu, 1st Jan 1970 00:00:00 GMT", "octroi=AgEA;max-age=0;max-age=+34560000"} {
			_, let := tab.Verdict(0, text)
			p.False(let && !strings.HasPrefix(text, "_pk_id"), text) // "_pk_id" is a value without a name
		}
		for _, key := range []string{"pk:1", "octroi"} {
			_, let := tab.Verdict(1, key)
			p.False(let, key)
		}
		for _, text := range []string{"basket=1", "lang=fr", "_g=1"} {
			got, let := tab.Verdict(0, text)
			p.True(let, text)
			p.Equal(text, got, "byte for byte")
		}
		p.True(tab.Write(1, "own"))
		tab.Act("accept")
		p.True(tab.Write(0, "_ga=1"))
		p.True(tab.Write(1, "pk:1"))
		tab.Page("refuse")
		p.False(tab.Write(0, "_ga=1"))
		p.False(tab.Write(1, "pk:1"))
		p.NotContains(p.Cookies, "_ga")
	}},
	{"what browsers ignore is passed over, erasing is never refused, and written anew", func(p play) {
		tab := p.open()
		for text, want := range map[string]string{
			"lang=\x00fr": "", "lang=fr\n": "", "": "", " ; path=/": "", "lang=" + strings.Repeat("x", 4093): "",
			"lang=" + strings.Repeat("x", 4092): "lang=" + strings.Repeat("x", 4092), "lang=\xff\xfe": "lang=\xff\xfe",
			"_ga=1;max-age=0": "_ga=;Max-Age=0", " _ga =; expires=Thu, 01 Jan 1970 00:00:00 GMT; path=/x;secure": "_ga=;Max-Age=0; path=/x;secure",
			"_ga=1;max-age=x;MAX-AGE=-1;max-age\u00a0=9;max-age=0": "_ga=;Max-Age=0",
			"_g\ta=1;max-age=0": "_g\ta=;Max-Age=0", // unknown, so open
		} {
			got, let := tab.Verdict(0, text)
			p.Equal(want, got, "%q", text)
			p.Equal(want != "", let, "%q", text)
		}
		tab = p.open(`"site"`, `"unknown": "block", "site"`)
		for text, want := range map[string]bool{"id1\té=1;max-age=0": false, "id1é=1;max-age=0": false, "id1,=1;max-age=0": false, "id1=é;max-age=0": true} {
			_, let := tab.Verdict(0, text)
			p.Equal(want, let, "%q: what a browser may read as no erasure is none", text)
		}
	}},
	{"an end that browsers read each in its own way is the shortest", func(p play) {
		tab := p.open()
		tab.Act("accept")
		for text, want := range map[string]string{
			"basket=1;max-age=+34560000":                              "basket=1",
			"basket=1;max-age=60":                                     "basket=1",
			"basket=1;expires=Wed, 01 Jan 20310 00:00:00 GMT;path=/":  "basket=1;path=/",
			"basket=1; Expires=11/23/2027, 12:00:00 PM; secure":       "basket=1; secure",
			"_pk_1=1;max-age=+34560000":                               "_pk_1=1",
			"_pk_1=1;Expires=Wed, 1st Sep 2032 00:00:00 GMT":          "_pk_1=1",
			"_pk_1=1;Expires=Thu, 1st Jan 1970 00:00:00 GMT":          "_pk_1=1",
			"_pk_1=1;max-age=60;max-age":                              "_pk_1=1",
			"_pk_1=1;max-age=60;path=/;" + strings.Repeat("x;", 99):   "_pk_1=1;Max-Age=60;path=/",
			"_pk_1=1;path=/;x=expires":                                "_pk_1=1;path=/",
			"_pk_1=1;expires=Mon, 23 Nov 2026 12:00:31 GMT;path=/":    "_pk_1=;Max-Age=0;path=/",
			"_pk_1=1;expires=Mon, 23 Nov 2026 12:00:32 GMT;path=/a/b": "_pk_1=1;Max-Age=1;path=/a/b",
			"_pk_1=1;path=/;x=y;domain=.example.org;odd":              "_pk_1=1;path=/;x=y;domain=.example.org;odd",
		} {
			got, let := tab.Verdict(0, text)
			p.True(let, text)
			p.Equal(want, got, text)
		}
	}},
	{"an address is asked for where its service is open", func(p play) {
		declared := []string{`"purpose": "Measures ads.",`, `"purpose": "Measures ads.", "urls": ["https://meta.example/tr", "/own-pixel"],`}
		calls := func(tab *Tab, address, own string) string {
			ids, open := tab.Machine.Access(address, own != "", tab.Now.UnixMilli())
			if open {
				return "let"
			}
			return "held by " + ids
		}
		tab := p.open(declared...)
		p.Equal("held by pixel", calls(tab, "https://meta.example/tr?x", ""))
		p.Equal("held by pixel", calls(tab, "https://shop.example.org/own-pixel", "1"))
		p.Equal("let", calls(tab, "https://shop.example.org/other", "1"))
		p.Equal("let", calls(tab, "https://api.example/x", ""))
		p.Equal("let", calls(tab, "data:,x", ""))
		p.Equal("let", calls(tab, "", ""), "what is no address is unknown")
		_, let := tab.Verdict(0, "_fbp=1")
		p.False(let)
		p.Contains(tab.Reply("report"), `"held":[{"what":"https://meta.example/tr?x","ids":"pixel","rule":"https://meta.example/tr"},`+
			`{"what":"https://shop.example.org/own-pixel","ids":"pixel","rule":"/own-pixel"},{"what":"_fbp","ids":"pixel","rule":"_fbp"}]`, "with the rule that holds it")
		tab.Act("accept")
		p.Equal("let", calls(tab, "https://meta.example/tr?x", ""))
		p.Pass(Noon.AddDate(0, 3, 0).Sub(Noon))
		p.Equal("held by pixel", calls(tab, "https://meta.example/tr?x", ""))
		p.Contains(tab.Reply("report"), `"hosts":["api.example"]`)
		tab = p.open(append(declared, `"site"`, `"unknown": "block", "site"`)...)
		p.Equal("held by ", calls(tab, "https://api.example/x", ""))
		p.Equal("let", calls(tab, "https://shop.example.org/other", "1"))
		tab = p.open(append(declared, `"90 days"}`, `"90 moons"}`)...)
		p.Equal("held by pixel", calls(tab, "https://meta.example/tr?x", ""), "with a faulty declaration too")
	}},
	{"unknown things can be refused", func(p play) {
		tab := p.open(`"site"`, `"unknown": "block", "site"`)
		p.Cookies["waf"] = Cookie{Value: "x"}
		p.False(tab.Write(0, "lang=fr"))
		p.False(tab.Write(1, "own"))
		p.True(tab.Write(0, "basket=1"))
		tab.Look()
		p.Contains(p.Cookies, "waf", "what a script did not write is the server's")
		p.Equal([]string{"waf"}, tab.report().Undeclared)
	}},
	{"a life is cut to what was declared, and the rest stays as it was", func(p play) {
		tab := p.open(`"_pk_*", "life": "13 months"`, `"_pk_*", "life": "2 hours", "onEnd": "renew"`)
		tab.Act("accept")
		exact := "_pk_1=a;path=/;max-age=7200"
		got, let := tab.Verdict(0, exact)
		p.True(let)
		p.Equal("_pk_1=a;Max-Age=7200;path=/", got, "who asks for no more than was declared")
		for text, want := range map[string]string{
			exact:                                   "_pk_1=a;Max-Age=7169;path=/",
			"_pk_1=a":                               "_pk_1=a",
			"_pk_1=a;Max-Age=999999999999999999999": "_pk_1=a;Max-Age=7169",
			"_pk_1=a=b ;x; path=/; EXPIRES=Fri, 01 Jan 2038 00:00:00 GMT ; domain=.x.org;Secure": "_pk_1=a=b ;Max-Age=7169; path=/; domain=.x.org;Secure",
			"_pk_1=a;max-age=9999;expires=Fri, 01 Jan 2021 00:00:00 GMT":                         "_pk_1=a;Max-Age=7169",
			"_pk_1=a;max-age=60;expires=Fri, 01 Jan 2038 00:00:00 GMT":                           "_pk_1=a;Max-Age=60",
			"_pk_1=a;max-age=60;max-age=99999":                                                   "_pk_1=a;Max-Age=7169",
			"_pk_1=a;max-age=99999;max-age=60":                                                   "_pk_1=a;Max-Age=60",
			"_pk_1=a;max-age=;expires=soon":                                                      "_pk_1=a",
			"_pk_1=a;max-age=99999;max-age=x":                                                    "_pk_1=a",
			"_pk_1=\xff é\t;max-age=99999;PARTITIONED;\xff":                                      "_pk_1=\xff é\t;Max-Age=7169;PARTITIONED",
		} {
			got, let := tab.Verdict(0, text)
			p.True(let, text)
			p.Equal(want, got)
		}
	}},
	{"thirteen calendar months from the first setting, however often it is set again", func(p play) { // R1.53
		tab := p.open(`"audience", "label"`, `"audience", "renewAfter": "13 months", "label"`)
		tab.Act("accept")
		p.True(tab.Write(0, "_pk_id=1"+forever))
		first := Noon.Truncate(time.Minute)
		end := first.AddDate(0, 13, 0)
		p.WithinDuration(end, p.ends("_pk_id"), time.Minute)
		for p.Now.Before(end.Add(-7 * day)) {
			p.Pass(7 * day)
			tab = p.reload(tab, `"audience", "label"`, `"audience", "renewAfter": "13 months", "label"`)
			p.True(tab.Write(0, "_pk_id=1"+forever))
			p.WithinDuration(end, p.ends("_pk_id"), time.Second, "not prolonged on %s", p.Now)
		}
	}},
	{"at its end it is erased, and its category alone is asked for again", func(p play) {
		tab := p.open(matomo, `{"name": "_pk_*", "life": "30 days"}`)
		tab.Act("accept")
		p.True(tab.Write(0, "_pk_id=1"+forever))
		p.True(tab.Write(0, "_pk_ses=1")) // without an end of its own
		p.True(tab.Write(0, "_ga=1"+forever))
		p.Pass(30*day - time.Minute)
		p.Contains(p.Cookies, "_pk_ses")
		p.Empty(tab.Layer)
		p.Pass(time.Minute)
		p.NotContains(p.Cookies, "_pk_ses", "the timer was set for it")
		p.Contains(p.Cookies, "_ga")
		p.Equal("ask", tab.Layer)
		p.Equal("ended", tab.State().Categories["audience"].Ask)
		p.Contains(tab.Tree, "Something ended.")
		p.NotContains(tab.Tree, `"Ads"`)
		p.allows(tab, opened)
		p.False(tab.Write(0, "_pk_id=2"+forever), "no new life without an answer")
		tab = p.reload(tab, matomo, `{"name": "_pk_*", "life": "30 days"}`)
		p.Empty(tab.Layer, "nobody wants one on this page")
		p.False(tab.Write(0, "_pk_id=2"+forever))
		p.Equal("ask", tab.Layer)
		tab.Act("accept")
		p.True(tab.Write(0, "_pk_id=3"+forever))
		p.WithinDuration(p.Now.Add(30*day), p.ends("_pk_id"), time.Minute, "a new life")
		p.Pass(day)
		tab = p.reload(tab, matomo, `{"name": "_pk_*", "life": "30 days"}`)
		p.True(tab.Write(0, "_pk_id=3"+forever))
		p.WithinDuration(p.Now.Add(29*day), p.ends("_pk_id"), time.Minute, "which is not prolonged either")
	}},
	{"a refusal at the end of a life", func(p play) {
		tab := p.open(matomo, `{"name": "_pk_*", "life": "30 days"}`)
		tab.Act("accept")
		p.True(tab.Write(0, "_pk_id=1"+forever))
		p.Pass(31 * day)
		p.False(tab.Write(0, "_pk_id=2"+forever))
		tab.Act("refuse")
		p.allows(tab, "essential ads display pixel basket")
		p.Empty(tab.Layer)
	}},
	{"where the declaration renews, a new life begins by itself", func(p play) {
		tab := p.open(matomo, `{"name": "_pk_*", "life": "30 minutes", "onEnd": "renew"}`)
		tab.Act("accept")
		p.True(tab.Write(0, "_pk_ses=1;max-age=1800"))
		p.Pass(20 * time.Minute)
		p.True(tab.Write(0, "_pk_ses=1;max-age=1800"))
		p.WithinDuration(Noon.Add(30*time.Minute), p.ends("_pk_ses"), time.Second)
		p.Pass(10 * time.Minute)
		p.NotContains(p.Header(), "_pk_ses")
		p.True(tab.Write(0, "_pk_ses=2;max-age=1800"))
		p.WithinDuration(Noon.Add(60*time.Minute), p.ends("_pk_ses"), time.Second)
		p.Empty(tab.Layer)
	}},
	{"essential cookies end as well, and begin anew", func(p play) {
		tab := p.open(`"basket", "life": "session"`, `"basket", "life": "30 days"`)
		p.True(tab.Write(0, "basket=1;max-age=99999999"))
		p.WithinDuration(Noon.Add(30*day), p.ends("basket"), time.Minute)
		p.Pass(20 * day)
		p.True(tab.Write(0, "basket=1"))
		p.Pass(10 * day)
		p.NotContains(p.Cookies, "basket")
		p.True(tab.Write(0, "basket=2"))
		p.False(tab.State().Decided)
	}},
	{"the last second of a life", func(p play) {
		tab := p.open(matomo, `{"name": "_pk_*", "life": "30 minutes", "onEnd": "renew"}`)
		tab.Act("accept")
		p.True(tab.Write(0, "_pk_ses=1;max-age=1800"))
		p.Pass(30*time.Minute - 500*time.Millisecond)
		p.True(tab.Write(0, "_pk_ses=1;max-age=99999"))
		p.WithinDuration(p.Now.Add(30*time.Minute), p.ends("_pk_ses"), time.Second, "is the first of the next")
	}},
	{"a new name costs one reading of the stores, and one writing", func(p play) {
		tab := p.open()
		tab.Act("accept")
		p.True(tab.Write(0, "_pk_1=1"+forever))
		asked := &counter{Machine: tab.Machine}
		tab.Machine = asked
		written := tab.Written
		p.True(tab.Write(0, "_pk_2=1"+forever))
		p.Equal([]int{3, 1}, []int{asked.events, tab.Written - written})
		p.True(tab.Write(0, "_pk_2=2"+forever))
		p.Equal([]int{4, 1}, []int{asked.events, tab.Written - written})
		p.Pass(day)
		other := p.open()
		p.True(other.Write(0, "_pk_2=1"+forever))
		p.WithinDuration(Noon.AddDate(0, 13, 0), p.ends("_pk_2"), time.Minute, "it is in the store")
	}},
	{"the end of a new name is waited for", func(p play) {
		tab := p.open(matomo, `{"name": "_pk_*", "life": "30 days"}`)
		tab.Act("accept")
		p.True(tab.Write(0, "_pk_1=1"+forever))
		p.Pass(day)
		p.True(tab.Write(1, "pk:1"))
		p.True(tab.Write(0, "_pk_2=1"))
		p.Pass(30 * day)
		p.NotContains(p.Cookies, "_pk_2")
	}},
	{"keys of storage end too, and unknown things", func(p play) {
		tab := p.open(`"pk:*", "life": "session"`, `"pk:*", "life": "30 days"`)
		tab.Act("accept")
		p.True(tab.Write(1, "pk:1"))
		p.True(tab.Write(1, "own"))
		p.True(tab.Write(0, "lang=fr"+forever))
		p.WithinDuration(Noon.AddDate(0, 13, 0), p.ends("lang"), time.Minute)
		p.Pass(29 * day)
		p.True(tab.Write(1, "pk:1"))
		p.Pass(day)
		p.NotContains(p.Storage, "pk:1")
		p.Contains(p.Storage, "own")
		p.False(tab.Write(1, "pk:1"))
		p.Pass(13 * month)
		p.NotContains(p.Storage, "own")
		p.True(tab.Write(1, "own"))
	}},
	{"the site's own limit is for all", func(p play) {
		tab := p.open(`"site"`, `"lifetimes": {"max": "60 days"}, "site"`, `"13 months"}`, `"10 days"}`, `"_fbp", "life": "90 days"`, `"_fbp"`)
		tab.Act("accept")
		p.True(tab.Write(0, "lang=fr"+forever))
		p.True(tab.Write(0, "_fbp=1"+forever))
		p.WithinDuration(Noon.Add(60*day), p.ends("lang"), time.Minute)
		p.WithinDuration(Noon.Add(60*day), p.ends("_fbp"), time.Minute)
	}},
	{"what was there before starts at first sight, and goes if it is not granted", func(p play) {
		for _, name := range []string{"_ga", "lang", "basket"} {
			p.Cookies[name] = Cookie{Value: "x", Ends: Noon.AddDate(2, 0, 0)}
		}
		tab := p.open()
		p.NotContains(p.Cookies, "_ga")
		p.Contains(p.Cookies, "basket")
		p.NotEmpty(p.Storage["octroi"], "the ledger is kept without a choice")
		p.Pass(12 * month)
		tab = p.reload(tab)
		p.True(tab.Write(0, "lang=fr"+forever))
		p.WithinDuration(Noon.AddDate(0, 13, 0), p.ends("lang"), time.Minute)
		p.Pass(Noon.AddDate(0, 13, 0).Sub(p.Now))
		p.NotContains(p.Header(), "lang")
	}},
	{"a ledger that is lost or damaged lengthens no life", func(p play) {
		tab := p.open()
		tab.Act("accept")
		p.True(tab.Write(0, "_ga=1"+forever))
		p.Pass(100 * day)
		for _, mirror := range []string{"", "x", p.Storage["octroi"] + "A", strings.Split(p.Storage["octroi"], ".")[0], "." + strings.Split(p.Storage["octroi"], ".")[1][:9]} {
			tab.Close()
			p.Storage["octroi"] = mirror
			tab = p.open()
			p.True(tab.Allows("ga"), "the record is in the cookie")
			p.True(tab.Write(0, "_ga=1"+forever))
			p.WithinDuration(Noon.AddDate(0, 13, 0), p.ends("_ga"), time.Minute, "%q", mirror)
		}
		p.Storage["octroi"] = ""
		tab.Recheck("octroi")
		p.Contains(p.Storage["octroi"], ".", "an open page writes it again")
		p.True(tab.Write(0, "_ga=1"+forever))
		p.WithinDuration(Noon.AddDate(0, 13, 0), p.ends("_ga"), time.Minute)
	}},
	{"a ledger that is full lengthens no life", func(p play) {
		tab := p.open()
		tab.Act("accept")
		for i := range cookie.MaxEntries {
			p.True(tab.Write(1, fmt.Sprint("own", i)))
		}
		p.Pass(10 * day)
		p.True(tab.Write(0, "_ga=1"+forever))
		full := p.Now
		p.Less(len(p.Storage["octroi"]), 3900)
		p.Pass(60 * day)
		p.True(tab.Write(0, "_ga=1"+forever))
		p.WithinDuration(full.AddDate(0, 13, 0), p.ends("_ga"), time.Minute)
		p.True(tab.Write(0, "_ga_2=1"+forever))
		p.WithinDuration(full.AddDate(0, 13, 0), p.ends("_ga_2"), time.Minute, "rather too early than too late")
		p.Pass(full.AddDate(0, 13, 0).Sub(p.Now))
		p.NotContains(p.Cookies, "_ga")
		tab.Page("accept")
		p.True(tab.Write(0, "_ga=1"+forever), "all of them begin anew")
		p.WithinDuration(p.Now.AddDate(0, 13, 0), p.ends("_ga"), time.Minute)
	}},
	{"what does not fit in a full ledger and is short-lived waits", func(p play) {
		tab := p.open(matomo, `{"name": "_pk_*", "life": "30 days", "onEnd": "renew"}`)
		tab.Act("accept")
		for i := range cookie.MaxEntries {
			p.True(tab.Write(1, fmt.Sprint("own", i)))
		}
		p.True(tab.Write(0, "_pk_id=1"+forever))
		p.Pass(30 * day)
		p.False(tab.Write(0, "_pk_id=2"+forever), "nothing could tell how often it was renewed")
		p.Empty(tab.Layer)
	}},
	{"a withdrawal ends the life, and a later grant begins another", func(p play) {
		one, two := p.open(), p.open()
		one.Act("accept")
		p.True(one.Write(0, "_ga=1"+forever))
		p.Pass(100 * day)
		two.Page("refuse")
		p.NotContains(p.Cookies, "_ga")
		p.Pass(day)
		two.Page("accept")
		for _, tab := range []*Tab{one, two} {
			p.True(tab.Write(0, "_ga=2"+forever))
			p.WithinDuration(p.Now.AddDate(0, 13, 0), p.ends("_ga"), time.Minute)
		}
	}},
	{"erasing by the page does not start the life anew", func(p play) {
		tab := p.open()
		tab.Act("accept")
		p.True(tab.Write(0, "_ga=1"+forever))
		p.Pass(100 * day)
		p.True(tab.Write(0, "_ga=;max-age=0"))
		tab.Look()
		p.True(tab.Write(0, "_ga=1"+forever))
		p.WithinDuration(Noon.AddDate(0, 13, 0), p.ends("_ga"), time.Minute)
	}},
	{"two tabs keep one ledger", func(p play) {
		one, two := p.open(), p.open()
		one.Act("accept")
		p.True(one.Write(0, "_ga=1"+forever))
		p.Pass(day)
		p.True(two.Write(0, "_pk_id=1"+forever))
		p.Pass(day)
		for _, tab := range []*Tab{one, two, p.open()} {
			p.True(tab.Write(0, "_ga=1"+forever))
			p.True(tab.Write(0, "_pk_id=1"+forever))
			p.WithinDuration(Noon.AddDate(0, 13, 0), p.ends("_ga"), time.Minute)
			p.WithinDuration(Noon.Add(day).AddDate(0, 13, 0), p.ends("_pk_id"), time.Minute)
		}
	}},
	{"a clock turned back lengthens no life", func(p play) {
		tab := p.open()
		p.True(tab.Write(0, "lang=fr"+forever))
		p.Now = p.Now.AddDate(0, -3, 0)
		p.True(tab.Write(0, "lang=fr"+forever))
		p.WithinDuration(p.Now.AddDate(0, 13, 0), p.ends("lang"), time.Minute, "13 months by the clock there is")
	}},
	{"without a choice a life is remembered as well, where storage can be had and where not", func(p play) {
		for _, set := range []func(){func() {}, func() { p.DenyStorage = true }, func() { p.Quota = 5 }} {
			p.Cookies, p.Storage, p.Now = map[string]Cookie{}, map[string]string{}, Noon
			set()
			tab := p.open()
			first := p.Now.Truncate(time.Minute)
			for range 3 {
				p.True(tab.Write(0, "lang=fr"+forever))
				for p.Now.Before(first.AddDate(0, 13, -8)) {
					p.Pass(7 * day)
					tab = p.reload(tab)
					p.True(tab.Write(0, "lang=fr"+forever))
					p.WithinDuration(first.AddDate(0, 13, 0), p.ends("lang"), time.Minute, "not prolonged on %s", p.Now)
					p.LessOrEqual(p.Cookies["octroi"].Ends.Sub(p.Now), 397*day)
				}
				p.Pass(9 * day) // the page is open when it ends
				p.NotContains(p.Header(), "lang")
				tab.Recheck("octroi")
				tab.Recheck("octroi")
				p.True(tab.Write(0, "lang=fr"+forever))
				first = p.Now.Truncate(time.Minute)
				tab.Look()
			}
			tab.Close()
			p.DenyStorage, p.Quota = false, 0
		}
	}},
	{"where storage is full the record wins", func(p play) {
		tab := p.open()
		tab.Act("accept")
		record, _, _ := strings.Cut(p.Storage["octroi"], ".")
		p.Quota = len(record) + 5
		p.True(tab.Write(0, "_ga=1"+forever))
		p.Equal(record, p.Storage["octroi"])
		tab.Recheck("octroi")
		p.Contains(p.Cookies["octroi"].Value, ".", "the ledger goes with the cookie")
		p.Pass(60 * day)
		tab = p.reload(tab)
		p.allows(tab, opened)
		p.True(tab.Write(0, "_ga=1"+forever))
		p.WithinDuration(Noon.AddDate(0, 13, 0), p.ends("_ga"), time.Minute)
		p.Quota = 1
		tab.Page("refuse")
		p.Empty(p.Storage["octroi"])
		tab = p.reload(tab)
		p.allows(tab, closed)
	}},
	{"without storage the ledger goes with the cookie", func(p play) {
		p.DenyStorage = true
		tab := p.open()
		tab.Act("accept")
		p.True(tab.Write(0, "_ga=1"+forever))
		p.Pass(100 * day)
		tab = p.reload(tab)
		p.True(tab.Write(0, "_ga=1"+forever))
		p.WithinDuration(Noon.AddDate(0, 13, 0), p.ends("_ga"), time.Minute)
		p.Less(len(p.Cookies["octroi"].Value), 200)
	}},
	{"what a script brings back is erased again, while it is refused", func(p play) { // R7.26
		tab := p.open()
		tab.Act("refuse")
		p.Cookies["_ga"] = Cookie{Value: "x"}
		tab.Look()
		p.NotContains(p.Cookies, "_ga")
		p.Empty(tab.report().Survivors)
		p.Cookies["_ga"], p.FrozenCookies["_ga"] = Cookie{Value: "x"}, true
		tab.Look()
		p.Equal([]string{"_ga"}, tab.report().Survivors)
		tab.Act("preferences")
		p.Contains(tab.Tree, "Beyond: _ga")
		tab.Act("close")
		p.FrozenCookies["_ga"] = false
		tab.Look()
		p.Empty(tab.report().Survivors)
		p.Equal(1, tab.Count("change"))
	}},
	{"an expired grant is erased too", func(p play) {
		tab := p.open()
		tab.Act("accept")
		p.Pass(30 * day)
		p.True(tab.Write(0, "_fbp=1"+forever))
		p.True(tab.Write(0, "_ga=1"+forever))
		p.Pass(Noon.AddDate(0, 3, 0).Sub(p.Now))
		p.NotContains(p.Cookies, "_fbp")
		p.Contains(p.Cookies, "_ga")
		p.Equal("expired", tab.State().Categories["ads"].Ask)
	}},
	{"databases are erased, and looked for again", func(p play) { // R7.27
		databases := []string{`"storage": [`, `"databases": [{"name": "pk-*"}], "storage": [`}
		p.Databases["pk-old"], p.Databases["own"] = true, true
		tab := p.open(databases...)
		p.NotContains(p.Databases, "pk-old", "nobody granted it")
		p.False(tab.Write(2, "pk-1"))
		tab.Act("accept")
		p.True(tab.Write(2, "pk-1"))
		p.True(tab.Write(2, "own"))
		tab = p.reload(tab, databases...)
		p.Contains(p.Databases, "pk-1")
		tab.Page("refuse")
		p.NotContains(p.Databases, "pk-1")
		p.Contains(p.Databases, "own")
		p.Contains(tab.Emitted[len(tab.Emitted)-1].Detail, `"erased":["pk-1"]`)
	}},
	{"what script cannot reach is named, and the server asked", func(p play) { // R1.45
		server := []string{`"_fbp", "life": "90 days"`, `"_fbp", "life": "90 days"}, {"name": "uid", "httpOnly": true}, {"name": "there", "domain": "meta.example"`,
			`"site"`, `"erase": {"endpoint": "/erase"}, "site"`}
		page := Page{Config: Shop(server...), Languages: "en", Server: "1"}
		tab := p.Browser.Open(p.fresh(), page)
		p.Equal([]string{"uid", "there"}, tab.report().Unreachable)
		tab.Act("refuse")
		p.Empty(tab.Asked, "nothing of it was ever granted")
		tab.Page("accept")
		p.Empty(tab.report().Unreachable)
		p.Cookies["_fbp"], p.FrozenCookies["_fbp"] = Cookie{Value: "x"}, true
		tab.Act("preferences")
		tab.Act("refuse")
		p.Equal([]string{`/erase {"erase":["_fbp","uid","there"]}`}, tab.Asked)
		p.Contains(tab.Said[1], "Left: _fbp", "what script can see, it does not take the server's word for")
		tab.Act("preferences")
		p.Contains(tab.Tree, "Beyond: _fbp, uid, there")
		tab.Close()
		page.Server = ""
		tab = p.Browser.Open(p.fresh(), page)
		tab.Page("accept")
		tab.Act("preferences")
		tab.Act("refuse")
		p.Contains(tab.Said[0], "Left: _fbp, uid, there")
	}},
	{"a declared path is tried unseen", func(p play) { // R7.22
		tab := p.open(`"_fbp", "life": "90 days"`, `"_fbp", "path": "/shop/x"`)
		tab.Act("accept")
		p.Assigned = nil
		tab.Page("refuse")
		p.Contains(p.Assigned, "_fbp=;Max-Age=0;Path=/shop/x")
		p.Contains(p.Assigned, "_fbp=;Max-Age=0;Path=/shop/;Domain=example.org")
	}},
	{"the visitor sees since when and until when", func(p play) { // R1.57
		tab := p.open()
		tab.Act("accept")
		p.True(tab.Write(0, "_pk_id=1"+forever))
		p.Pass(10 * day)
		p.True(tab.Write(0, "basket=1"))
		p.True(tab.Write(0, "_pk_ses=1"+forever))
		tab = p.reload(tab)
		tab.Act("preferences")
		p.Contains(tab.Tree, `"_pk_*"],["td",{},"persistent, 13 months",["br",{}],"Since ",["time",{"datetime":"2026-11-23"},"2026-11-23"],".",["br",{}],"Until ",["time",{"datetime":"2027-12-23"},"2027-12-23"],"."]`)
		p.Contains(tab.Tree, `"basket"],["td",{},"session",["br",{}],"Since ",["time",{"datetime":"2026-12-03"},"2026-12-03"],"."]`)
		p.Contains(tab.Tree, `"_fbp"],["td",{},"persistent, 90 days"]`)
		p.Contains(tab.Reply("policy"), `"Until ",["time",{"datetime":"2027-12-23"}`)
	}},
	{"with a faulty declaration only what is essential is written", func(p play) {
		tab := p.open(`"13 months"}`, `"14 months"}`)
		p.True(tab.Write(0, "basket=1"))
		p.False(tab.Write(0, "lang=fr"+forever))
		p.False(tab.Write(0, "_ga=1"))
		p.Empty(p.Storage)
	}},
}
