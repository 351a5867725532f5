package enginetest

import (
	"strings"
	"time"
)

// share is a shop whose hosts share the record.
var share = []string{`"name": "Shop", "controller"`, `"name": "Shop", "domain": "example.org", "controller"`}

// host is another host's browser data: the cookies of the domain are the same, all else is its own.
func (p play) host(b *Browser) *Browser {
	other := NewBrowser(b.Now)
	other.Shared = b.Shared
	other.Hosts = append(other.Hosts, b)
	b.Hosts = append(b.Hosts, other)
	return other
}

// on opens a page of the shop on a host.
func (p play) on(b *Browser) *Tab {
	return b.Open(p.fresh(), Page{Config: Shop(share...), Languages: "en"})
}

var sharing = []behaviour{
	{name: "one choice holds on all hosts of the domain", play: func(p play) {
		p.Shared = map[string]Cookie{}
		blog := p.host(p.Browser)
		tab := p.on(p.Browser)
		tab.Act("accept")
		p.Contains(strings.Join(p.Assigned, " "), ";Domain=example.org")
		p.NotContains(p.Cookies, "octroi")
		other := p.on(blog)
		p.Empty(other.Layer)
		p.allows(other, opened)
		p.Equal(p.Storage["octroi"] != "", true)
	}},
	{name: "a withdrawal on one host holds on the others at their next reading", play: func(p play) {
		p.Shared = map[string]Cookie{}
		blog := p.host(p.Browser)
		tab := p.on(p.Browser)
		tab.Act("accept")
		p.Pass(20 * day)
		other := p.on(blog)
		other.Act("show")
		other.Act("refuse")
		p.allows(other, "essential basket")
		tab.Sign("here")
		p.allows(tab, "essential basket")
		tab.Close()
		p.allows(p.on(p.Browser), "essential basket")
	}},
	{name: "what a host's storage holds brings back nothing that was withdrawn elsewhere", play: func(p play) {
		p.Shared = map[string]Cookie{}
		blog := p.host(p.Browser)
		p.on(p.Browser).Act("accept")
		p.Tabs[0].Close()
		other := p.on(blog)
		other.Act("show")
		other.Act("refuse")
		delete(p.Shared, "octroi")
		tab := p.on(p.Browser)
		p.allows(tab, "essential basket")
		p.Equal("ask", tab.Layer)
	}},
	{name: "an older record of one host is joined, and removed", play: func(p play) {
		p.open().Act("accept")
		p.Contains(p.Cookies, "octroi")
		p.Tabs[0].Close()
		p.Shared = map[string]Cookie{}
		blog := p.host(p.Browser)
		tab := p.on(p.Browser)
		p.Empty(tab.Layer)
		p.allows(tab, opened)
		p.NotContains(p.Cookies, "octroi")
		p.Contains(p.Shared, "octroi")
		p.allows(p.on(blog), opened)
	}},
	{name: "an older record of one host does not bring back what was refused since", play: func(p play) {
		p.open().Act("accept")
		p.Tabs[0].Close()
		p.Shared = map[string]Cookie{}
		p.Pass(day)
		blog := p.host(p.Browser)
		p.on(blog).Act("refuse")
		p.Pass(day)
		p.allows(p.on(p.Browser), "essential basket")
		p.NotContains(p.Cookies, "octroi")
	}},
	{name: "a withdrawal is told to the other hosts' tabs", play: func(p play) {
		p.Shared = map[string]Cookie{}
		blog := p.host(p.Browser)
		tab := p.on(p.Browser)
		tab.Act("accept")
		other := p.on(blog)
		other.Act("show")
		other.Act("refuse")
		p.allows(tab, "essential basket")
	}},
	{name: "hosts share the visit: what is granted for it holds on all, and none of them erases it", play: func(p play) {
		p.Shared = map[string]Cookie{}
		blog := p.host(p.Browser)
		tab := p.on(p.Browser)
		tab.Choose(forVisit("ads"), granted("audience"), granted("display"))
		p.True(tab.Write(0, "_fbp=1;Domain=example.org"+forever))
		p.Contains(p.Shared, "_fbp")
		// In the same tab: its page is asked for while the last one is there.
		asked := p.Now
		p.Pass(time.Second)
		p.leave(tab)
		other := blog.Open(p.fresh(), Page{Config: Shop(share...), Languages: "en", Born: asked})
		other.Look()
		p.allows(other, opened)
		p.Empty(other.Layer)
		p.Contains(p.Shared, "_fbp")
		// In another tab, while the first is hidden.
		other.Sign("hidden")
		p.Pass(time.Hour)
		back := p.on(p.Browser)
		p.Pass(time.Second)
		p.allows(back, opened)
		p.Contains(p.Shared, "_fbp")
		// The visit ends on all of them.
		p.leave(back)
		other.Close()
		p.Pass(time.Minute)
		last := p.on(blog)
		p.Pass(time.Second)
		p.Equal("ask", last.Layer)
		p.False(last.Allows("pixel"))
		p.NotContains(p.Shared, "_fbp")
	}},
	{name: "a basket of the domain stays, though the visitor was not on this host for a day", play: func(p play) {
		p.Shared = map[string]Cookie{}
		blog := p.host(p.Browser)
		first := p.on(blog)
		first.Act("accept")
		p.True(first.Write(0, "basket=0"))
		p.leave(first)
		p.Pass(20 * time.Hour)
		tab := p.on(p.Browser)
		p.True(tab.Write(0, "basket=1;Domain=example.org"))
		p.Pass(10 * time.Hour)
		tab.Sign("here")
		p.on(blog).Look()
		p.Contains(p.Shared, "basket")
	}},
	{name: "where a browser takes no cookies a choice holds for its page", play: func(p play) {
		p.Shared, p.DenyCookies = map[string]Cookie{}, true
		tab := p.on(p.Browser)
		tab.Act("accept")
		p.allows(tab, opened)
		tab.Recheck("")
		p.allows(tab, opened)
		tab.Close()
		tab = p.on(p.Browser)
		p.Equal("ask", tab.Layer)
		p.allows(tab, "essential basket")
	}},
	{name: "a page that is not under the domain is shut, and told so", play: func(p play) {
		tab := p.Browser.Open(p.fresh(), Page{Config: Shop(share[0], strings.Replace(share[1], "example.org", "another.example", 1)), Languages: "en"})
		p.Contains(strings.Join(tab.Logged, " "), "$.site.domain: this page's host, shop.example.org, is not under another.example")
		tab.Act("accept")
		p.allows(tab, "essential basket")
		p.Empty(tab.Layer)
	}},
}
