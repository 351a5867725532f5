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
			{"granted", "cc_cookie", cc(`["necessary","stats"]`, `{}`, "2026-11-01T10:00:00.000Z"), from("vanilla-cookieconsent", byCategory, ""), "essential audience basket matomo ga"},
			{"one service of it", "cc_cookie", cc(`["necessary"]`, `{"stats":["google"]}`, "2026-11-01T10:00:00.000Z"),
				from("vanilla-cookieconsent", `{"stats/google": "ga", "stats/matomo": "matomo", "marketing": "ads", "view": "display"}`, ""), "essential basket ga"},
			{"too old for ads, which hold 3 months", "cc_cookie", cc(`["stats","marketing"]`, `{}`, "2026-08-20T10:00:00.000Z"), from("vanilla-cookieconsent", byCategory, ""), "essential audience basket matomo ga"},
			{"from the future", "cc_cookie", cc(`["stats"]`, `{}`, "2026-11-24T10:00:00.000Z"), from("vanilla-cookieconsent", byCategory, ""), ""},
			{"no time", "cc_cookie", cc(`["stats"]`, `{}`, "now"), from("vanilla-cookieconsent", byCategory, ""), ""},
			{"not complete", "cc_cookie", cc(`["stats"]`, `{}`, "2026-11-01T10:00:00.000Z"), from("vanilla-cookieconsent", `{"stats": "audience", "marketing": "ads"}`, ""), ""},
			{"not JSON", "cc_cookie", "yes", from("vanilla-cookieconsent", byCategory, ""), ""},
			{"no categories", "cc_cookie", cc(`"stats"`, `{}`, "2026-11-01T10:00:00.000Z"), from("vanilla-cookieconsent", byCategory, ""), ""},
			{"klaro", "klaro", url.PathEscape(`{"matomo":true,"google":false,"meta":false,"view":true}`), from("klaro", byService, `, "life": "30 days"`), "essential display basket matomo"},
			{"klaro's own 120 days are too old for ads", "klaro", url.PathEscape(`{"matomo":true,"google":true,"meta":true,"view":true}`), from("klaro", byService, ""), "essential audience display basket matomo ga"},
			{"klaro, not complete", "klaro", url.PathEscape(`{"matomo":true,"google":true,"meta":true}`), from("klaro", byService, ""), ""},
			{"klaro, odd", "klaro", url.PathEscape(`{"matomo":1,"google":"true","meta":null,"view":[]}`), from("klaro", byService, ""), ""},
			{"orejime, under a name of its own", "consents", `{"matomo":false,"google":false,"meta":true,"view":false}`, from("orejime", byService, `, "cookie": "consents", "life": "1 month"`), "essential ads pixel basket"},
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
