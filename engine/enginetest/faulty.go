package enginetest

import (
	"slices"
	"strings"

	"github.com/octroi-consent/octroi/engine"
)

// calling is the shop with what its services call.
func calling(replacements ...string) string {
	return strings.NewReplacer(replacements...).Replace(Shop(
		`"purpose": "Measures ads.",`, `"purpose": "Measures ads.", "urls": ["*.meta.example", "/own-pixel/"], "inline": ["fbq('init'"],`,
		`"purpose": "Keeps the basket.",`, `"purpose": "Keeps the basket.", "urls": ["/basket/"], "storage": [{"name": "basket"}],`))
}

// faulty are declarations that cannot be trusted, by what is wrong with them. Those whose
// services can be read come with what is still open.
var faulty = []struct {
	what, declaration string
	read              bool // its services are known
	open              string
}{
	{what: "empty"},
	{what: "null", declaration: "null"},
	{what: "a list", declaration: "[]"},
	{what: "a text", declaration: `"octroi"`},
	{what: "no service", declaration: "{}"},
	{what: "cut off", declaration: `{"site": `},
	{what: "a comma too many at its end", declaration: calling(`]}`+"\n", "", "\t]}", "\t],}"), read: true},
	{what: "too long", declaration: strings.Repeat(" ", 5<<20)},
	{what: "a wrong category", declaration: calling(`"category": "ads"`, `"category": "adds"`), read: true, open: closed},
	{what: "no category", declaration: calling(`"category": "ads",`, ``), read: true, open: closed},
	{what: "a category that is no text", declaration: calling(`"category": "ads"`, `"category": null`), read: true, open: closed},
	{what: "a wrong life", declaration: calling(`"90 days"`, `"90 moons"`), read: true, open: closed},
	{what: "a wrong address", declaration: calling(`"*.meta.example"`, `"*.meta.example", "*"`), read: true, open: closed},
	{what: "a wrong time to ask again", declaration: calling(`"3 months"`, `"14 months"`), read: true, open: closed},
	{what: "categories of no kind", declaration: calling(`"required": true`, `"required": "yes"`), read: true},
	{what: "no categories", declaration: strings.Replace(calling(), `"categories"`, `"kinds"`, 1), read: true},
	{what: "an essential service with a fault", declaration: calling(`"life": "session"}]},`, `"life": "never"}]},`), read: true, open: "essential"},
	{what: "an essential service that is a third party", declaration: calling(`"/basket/"`, `"https://basket.example/"`), read: true, open: "essential"},
	{what: "an essential service whose id another has", declaration: calling(`"id": "pixel"`, `"id": "basket"`), read: true, open: "essential"},
	{what: "ids whose hashes are the same", declaration: calling(`"id": "matomo"`, `"id": "costarring"`, `"id": "ga"`, `"id": "liquid"`), read: true, open: closed},
}

// distrusted are the behaviours under each of them.
var distrusted = func() (list []behaviour) {
	for _, one := range faulty {
		list = append(list, behaviour{name: "a faulty declaration opens nothing: " + one.what, play: func(p play) {
			tab := p.Browser.Open(p.fresh(), Page{Config: one.declaration, Languages: "en"})
			p.NotEmpty(tab.Logged)
			p.Equal(1, tab.Count("error"))
			p.Empty(tab.Layer)
			tab.Page("accept")
			tab.Choose(granted("pixel"), granted("ads"))
			p.allows(tab, one.open)
			access := func(address string, own bool) bool {
				_, open := tab.Machine.Access(address, own, p.Now.UnixMilli())
				return open
			}
			for _, address := range []string{"https://a.meta.example/tr", "https://nobody.example/", "wss://nobody.example/", "http://shop.example.org:8080/", "stun:relay.example:3478", ""} {
				p.False(access(address, false), address)
			}
			for _, address := range []string{"data:,x", "blob:https://shop.example.org/1", "about:blank", "javascript:void 0"} {
				p.True(access(address, false), address)
			}
			p.True(access("https://shop.example.org/app.js", true), "the page's own")
			p.Equal(!one.read, access("https://shop.example.org/own-pixel/1", true), "what can be read is held")
			p.Equal([]string{"", "1"}, inline(tab, "let a = 1"))
			if one.read {
				p.Equal("", inline(tab, "fbq('init', 1)")[1])
			}
			basket := strings.Contains(one.open, "basket")
			for name, open := range map[string]bool{"_fbp": false, "other": false, "octroi": false, "basket": basket} {
				p.Equal(open, tab.Write(0, name+"=1;max-age=999"), name)
				p.Equal(open, tab.Write(1, name), name)
			}
			p.True(tab.Write(0, "_fbp=;max-age=0"), "erasing is never refused")
			if one.open == closed {
				p.True(access("https://shop.example.org/basket/", true))
			}
			p.NotContains(tab.Reply("state"), `"":{`, "what holds services of no category is none")
			p.Zero(tab.Written)
		}})
	}
	return list
}()

