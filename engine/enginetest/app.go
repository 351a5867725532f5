package enginetest

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/octroi-consent/octroi/engine"
)

// inApp declares the shop as a page in an app.
func inApp(more string) []string {
	return []string{`"site"`, `"app": {` + more + `}, "site"`}
}

// choices is a message with an app's choices, all made at one time; each is an id and
// what stands behind its time.
func choices(sent, at time.Time, granted ...string) string {
	one := func(id string) string {
		return fmt.Sprintf(`%q:{"granted":%t,"at":%d}`, id, strings.Contains(" "+strings.Join(granted, " ")+" ", " "+id+" "), at.UnixMilli())
	}
	return fmt.Sprintf(`{"octroi":1,"type":"state","time":%d,"revision":"r1","complete":true,"choices":{%s,%s,%s}}`,
		sent.UnixMilli(), one("audience"), one("ads"), one("display"))
}

// reason is why the app was refused, "" where it was not.
func reason(told string) string {
	var m struct{ Type, Reason, Detail string }
	if json.Unmarshal([]byte(told), &m) != nil || m.Type != "refused" {
		return ""
	}
	if m.Detail == "" {
		return "no detail"
	}
	return m.Reason
}

// begin loads a page that an app has left messages for.
func (p play) begin(declared []string, messages ...AppMessage) *Tab {
	return p.Browser.Open(p.fresh(), Page{Config: Shop(declared...), Languages: "en", Messages: messages})
}

// left is a message that an app has left in the page's window, before its first script.
func left(text string) AppMessage { return AppMessage{Way: "global", Text: text} }

