package enginetest

import (
	"encoding/json"
	"strings"
	"time"

	"github.com/octroi-consent/octroi/engine"
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
	{name: "what is not granted is refused, what is essential or unknown is not", play: func(p play) { // R1.01
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
	{name: "what browsers ignore is passed over, erasing is never refused, and written anew", play: func(p play) {
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
	{name: "an end that browsers read each in its own way is the shortest", play: func(p play) {
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
	{name: "an address is asked for where its service is open", play: func(p play) {
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
	{name: "unknown things can be refused", play: func(p play) {
		tab := p.open(`"site"`, `"unknown": "block", "site"`)
		p.Cookies["waf"] = Cookie{Value: "x"}
		p.False(tab.Write(0, "lang=fr"))
		p.False(tab.Write(1, "own"))
		p.True(tab.Write(0, "basket=1"))
		tab.Look()
		p.Contains(p.Cookies, "waf", "what a script did not write is the server's")
		p.Equal([]string{"waf"}, tab.report().Undeclared)
	}},
	{name: "a life is cut to what was declared, and the rest stays as it was", play: func(p play) {
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
	{name: "thirteen calendar months from the first setting, however often it is set again", play: func(p play) { // R1.53
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
	{name: "at its end it is erased, and its category alone is asked for again", play: func(p play) {
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
	{name: "a refusal at the end of a life", play: func(p play) {
		tab := p.open(matomo, `{"name": "_pk_*", "life": "30 days"}`)
		tab.Act("accept")
		p.True(tab.Write(0, "_pk_id=1"+forever))
		p.Pass(31 * day)
		p.False(tab.Write(0, "_pk_id=2"+forever))
		tab.Act("refuse")
		p.allows(tab, "essential ads display pixel basket")
		p.Empty(tab.Layer)
	}},
	{name: "where the declaration renews, a new life begins by itself", play: func(p play) {
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
	{name: "essential cookies end as well, and begin anew", play: func(p play) {
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
	{name: "the last second of a life", play: func(p play) {
		tab := p.open(matomo, `{"name": "_pk_*", "life": "30 minutes", "onEnd": "renew"}`)
		tab.Act("accept")
		p.True(tab.Write(0, "_pk_ses=1;max-age=1800"))
		p.Pass(30*time.Minute - 500*time.Millisecond)
		p.True(tab.Write(0, "_pk_ses=1;max-age=99999"))
		p.WithinDuration(p.Now.Add(30*time.Minute), p.ends("_pk_ses"), time.Second, "is the first of the next")
	}},
	{name: "a new name costs one reading of the stores, and one writing", play: func(p play) {
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
	{name: "the end of a new name is waited for", play: func(p play) {
		tab := p.open(matomo, `{"name": "_pk_*", "life": "30 days"}`)
		tab.Act("accept")
		p.True(tab.Write(0, "_pk_1=1"+forever))
		p.Pass(day)
		p.True(tab.Write(1, "pk:1"))
		p.True(tab.Write(0, "_pk_2=1"))
		p.Pass(30 * day)
		p.NotContains(p.Cookies, "_pk_2")
	}},
	{name: "keys of storage end too, and unknown things", play: func(p play) {
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
	{name: "the site's own limit is for all", play: func(p play) {
		tab := p.open(`"site"`, `"lifetimes": {"max": "60 days"}, "site"`, `"13 months"}`, `"10 days"}`, `"_fbp", "life": "90 days"`, `"_fbp"`)
		tab.Act("accept")
		p.True(tab.Write(0, "lang=fr"+forever))
		p.True(tab.Write(0, "_fbp=1"+forever))
		p.WithinDuration(Noon.Add(60*day), p.ends("lang"), time.Minute)
		p.WithinDuration(Noon.Add(60*day), p.ends("_fbp"), time.Minute)
	}},
	{name: "what was there before starts at first sight, and goes if it is not granted", play: func(p play) {
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
}
