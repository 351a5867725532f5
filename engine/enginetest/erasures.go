package enginetest

// erasures are how what must not stay goes, and what is told of what stays.
var erasures = []behaviour{
	{name: "what a script brings back is erased again, while it is refused", play: func(p play) { // R7.26
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
	{name: "an expired grant is erased too", play: func(p play) {
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
	{name: "databases are erased, and looked for again", play: func(p play) { // R7.27
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
	{name: "what script cannot reach is named, and the server asked", play: func(p play) { // R1.45
		server := []string{`"_fbp", "life": "90 days"`, `"_fbp", "life": "90 days"}, {"name": "uid", "httpOnly": true}, {"name": "all", "domain": "example.org", "httpOnly": true}, {"name": "there", "domain": "meta.example"`,
			`"site"`, `"erase": {"endpoint": "/erase"}, "site"`}
		page := Page{Config: Shop(server...), Languages: "en", Server: "1"}
		tab := p.Browser.Open(p.fresh(), page)
		p.Equal([]string{"uid", "all", "there"}, tab.report().Unreachable)
		tab.Act("refuse")
		p.Empty(tab.Asked, "nothing of it was ever granted")
		tab.Page("accept")
		p.Empty(tab.report().Unreachable)
		p.Cookies["_fbp"], p.FrozenCookies["_fbp"] = Cookie{Value: "x"}, true
		tab.Act("preferences")
		tab.Act("refuse")
		p.Equal([]string{`/erase {"erase":["_fbp","uid","all"]}`}, tab.Asked, "no server can erase another site's")
		p.Contains(tab.Said[1], "Left: _fbp, there", "what script can see, it does not take the server's word for")
		tab.Act("preferences")
		p.Contains(tab.Tree, "Beyond: _fbp, uid, all, there")
		tab.Close()
		page.Server = ""
		tab = p.Browser.Open(p.fresh(), page)
		tab.Page("accept")
		tab.Act("preferences")
		tab.Act("refuse")
		p.Contains(tab.Said[0], "Left: _fbp, uid, all, there")
	}},
	{name: "a declared path is tried unseen", play: func(p play) { // R7.22
		tab := p.open(`"_fbp", "life": "90 days"`, `"_fbp", "path": "/shop/x"`)
		tab.Act("accept")
		p.Assigned = nil
		tab.Page("refuse")
		p.Contains(p.Assigned, "_fbp=;Max-Age=0;Path=/shop/x")
		p.Contains(p.Assigned, "_fbp=;Max-Age=0;Path=/shop/;Domain=example.org")
	}},
	{name: "the visitor sees since when and until when", play: func(p play) { // R1.57
		tab := p.open()
		tab.Act("accept")
		p.True(tab.Write(0, "_pk_id=1"+forever))
		p.Pass(10 * day)
		p.True(tab.Write(0, "basket=1"))
		p.True(tab.Write(0, "_pk_ses=1"+forever))
		tab = p.reload(tab)
		tab.Act("preferences")
		p.Contains(tab.Tree, `"_pk_*"],["td",{},"Cookie"],["td",{},"persistent, 13 months",["br",{}],"Since ",["time",{"datetime":"2026-11-23"},"2026-11-23"],".",["br",{}],"Until ",["time",{"datetime":"2027-12-23"},"2027-12-23"],"."]`)
		p.Contains(tab.Tree, `"basket"],["td",{},"Cookie"],["td",{},"session",["br",{}],"Since ",["time",{"datetime":"2026-12-03"},"2026-12-03"],"."]`)
		p.Contains(tab.Tree, `"_fbp"],["td",{},"Cookie"],["td",{},"persistent, 90 days"]`)
		p.Contains(tab.Reply("policy"), `"Until ",["time",{"datetime":"2027-12-23"}`)
	}},
	{name: "with a faulty declaration only what is essential is written", play: func(p play) {
		tab := p.open(`"13 months"}`, `"14 months"}`)
		p.True(tab.Write(0, "basket=1"))
		p.False(tab.Write(0, "lang=fr"+forever))
		p.False(tab.Write(0, "_ga=1"))
		p.Empty(p.Storage)
	}},
}
