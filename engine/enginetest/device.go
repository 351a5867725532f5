package enginetest

import (
	"fmt"
	"strings"

	"github.com/octroi-consent/octroi/engine"
)

// device is what the second layer tells of what lies on the device, and deletes of it.
var device = []behaviour{
	{name: "what lies on the device is listed once that is wanted", play: func(p play) { // R1.57
		p.Databases["px-data"] = true
		tab := p.open()
		tab.Act("accept")
		p.True(tab.Write(0, "_pk_id=1"+forever))
		p.Pass(10 * day)
		p.True(tab.Write(0, "basket=1"))
		p.Cookies["odd"], p.Storage["pk:a"] = Cookie{Value: "x"}, "x"
		tab = p.reload(tab)
		tab.Act("list")
		p.Empty(tab.Rows, "the second layer is not open")
		tab.Act("preferences")
		p.Contains(tab.Tree, `["details",{"class":"octroi-device"},["summary",{"data-octroi-act":"list"},["h3",{},"On this device"," ",["span",{}]]]`)
		p.Empty(tab.Rows, "nobody has opened it")
		tab.Act("list")
		p.listed(tab, "0_pk_id", "0basket", "0octroi", "0odd", "1octroi", "1pk:a", "2px-data")
		p.Equal(`["tr",{},["th",{"scope":"row"},"_pk_id"],["td",{},"Cookie"],["td",{},"Matomo",["br",{}],"Shop SAS",["br",{}],"Counts visits."],`+
			`["td",{},"Since ",["time",{"datetime":"2026-11-23"},"2026-11-23"],".",["br",{}],"Until ",["time",{"datetime":"2027-12-23"},"2027-12-23"],"."],`+
			`["td",{},["button",{"type":"button","class":"octroi-link","data-octroi-act":"delete0_pk_id","aria-label":"Delete: _pk_id (Cookie)"},"Delete"]]]`, tab.row("0_pk_id"))
		p.Contains(tab.row("0basket"), `"Keeps the basket.",["br",{}],["strong",{},"Needed."]],["td",{},"Since ",["time",{"datetime":"2026-12-03"},"2026-12-03"],".",["br",{}],"this visit"]`)
		p.Contains(tab.row("0odd"), `["td",{},"Nobody says whose."]`)
		p.Contains(tab.row("0octroi"), `["td",{},"Shop",["br",{}],"Shop SAS",["br",{}],"Keeps choices."],["td",{},"Since ",["time",{"datetime":"2026-11-23"},"2026-11-23"],".",["br",{}],"Until "`)
		p.True(strings.HasSuffix(tab.row("0octroi"), `,["td",{}]]`), "no button deletes the choices")
		p.Contains(tab.row("2px-data"), `["td",{},"IndexedDB"],["td",{},"Nobody says whose."],["td",{},"–"]`)
		p.Cookies["late"] = Cookie{Value: "x"}
		delete(p.Storage, "pk:a")
		tab.Act("list")
		p.listed(tab, "0_pk_id", "0basket", "0late", "0octroi", "0odd", "1octroi", "2px-data")
		tab.Act("close")
		tab.Rows = nil
		tab.Act("list")
		p.Empty(tab.Rows)
	}},
	{name: "an item is listed with each service that has declared it", play: func(p play) {
		tab := p.open(`"_ga*", "life": "13 months"`, `"_ga*", "life": "13 months"}, {"name": "_g*", "life": "1 day"`, `"basket", "life": "session"`, `"basket", "life": "session"}, {"name": "_ga", "life": "session"`)
		tab.Act("preferences")
		tab.Send(engine.Survey, "list", "1", "", "shop.example.org", "/", "_ga=1; _ga=2", "1a", "1a", "2a", "3a", "4a")
		p.Len(tab.Rows, 6)
		p.Equal(tab.Rows[1], tab.Rows[2], "the same item, in both storages")
		p.Contains(tab.Rows[0], `["td",{},"Basket",["br",{}],"Shop SAS",["br",{}],"Keeps the basket.",["br",{}],"Analytics",["br",{}],"Google",["br",{}],"Counts visits.",["br",{}],["strong",{},"Needed."]]`)
	}},
	{name: "there may be many", play: func(p play) {
		tab := p.open()
		tab.Act("preferences")
		for i := range 600 {
			p.Storage[fmt.Sprint("own", i)] = "x"
		}
		tab.Act("list")
		p.Len(tab.Rows, 600)
		tab.Act("delete1own599")
		p.Len(tab.Rows, 599)
	}},
	{name: "the visitor deletes what lies on the device", play: func(p play) { // R7.21, R7.26
		tab := p.open()
		tab.Act("accept")
		p.True(tab.Write(0, "_pk_id=1"+forever))
		p.Cookies["basket"], p.Cookies["odd"], p.Storage["pk:a"], p.Databases["px-data"] = Cookie{Value: "x"}, Cookie{Value: "x"}, "x", true
		tab.Act("preferences")
		tab.Act("list")
		p.Pass(40 * day)
		p.Assigned = nil
		tab.Act("delete0_pk_id")
		p.NotContains(p.Cookies, "_pk_id")
		for _, one := range []string{"_pk_id=;Max-Age=0;Path=/", "_pk_id=;Max-Age=0;Path=/a/b", "_pk_id=;Max-Age=0;Path=/a/;Domain=example.org;Secure;Partitioned"} {
			p.Contains(p.Assigned, one)
		}
		p.Equal("Deleted: _pk_id", tab.Beside)
		p.listed(tab, "0basket", "0octroi", "0odd", "1octroi", "1pk:a", "2px-data")
		for _, one := range []string{"0basket", "0odd", "1pk:a", "2px-data"} {
			tab.Act("delete" + one)
			p.Equal("Deleted: "+one[1:], tab.Beside)
		}
		p.listed(tab, "0octroi", "1octroi")
		p.NotContains(p.Cookies, "basket", "what the site needs, too, lies on the visitor's own device")
		p.Empty(p.Databases)
		p.allows(tab, opened)
		p.Equal("preferences", tab.Layer)
		p.True(tab.Write(0, "_pk_id=2"+forever), "what was deleted was not refused")
		p.WithinDuration(p.Now.AddDate(0, 13, 0), p.ends("_pk_id"), 2*day, "and begins a life of its own")
		tab.Act("list")
		p.Contains(tab.row("0_pk_id"), `"Since ",["time",{"datetime":"2027-01-02"}`)
		p.Empty(tab.Beside, "said once")
	}},
	{name: "what cannot be deleted is said, for as long as it is there", play: func(p play) { // R1.45
		p.Cookies["fast"], p.FrozenCookies["fast"] = Cookie{Value: "x"}, true
		tab := p.open()
		tab.Act("accept")
		tab.Act("preferences")
		tab.Act("list")
		p.NotContains(tab.row("0fast"), "Left")
		tab.Act("delete0fast")
		p.Equal("Left: fast", tab.Beside)
		p.Contains(tab.row("0fast"), `["strong",{},"Left: fast"]`)
		p.Contains(tab.row("0fast"), `"delete0fast"`, "it can be tried again")
		p.Empty(tab.report().Survivors, "nobody has refused it")
		tab.Act("list")
		p.Contains(tab.row("0fast"), "Left: fast")
		p.FrozenCookies["fast"] = false
		tab.Act("delete0fast")
		p.Equal("Deleted: fast", tab.Beside)
		p.Cookies["fast"] = Cookie{Value: "y"}
		tab.Act("list")
		p.NotContains(tab.row("0fast"), "Left", "it has come since")
	}},
	{name: "what is refused and could not be erased can be deleted", play: func(p play) {
		p.Cookies["_ga"], p.FrozenCookies["_ga"] = Cookie{Value: "x"}, true
		tab := p.open()
		tab.Act("refuse")
		p.Equal([]string{"_ga"}, tab.report().Survivors)
		p.FrozenCookies["_ga"] = false
		tab.Act("preferences")
		tab.Act("delete0_ga")
		p.Equal("Deleted: _ga", tab.Beside)
		p.Empty(tab.report().Survivors)
	}},
	{name: "nothing is deleted but what is listed, and never the choices", play: func(p play) {
		tab := p.open()
		tab.Act("accept")
		p.Cookies["odd*"], p.Cookies["odder"], p.Storage["pk:a"] = Cookie{Value: "x"}, Cookie{Value: "x"}, "x"
		before := []string{p.Header(), p.Mirror("octroi")}
		tab.Act("delete1pk:a")
		p.Contains(p.Storage, "pk:a", "the second layer is not open")
		tab.Act("preferences")
		p.Assigned, tab.Course = nil, nil
		for _, name := range []string{"", "0", "0none", "0octroi", "1octroi", "1none", "2", "4x", "5x", "9", "d0odder", "/", "\x00", "-1", "0odd", "1odder", "0a;Path=/;Max-Age=9", "ünd", "0" + strings.Repeat("x", 5000)} {
			tab.Act("delete" + name)
			p.Empty(tab.Beside, "%q", name)
			p.Empty(tab.Course, "%q", name)
			tab.Act("list" + name + "!")
		}
		p.Empty(p.Assigned)
		p.Equal(before, []string{p.Header(), p.Mirror("octroi")})
		tab.Act("delete0odd*")
		p.NotContains(p.Cookies, "odd*")
		p.Contains(p.Cookies, "odder", "a name is no pattern")
		for _, phase := range []string{"", "list", "list0odder", "list0none", "list9", "delete0odder", "deleted", "other"} {
			fresh := p.open()
			fresh.survey(phase, "")
			fresh.survey(phase, "1")
			p.Empty(fresh.Rows, "of a page that has not asked")
			fresh.Close()
		}
		p.Contains(p.Cookies, "odder")
	}},
}

// listed asserts what is listed, each name behind the digit of its area.
func (p play) listed(t *Tab, want ...string) {
	p.Helper()
	p.Len(t.Rows, len(want))
	for i, row := range t.Rows {
		kind := []string{"Cookie", "Web Storage", "IndexedDB"}[want[i][0]-'0']
		p.Contains(row, `["th",{"scope":"row"},"`+want[i][1:]+`"],["td",{},"`+kind+`"]`)
	}
}

// row is the one of an item.
func (t *Tab) row(item string) string {
	kind := []string{"Cookie", "Web Storage", "IndexedDB"}[item[0]-'0']
	for _, row := range t.Rows {
		if strings.Contains(row, `["th",{"scope":"row"},"`+item[1:]+`"],["td",{},"`+kind+`"]`) {
			return row
		}
	}
	panic("not listed: " + item + " in " + strings.Join(t.Rows, "\n"))
}
