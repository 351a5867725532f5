package enginetest

import (
	"fmt"
	"net/url"
	"time"

	"github.com/octroi-consent/octroi/engine"
)

// inherits are what becomes of consents that were given to another manager.
var inherits = []behaviour{
	{name: "what was chosen with another manager holds", play: func(p play) {
		from := func(manager, ids, more string) []string {
			return []string{`"site"`, `"inherit": [{"from": "` + manager + `", "ids": ` + ids + more + `}], "site"`}
		}
		const byCategory = `{"necessary": "essential", "stats": "audience", "marketing": "ads", "view": "display"}`
		const byService = `{"matomo": "matomo", "google": "ga", "meta": "pixel", "view": "display"}`
		cc := func(categories, services, at string) string {
			return url.PathEscape(fmt.Sprintf(`{"categories":%s,"revision":0,"data":null,"consentTimestamp":"2026-01-01T00:00:00.000Z","consentId":"x","services":%s,"lastConsentTimestamp":%q}`, categories, services, at))
		}
		for _, c := range []struct {
			why, cookie, value string
			declared           []string
			want               string
		}{
			{why: "granted", cookie: "cc_cookie", value: cc(`["necessary","stats"]`, `{}`, "2026-11-01T10:00:00.000Z"), declared: from("vanilla-cookieconsent", byCategory, ""), want: "essential audience basket matomo ga"},
			{why: "one service of it", cookie: "cc_cookie", value: cc(`["necessary"]`, `{"stats":["google"]}`, "2026-11-01T10:00:00.000Z"),
				declared: from("vanilla-cookieconsent", `{"stats/google": "ga", "stats/matomo": "matomo", "marketing": "ads", "view": "display"}`, ""), want: "essential basket ga"},
			{why: "too old for ads, which hold 3 months", cookie: "cc_cookie", value: cc(`["stats","marketing"]`, `{}`, "2026-08-20T10:00:00.000Z"), declared: from("vanilla-cookieconsent", byCategory, ""), want: "essential audience basket matomo ga"},
			{why: "from the future", cookie: "cc_cookie", value: cc(`["stats"]`, `{}`, "2026-11-24T10:00:00.000Z"), declared: from("vanilla-cookieconsent", byCategory, "")},
			{why: "no time", cookie: "cc_cookie", value: cc(`["stats"]`, `{}`, "now"), declared: from("vanilla-cookieconsent", byCategory, "")},
			{why: "not complete", cookie: "cc_cookie", value: cc(`["stats"]`, `{}`, "2026-11-01T10:00:00.000Z"), declared: from("vanilla-cookieconsent", `{"stats": "audience", "marketing": "ads"}`, "")},
			{why: "not JSON", cookie: "cc_cookie", value: "yes", declared: from("vanilla-cookieconsent", byCategory, "")},
			{why: "no categories", cookie: "cc_cookie", value: cc(`"stats"`, `{}`, "2026-11-01T10:00:00.000Z"), declared: from("vanilla-cookieconsent", byCategory, "")},
			{why: "klaro", cookie: "klaro", value: url.PathEscape(`{"matomo":true,"google":false,"meta":false,"view":true}`), declared: from("klaro", byService, `, "life": "30 days"`), want: "essential display basket matomo"},
			{why: "klaro's own 120 days are too old for ads", cookie: "klaro", value: url.PathEscape(`{"matomo":true,"google":true,"meta":true,"view":true}`), declared: from("klaro", byService, ""), want: "essential audience display basket matomo ga"},
			{why: "klaro, not complete", cookie: "klaro", value: url.PathEscape(`{"matomo":true,"google":true,"meta":true}`), declared: from("klaro", byService, "")},
			{why: "klaro, odd", cookie: "klaro", value: url.PathEscape(`{"matomo":1,"google":"true","meta":null,"view":[]}`), declared: from("klaro", byService, "")},
			{why: "orejime, under a name of its own", cookie: "consents", value: `{"matomo":false,"google":false,"meta":true,"view":false}`, declared: from("orejime", byService, `, "cookie": "consents", "life": "1 month"`), want: "essential ads pixel basket"},
		} {
			p.Cookies, p.Storage = map[string]Cookie{c.cookie: {Value: c.value}}, map[string]string{}
			tab := p.open(c.declared...)
			if c.want == "" {
				p.allows(tab, closed)
				p.Equal("ask", tab.Layer, c.why)
				p.False(tab.State().Categories["audience"].Earlier, c.why)
				continue
			}
			p.allows(tab, c.want)
			delete(p.Cookies, c.cookie)
			tab = p.reload(tab, c.declared...)
			p.allows(tab, c.want)
		}
	}},
	{name: "another manager's consent ends with its own time, and never comes back", play: func(p play) {
		declared := []string{`"site"`, `"inherit": [{"from": "klaro", "ids": {"matomo": "matomo", "google": "ga", "meta": "pixel", "view": "display"}, "life": "30 days"}], "site"`}
		p.Cookies["klaro"] = Cookie{Value: url.PathEscape(`{"matomo":true,"google":true,"meta":true,"view":true}`)}
		tab := p.open(declared...)
		p.True(tab.Allows("pixel"))
		p.Empty(tab.Layer)
		ads := tab.State().Categories["ads"]
		p.Equal(Noon.AddDate(0, 0, -30).Truncate(time.Minute).UnixMilli(), ads.Decided, "it may be as old as its cookie")
		p.Equal(Noon.AddDate(0, 0, -30).AddDate(0, 3, 0).Truncate(time.Minute).UnixMilli(), ads.Until)
		p.Contains(tab.Reply("report"), `"inherit":[{"from":"klaro","ids":{"matomo":"matomo","google":"ga","meta":"pixel","view":"display"}}]`)
		tab.Page("refuse")
		p.False(tab.Allows("pixel"))
		tab = p.reload(tab, declared...)
		p.False(tab.Allows("pixel"), "the visitor has chosen here since")
		p.Now = Noon.AddDate(1, 2, 0)
		tab = p.reload(tab, declared...)
		p.False(tab.Allows("pixel!1"))
	}},
	{name: "the developer's overlay is for the developer's own host", play: func(p play) {
		for host, want := range map[string]bool{"localhost": true, "shop.localhost": true, "127.0.0.1": true, "[::1]": true, "": true, "shop.example": false, "localhost.example": false, "mylocalhost": false} {
			tab := p.open()
			loads := 0
			for _, e := range tab.Machine.Handle(engine.Event{Kind: engine.Debug, Now: tab.Now.UnixMilli(), Args: []string{host}}) {
				if e.Kind == engine.Load {
					loads++
				}
			}
			p.Equal(want, loads == 1, host)
		}
		tab := p.open(`"site"`, `"debug": true, "site"`)
		p.Equal(engine.Load, tab.Machine.Handle(engine.Event{Kind: engine.Debug, Now: tab.Now.UnixMilli(), Args: []string{"shop.example"}})[0].Kind)
	}},
	{name: "a faulty declaration takes nothing over", play: func(p play) {
		p.Cookies["klaro"] = Cookie{Value: `{"matomo":true,"google":true,"meta":true,"view":true}`}
		tab := p.open(`"site"`, `"inherit": [{"from": "klaro", "ids": {"matomo": "nobody", "google": "ga", "meta": "pixel", "view": "display"}}], "site"`)
		p.allows(tab, closed)
		tab.Send(engine.StoresRead)
		p.allows(tab, closed)
	}},
}