// apps are what pages and the apps around them tell each other.
var apps = []behaviour{
	{name: "a complete choice of the app's stands before the first question", play: func(p play) {
		at := p.Now.Add(-60 * day)
		tab := p.begin(inApp(""), left(choices(p.Now, at, "audience", "ads")))
		p.allows(tab, "essential audience ads pixel basket matomo ga")
		p.Empty(tab.Layer)
		p.Contains(tab.Told(), `"type":"hello"`)
		p.Contains(tab.Told(), `"complete":true`)
		tab = p.reload(tab, inApp("")...)
		p.allows(tab, "essential audience ads pixel basket matomo ga")
		p.Pass(32 * day) // the choice about ads holds 3 months, of which 60 days had gone
		p.False(tab.Allows("ads"))
		p.Equal("ask", tab.Layer)
		p.Contains(tab.Told(), `"complete":false`)
		p.NotContains(tab.Told(), `"ads"`)
	}},
	{name: "what an app chooses outlasts the visit, also while one is followed", play: func(p play) {
		tab := p.begin(inApp(""))
		tab.Choose(forVisit("audience"))
		p.Contains(tab.Reply("state"), `"visit":true`)
		p.Pass(time.Hour)
		tab.Called(choices(p.Now, p.Now, "audience"))
		p.allows(tab, "essential audience basket matomo ga")
		p.NotContains(tab.Reply("state"), `"visit":true`)
		tab = p.reload(tab, inApp("")...)
		p.Empty(tab.Layer)
		p.Pass(40 * day)
		tab = p.begin(inApp(""))
		p.allows(tab, "essential audience basket matomo ga")
	}},
	{name: "an app that is not declared is not heard", play: func(p play) {
		tab := p.begin(nil, left(choices(p.Now, p.Now, "audience", "ads")))
		tab.Called(choices(p.Now, p.Now, "audience"))
		p.allows(tab, closed)
		p.Equal("ask", tab.Layer)
		p.Empty(tab.Told())
	}},
	{name: "what is stale, partial, foreign or malformed is refused with its reason, and grants nothing", play: func(p play) {
		now := p.Now
		good := choices(now, now, "audience")
		with := func(old, new string) string { return strings.Replace(good, old, new, 1) }
		at := fmt.Sprint(now.UnixMilli())
		for _, c := range []struct{ way, origin, text, reason string }{ // no way means "global"
			{reason: "malformed"},
			{text: "yes", reason: "malformed"},
			{text: `[1]`, reason: "malformed"},
			{text: `{}`, reason: "version"},
			{text: with(`"octroi":1`, `"octroi":2`), reason: "version"},
			{text: with(`"octroi":1`, `"octroi":"1"`), reason: "version"},
			{text: with(`"type":"state",`, ``), reason: "malformed"},
			{text: with(`"state"`, `"grant"`), reason: "malformed"},
			{text: with(`"choices":{`, `"choice":{`), reason: "malformed"},
			{text: with(`"choices":{"audience"`, `"choices":[{"audience"`), reason: "malformed"},
			{text: with(`"time":`+at, `"time":"now"`), reason: "time"},
			{text: with(`"time":`+at, `"time":1e12`), reason: "time"},
			{text: choices(now.Add(2*time.Minute), now, "audience"), reason: "time"},
			{text: choices(now.Add(-time.Hour), now, "audience"), reason: "time"},
			{text: with(`"audience":{"granted":true,"at":`+at, `"audience":{"granted":true,"at":0`), reason: "time"},
			{text: with(`"revision":"r1"`, `"revision":"r0"`), reason: "revision"},
			{text: with(`"revision":"r1",`, ``), reason: "revision"},
			{text: with(`"complete":true`, `"complete":false`), reason: "partial"},
			{text: with(`"complete":true,`, ``), reason: "partial"},
			{text: with(`"complete":true`, `"complete":"true"`), reason: "partial"},
			{text: with(`"complete":true`, `"complete":1`), reason: "partial"},
			{text: with(`"granted":true`, `"granted":"true"`), reason: "partial"},
			{text: with(`"granted":true`, `"granted":true,"services":["matomo","ga"]`), reason: "partial"},
			{text: with(`"granted":true`, `"granted":true,"services":null`), reason: "partial"},
			{text: with(`"granted":true`, `"granted":true,"services":{"matomo":"true","ga":true}`), reason: "partial"},
			{text: with(`"granted":true`, `"granted":true,"services":{"matomo":true,"ga":true,"nobody":true}`), reason: "unknown"},
			{text: with(`"granted":true`, `"granted":true,"services":{"matomo":true,"ga":true,"pixel":true}`), reason: "unknown"},
			{text: with(`"granted":true`, `"granted":true,"services":{"matomo":true,"ga":true,"audience":true}`), reason: "unknown"},
			{text: with(`"display":{"granted":false`, `"display":{"services":{"nobody":false},"granted":false`), reason: "unknown"},
			{text: with(`"granted":true`, `"granted":true,"until":"1995471800000"`), reason: "malformed"},
			{text: with(`"granted":true`, `"granted":true,"until":1.9e12`), reason: "malformed"},
			{text: with(`"granted":true`, `"granted":true,"until":null`), reason: "malformed"},
			{text: with(`"type":"state"`, `"type":["state"]`), reason: "malformed"},
			{text: `{"octroi":1,"type":"withdraw","ids":["ads",null]}`, reason: "unknown"},
			{text: with(`"display":{"granted":false,"at":`+at+`}`, `"display":{}`), reason: "partial"},
			{text: with(`,"display":{"granted":false,"at":`+at+`}`, ``), reason: "partial"},
			{text: with(`"granted":true`, `"granted":1`), reason: "partial"},
			{text: with(`"granted":true`, `"granted":true,"services":{"matomo":true}`), reason: "partial"},
			{text: with(`"granted":true`, `"granted":true,"visit":true`), reason: "partial"},
			{text: with(`"display"`, `"displays"`), reason: "unknown"},
			{text: choices(now, now.Add(-100*day), "audience"), reason: "expired"},
			{text: with(`"granted":true`, `"granted":true,"until":1000`), reason: "expired"},
			{way: "message", origin: "https://evil.example", text: good, reason: "origin"},
			{way: "message", text: good, reason: "origin"},
			{way: "hash", origin: "app", text: good, reason: "origin"},
			{text: `{"octroi":1,"type":"withdraw","ids":["essential"]}`, reason: "unknown"},
			{text: `{"octroi":1,"type":"withdraw","ids":"ads"}`, reason: "malformed"},
			{text: `{"octroi":1,"type":"withdraw","ids":[]}`, reason: "malformed"},
			{text: `{"octroi":1,"type":"withdraw","ids":{"ads":true}}`, reason: "malformed"},
			{text: `{"octroi":1,"type":"withdraw","ids":["ads","nobody"]}`, reason: "unknown"},
		} {
			m := AppMessage{Way: c.way, Origin: c.origin, Text: c.text}
			if m.Way == "" {
				m.Way = "global"
			}
			for _, early := range []bool{true, false} {
				p.Cookies, p.Storage = map[string]Cookie{}, map[string]string{}
				var tab *Tab
				if early {
					tab = p.begin(inApp(""), m)
					var reasons []string
					for _, e := range tab.Emitted {
						if e.Name == "app" {
							reasons = append(reasons, reason(e.Detail))
						}
					}
					p.Contains(reasons, c.reason, c.text)
				} else {
					tab = p.begin(inApp(""))
					tab.Hear(m)
					p.Equal(c.reason, reason(tab.Told()), c.text)
				}
				p.allows(tab, closed)
				p.Equal("ask", tab.Layer, c.text)
				p.Empty(p.Cookies, "nothing is kept")
				tab.Close()
			}
		}
	}},
	{name: "who may speak is declared", play: func(p play) {
		tab := p.begin(inApp(`"origins": ["https://www.shop.example"]`))
		tab.Posted("https://www.shop.example", choices(p.Now, p.Now, "ads"))
		p.True(tab.Allows("ads"))
		tab.Close()
		p.Cookies, p.Storage = map[string]Cookie{}, map[string]string{}
		tab = p.begin(inApp(`"hash": true`), AppMessage{Way: "hash", Text: choices(p.Now, p.Now, "ads")})
		p.False(tab.Allows("ads"), "in a browser, anybody can write an address")
		tab.Close()
		tab = p.begin(inApp(`"hash": true`), AppMessage{Way: "hash", Origin: "app", Text: choices(p.Now, p.Now, "ads")})
		p.True(tab.Allows("ads"))
	}},
	{name: "windows that are not declared are told of, but not without end", play: func(p play) {
		tab := p.begin(inApp(`"origins": ["https://www.shop.example"]`))
		count := func() (n int) {
			for _, e := range tab.Emitted {
				if reason(e.Detail) == "origin" {
					n++
				}
			}
			return n
		}
		for range 100 {
			tab.Posted("https://evil.example", "x")
		}
		p.Equal(1, count())
		for i := range 100 {
			tab.Posted(fmt.Sprintf("https://evil%d.example", i), "x")
		}
		p.Equal(16, count())
		for range 3 {
			tab.Posted("https://www.shop.example", "x")
		}
		p.Equal("malformed", reason(tab.Told()), "who is declared is always answered")
	}},
	{name: "what is chosen on either side is told to the other", play: func(p play) {
		tab := p.begin(inApp(`"keys": {"ANALYTICS": "audience", "ADS": "pixel"}`))
		p.Contains(tab.Told(), `"type":"hello"`)
		p.Contains(tab.Told(), `"complete":false,"choices":{}`)
		p.NotContains(tab.Told(), "ANALYTICS")
		tab.Act("accept")
		p.Contains(tab.Told(), `"type":"state"`)
		p.Contains(tab.Told(), `"audience":{"granted":true,`)
		p.Contains(tab.Told(), `"services":{"matomo":true,"ga":true}`)
		tab.Called(`{"octroi":1,"type":"hello","keys":true}`)
		p.Contains(tab.Told(), `"keys":{"ANALYTICS":1,"ADS":1}`)
		n := len(tab.Emitted)
		tab.Recheck("")
		p.Len(tab.Emitted, n, "nothing new, nothing said")

		p.Pass(time.Hour)
		p.assign("_fbp=1")
		tab.Called(`{"octroi":1,"type":"withdraw","time":1,"ids":["ads"]}`)
		p.allows(tab, "essential audience display basket matomo ga")
		p.Contains(tab.Told(), `"keys":{"ANALYTICS":1,"ADS":0}`)
		p.NotContains(p.Header(), "_fbp", "undo means gone")
		p.Len(tab.Said, 1, "nobody on this page has pressed anything since")
		tab.Called(`{"octroi":1,"type":"withdraw"}`)
		p.allows(tab, closed)
		p.Empty(tab.Layer, "it is an answer")

		p.Pass(time.Hour)
		tab.Called(choices(p.Now, p.Now, "ads"))
		p.allows(tab, "essential ads pixel basket")
		p.Equal("", reason(tab.Told()))
		tab.Called(`{"octroi":1,"type":"show"}`)
		p.Equal("preferences", tab.Layer)
		tab.Called(`{"octroi":1,"type":"refused","time":1,"reason":"stale"}`)
		p.Equal("", reason(tab.Told()), "no answer to an answer")
	}},
	{name: "a message that is refused leaves the visitor's switches as they are", play: func(p play) {
		tab := p.begin(inApp(""))
		tab.Act("preferences")
		tab.Send(engine.Toggle, "display", "on")
		tab.Called(strings.Replace(choices(p.Now, p.Now, "audience", "ads"), `"display"`, `"displays"`, 1))
		tab.Called(strings.Replace(choices(p.Now, p.Now, "audience", "ads"), `"display":{"granted":false`, `"display":{"granted":0`, 1))
		p.Equal("partial", reason(tab.Told()))
		tab.Called(`{"octroi":1,"type":"withdraw","ids":["display","nobody"]}`)
		p.Equal("unknown", reason(tab.Told()))
		p.Equal("preferences", tab.Layer)
		tab.Act("save")
		p.allows(tab, "essential display basket")
		p.True(tab.State().Decided)
	}},
	{name: "of two choices the later one holds, and of the same minute the one that grants less", play: func(p play) {
		tab := p.begin(inApp(""))
		tab.Act("refuse")
		tab.Called(choices(p.Now, p.Now.Add(-time.Hour), "ads", "audience"))
		p.Equal("stale", reason(tab.Told()))
		p.allows(tab, closed)
		tab.Called(choices(p.Now, p.Now, "ads", "audience"))
		p.Equal("stale", reason(tab.Told()))
		p.allows(tab, closed)
		p.Pass(2 * time.Minute)
		tab.Act("preferences")
		tab.Act("accept")
		tab.Called(choices(p.Now, p.Now, "audience"))
		p.allows(tab, "essential audience basket matomo ga")
		n := len(tab.Emitted)
		tab.Called(choices(p.Now, p.Now, "audience"))
		p.Len(tab.Emitted, n, "what is known already is no news")
	}},
	{name: "where neither cookie nor storage can be had, the app keeps the choice", play: func(p play) {
		p.DenyCookies, p.DenyStorage = true, true
		tab := p.begin(inApp(""))
		tab.Act("preferences")
		tab.chooseWith("", "", []Answer{granted("ads"), denied("audience"), denied("display")})
		p.allows(tab, "essential ads pixel basket")
		kept := tab.Told()
		p.Pass(80 * day)
		tab = p.reload(tab)
		tab.Close()
		tab = p.begin(inApp(""), left(kept))
		p.allows(tab, "essential ads pixel basket")
		p.Empty(tab.Layer)
		p.Pass(15 * day)
		p.False(tab.Allows("ads"), "with the end that it had")
		p.Equal("ask", tab.Layer)
		tab.Close()
		tab = p.begin(inApp(""), left(kept))
		p.False(tab.Allows("ads"))
		p.Equal("ask", tab.Layer)
	}},
	{name: "what other managers' native kits leave is read where it is declared", play: func(p play) {
		const ids = `{"C2": "audience", "C3": "ads", "C4": "display"}`
		declared := func(manager string) []string {
			return []string{`"site"`, `"app": {}, "inherit": [{"from": "` + manager + `", "ids": ` + ids + `}], "site"`}
		}
		for _, c := range []struct{ manager, kit, text, want string }{
			{manager: "onetrust", kit: "OTExternalConsent", text: `{"groups":"C1:1,C2:1,C3:0,C4:0","consentedDate":"2026-11-01T10:00:00.000Z"}`, want: "essential audience basket matomo ga"},
			{manager: "onetrust", kit: "OTExternalConsent", text: `{"groups":"C1:1,C2:1,C3:0","consentedDate":"2026-11-01T10:00:00.000Z"}`},
			{manager: "onetrust", kit: "OTExternalConsent", text: `{"groups":"C2:1,C3:2,C4:1","consentedDate":"2026-11-01T10:00:00.000Z"}`},
			{manager: "onetrust", kit: "OTExternalConsent", text: `{"groups":"C2:1,C3:1,C4:1"}`},
			{manager: "onetrust", kit: "OTExternalConsent", text: `{"groups":"C2:1,C3:1,C4:1","consentedDate":"2027-11-01T10:00:00.000Z"}`},
			{manager: "klaro", kit: "OTExternalConsent", text: `{"groups":"C2:1,C3:1,C4:1","consentedDate":"2026-11-01T10:00:00.000Z"}`},
			{manager: "didomi", kit: "didomiConfig", text: `{"user":{"externalConsent":{"value":"{\"created\":\"2026-10-01T10:00:00.000Z\",\"updated\":\"2026-11-01T10:00:00.000Z\",\"purposes\":{\"enabled\":[\"C3\"],\"disabled\":[\"C2\",\"C4\"]}}"}}}`, want: "essential ads pixel basket"},
			{manager: "didomi", kit: "didomiConfig", text: `{"user":{"externalConsent":{"value":{"updated":"2026-11-01T10:00:00.000Z","purposes":{"enabled":["C2"]},"vendors":{"enabled":["C3"],"disabled":["C3","C4"]}}}}}`, want: "essential audience basket matomo ga"},
			{manager: "didomi", kit: "didomiConfig", text: `{"user":{"externalConsent":{"value":"{"}}}`},
			{manager: "didomi", kit: "didomiConfig", text: `{"user":{}}`},
			{manager: "usercentrics", kit: "ucMobileSdk", text: `{"controllerId":"x","consents":[{"templateId":"C2","status":false,"timestampInMillis":1793523600000},{"templateId":"C3","status":false,"timestampInMillis":1793523600000},{"templateId":"C4","status":true,"timestampInMillis":1793523600000}]}`, want: "essential display basket"},
			{manager: "usercentrics", kit: "ucMobileSdk", text: `{"consents":[{"templateId":"C2","status":true}]}`},
			{manager: "usercentrics", kit: "ucMobileSdk", text: `[]`},
		} {
			p.Cookies, p.Storage = map[string]Cookie{}, map[string]string{}
			tab := p.begin(declared(c.manager), AppMessage{Way: c.kit, Text: c.text})
			if c.want == "" {
				p.allows(tab, closed)
				p.Equal("ask", tab.Layer, c.text)
			} else {
				p.allows(tab, c.want)
				p.Empty(tab.Layer, c.text)
			}
			tab.Close()
		}
	}},
	{name: "a frame within the site's own page leaves asking to it", play: func(p play) {
		tab := p.Browser.Open(p.fresh(), Page{Config: Shop(), Languages: "en", Framed: true})
		p.allows(tab, closed)
		p.Empty(tab.Layer)
		p.Empty(tab.Label)
		tab.Act("preferences")
		p.Equal("preferences", tab.Layer)
	}},
}
