package enginetest

import (
	"slices"
	"strings"
)

// listing is a shop that lists what it calls, and refuses what it does not.
func listing(enforce string) []string {
	return []string{
		`"site"`, `"unknown": "block", ` + enforce + `"site"`,
		`"provider": "Meta",`, `"provider": "Meta", "urls": ["pixel.example", "/px/"],`,
		`"provider": "Google",`, `"provider": "Google", "urls": ["*.ga.example"],`,
		`"purpose": "Counts visits.", "policy": "/privacy",`, `"purpose": "Counts visits.", "policy": "/privacy", "urls": ["/matomo/"],`,
	}
}

// lists asserts which hosts the tab's latest policy lets load.
func (p play) lists(t *Tab, want ...string) {
	p.Helper()
	p.NotEmpty(t.Policies)
	policy := t.Policies[len(t.Policies)-1]
	p.True(strings.HasPrefix(policy, "default-src 'self' https://shop.example.org wss://shop.example.org "), policy)
	for _, host := range []string{"pixel.example", "ga.example"} {
		p.Equal(slices.Contains(want, host), strings.Contains(policy, "http://"+host), "%s in %s", host, policy)
	}
	p.NotContains(policy, "octroi", "the drop-in is the page's own")
}

var enforced = []behaviour{
	{name: "a policy stands from a refusal on", play: func(p play) {
		shop := listing("")
		tab := p.open(shop...)
		p.Empty(tab.Policies, "undecided")
		tab.Act("refuse")
		p.Len(tab.Policies, 1)
		p.lists(tab)
		p.Contains(tab.Policies[0], "webrtc 'block'")
		p.Empty(tab.Layer)
		tab = p.reload(tab, shop...)
		p.Len(tab.Policies, 1, "and before anything of the next page")
		p.lists(tab)
		tab.Act("show")
		tab.Act("accept")
		p.Len(tab.Policies, 1)
		p.True(tab.State().Services["pixel"])
		p.allows(tab, "essential display basket matomo")
		_, open := tab.Machine.Access("https://pixel.example/", false, p.Now.UnixMilli())
		p.False(open, "the browser would not let it")
		p.Equal("ask", tab.Layer)
		p.Contains(tab.Tree, "Analytics, Pixel next time.")
		p.Contains(tab.Tree, "All on")
		p.NotContains(tab.Tree, "still runs")
		p.Empty(tab.Reloads)
		tab.Act("reload")
		p.Equal([]string{""}, tab.Reloads)
		tab = p.reload(tab, shop...)
		p.Empty(tab.Policies, "nothing is refused")
		p.allows(tab, opened)
		_, open = tab.Machine.Access("https://pixel.example/", false, p.Now.UnixMilli())
		p.True(open)
	}},
	{name: "what is granted in part is listed", play: func(p play) {
		shop := listing(`"enforce": "refusal", `)
		tab := p.open(shop...)
		tab.Choose(granted("audience"), denied("ads"), granted("display"))
		p.lists(tab, "ga.example")
		p.NotContains(tab.Policies[0], "webrtc")
		p.allows(tab, "essential audience display basket matomo ga")
		p.Empty(tab.Layer)
		tab.Choose(denied("ga"))
		p.Len(tab.Policies, 2, "it can be narrowed")
		p.lists(tab)
		tab.Choose(granted("ga"), granted("pixel"))
		p.Len(tab.Policies, 2, "and not be widened")
		p.Contains(tab.Tree, "Analytics, Pixel next time.")
		tab.Act("close")
		p.Empty(tab.Layer)
		tab = p.reload(tab, shop...)
		p.allows(tab, opened)
		tab.Choose(denied("matomo"))
		p.Len(tab.Policies, 1, "a refusal of what calls the site alone")
		p.lists(tab, "pixel.example", "ga.example")
		tab.Choose(granted("matomo"))
		p.Empty(tab.Layer, "is not in a policy's way")
		p.allows(tab, opened)
	}},
	{name: "always: before a choice too", play: func(p play) {
		shop := listing(`"enforce": "always", `)
		tab := p.open(shop...)
		p.lists(tab)
		p.Equal("ask", tab.Layer)
		tab.Act("accept")
		p.Equal([]string{""}, tab.Reloads, "allowing loads the page again")
		p.Empty(tab.Layer)
		tab = p.reload(tab, shop...)
		p.lists(tab, "pixel.example", "ga.example")
		p.allows(tab, opened)
		tab.Page("refuse")
		p.lists(tab)
		p.Empty(tab.Reloads)
		tab = p.reload(tab, shop...)
		tab.Page("accept")
		p.Len(tab.Reloads, 1)
	}},
	{name: "what an undo brings back loads on the next page", play: func(p play) {
		shop := listing("")
		tab := p.open(shop...)
		tab.Act("accept")
		p.Empty(tab.Policies)
		tab.Act("show")
		tab.Act("refuse")
		p.lists(tab)
		tab.Act("undo")
		p.True(tab.State().Services["pixel"])
		p.False(tab.Allows("pixel"))
		p.Contains(tab.Tree, "Analytics, Pixel next time.")
		p.allows(p.reload(tab, shop...), opened)
	}},
	{name: "what ends by itself is no refusal", play: func(p play) {
		shop := listing("")
		tab := p.open(shop...)
		tab.Act("refuse")
		tab.Close()
		p.Pass(100 * day)
		tab = p.open(shop...)
		p.Equal("expired", tab.State().Categories["ads"].Ask)
		p.lists(tab)
		tab.Close()
		p.Pass(100 * day)
		tab = p.open(shop...)
		p.Equal("expired", tab.State().Categories["audience"].Ask)
		p.Empty(tab.Policies)
		p.Equal("ask", tab.Layer)
	}},
	{name: "hooks alone, as before", play: func(p play) {
		for _, shop := range [][]string{nil, listing(`"enforce": "hooks", `)} {
			tab := p.open(shop...)
			tab.Act("refuse")
			tab = p.reload(tab, shop...)
			p.Empty(tab.Policies)
		}
	}},
	{name: "other tabs have their own policies", play: func(p play) {
		shop := listing("")
		one, other := p.open(shop...), p.open(shop...)
		one.Act("refuse")
		p.Len(other.Policies, 1)
		p.lists(other)
		one.Page("accept")
		p.Equal("ask", other.Layer)
		p.Contains(other.Tree, "Analytics, Pixel next time.")
		p.Empty(other.Reloads, "the visitor may be at something there")
	}},
	{name: "a policy lists what the visitor lets load once, on the next page", play: func(p play) {
		shop := listing("")
		tab := p.open(shop...)
		tab.Act("refuse")
		tab.LoadOnce("pixel", "1")
		p.False(tab.Allows("pixel!1"))
		p.Contains(tab.Tree, "Pixel next time.")
		tab.Act("reload")
		p.Equal([]string{" !pixel"}, tab.Reloads)
		tab.Close()
		tab = p.Browser.Open(p.fresh(), Page{Config: Shop(shop...), Languages: "en", Reloaded: tab.Reloads[0]})
		p.lists(tab, "pixel.example")
		p.allows(tab, closed)
		tab.LoadOnce("pixel", "7")
		p.True(tab.Allows("pixel!7"))
		p.False(tab.Allows("pixel!8"))
		p.Empty(tab.Layer)
		tab = p.reload(tab, shop...)
		p.lists(tab)
	}},
	{name: "without a place for the record, nobody is asked to load the page again", play: func(p play) {
		p.DenyCookies, p.DenyStorage = true, true
		tab := p.open(listing(`"enforce": "always", `)...)
		p.lists(tab)
		tab.Act("accept")
		p.Empty(tab.Reloads, "it would be undecided again")
		p.allows(tab, "essential display basket matomo")
	}},
}