// hints are what a declaration is told that has no fault.
var hints = []behaviour{
	{name: "on the owner's own machine a card shows what is wrong", play: func(p play) {
		const card = "octroi.debug.js?card"
		wrong := Shop(`"3 months"`, `"14 months"`)
		for host, shown := range map[string]bool{"localhost:8420": true, "shop.localhost": true, "127.0.0.1": true, "127.1.2.3:80": true, "[::1]:8420": true,
			"": false, "shop.example": false, "localhost.example": false, "127.example": false, "128.0.0.1": false, "mylocalhost": false} {
			for _, how := range []string{"", "async"} {
				tab := &Tab{Browser: p.Browser, Machine: p.fresh(), Closing: map[string]string{}}
				declaration := Shop()
				if how == "" {
					declaration = wrong
				}
				tab.start(start{declaration: declaration, host: host, languages: "en"})
				if how != "" {
					p.NotContains(tab.Loaded, card, host)
					tab.Send(engine.Misplaced, how)
					p.Contains(tab.Logged[len(tab.Logged)-1], "octroi.js comes too late to hold all (async)", "said on every host")
					p.Contains(tab.Reply("report"), `"misplaced":"async"`)
				}
				p.Equal(shown, slices.Contains(tab.Loaded, card), host)
			}
		}
		tab := &Tab{Browser: p.Browser, Machine: p.fresh(), Closing: map[string]string{}}
		tab.start(start{declaration: Shop(`"3 months"`, `"14 months"`, `"site"`, `"app": {}, "site"`), host: "localhost", languages: "en"})
		p.NotContains(tab.Loaded, card, "an app's pages may come from there")
	}},
	{name: "a hint is the developer's, and shuts nothing", play: func(p play) {
		const hint = "$.services[0].urls[0]: holds meta.example without www.meta.example and all else below it; write \"*.meta.example…\" where they are meant"
		alone := calling(`"*.meta.example"`, `"meta.example"`)
		for host, want := range map[string][]string{"shop.example.org": nil, "localhost": {hint}, "127.0.0.1": {hint}} {
			tab := &Tab{Browser: NewBrowser(Noon), Machine: p.fresh()}
			tab.start(start{declaration: alone, host: host, languages: "en"})
			p.Equal("ask", tab.Layer)
			tab.Act("preferences") // for which an engine in parts is made whole
			p.Equal(want, tab.Logged, host)
			tab.Page("accept")
			p.allows(tab, opened)
			p.Contains(tab.Reply("report"), `"hints":["$.services[0].urls[0]: holds meta.example`)
		}
		tab := p.Browser.Open(p.fresh(), Page{Config: strings.Replace(alone, `"site"`, `"debug": true, "site"`, 1)})
		tab.Act("preferences")
		p.Equal([]string{hint}, tab.Logged)
	}},
}

// inline is the engine's answer about a script's text: its ids, and "1" where it may run.
func inline(t *Tab, text string) []string {
	for _, e := range t.Machine.Handle(engine.Event{Kind: engine.Inline, Now: t.Now.UnixMilli(), Args: []string{text}}) {
		if e.Kind == engine.Reply {
			return e.Args
		}
	}
	return nil
}
