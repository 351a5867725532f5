package enginetest

import "github.com/octroi-consent/octroi/engine"

// standIn is what stands for an embed of these services, whose own poster, title, language and
// being a video follow.
func (t *Tab) standIn(ids string, own ...string) string {
	for _, e := range t.handle(engine.Embed, append([]string{ids}, own...)...) {
		if e.Kind == engine.Reply {
			return e.Args[0]
		}
	}
	return ""
}

// ends is how the button of a stand-in that always allows says until when that holds.
func ends(date string) string {
	return `"alwaysnames"," ",["small",{},"(","until ",["time",{"datetime":"` + date + `"},"` + date + `"],"",")"]`
}

// embeds are the tables of what stands for a held embed.
var embeds = []behaviour{
	{name: "a stand-in says until when it would allow, and keeps its word", play: func(p play) {
		tab := p.open()
		p.Contains(tab.standIn("pixel"), ends("2027-02-23"))
		p.Contains(tab.standIn("ga"), ends("2027-05-23"))
		p.Contains(tab.standIn("ga pixel"), ends("2027-02-23"), "the first end of several")
		p.Contains(tab.standIn("ads display"), ends("2027-02-23"))
		p.Contains(tab.standIn("display basket"), ends("2027-12-23"), "what is essential ends nothing")
		p.Pass(40 * day)
		p.Contains(tab.standIn("pixel"), ends("2027-04-02"), "by the day on which it is drawn")
		tab.LoadAlways("ga pixel", "1")
		p.Equal("2 of 4 on · until 2027-04-02", tab.Said[len(tab.Said)-1])
		p.Pass(89 * day)
		p.True(tab.Allows("pixel"))
		p.Pass(2 * day)
		p.False(tab.Allows("pixel"))
	}},
	{name: "what one element may load once is open to what asks for any", play: func(p play) {
		tab := p.open()
		p.False(tab.Allows("pixel!*"))
		tab.LoadOnce("pixel", "7")
		p.False(tab.Allows("pixel"))
		p.True(tab.Allows("pixel!*"))
		p.True(tab.Allows("pixel pixel!*"), "an address may match two patterns")
		p.False(tab.Allows("ga!*"))
		p.False(tab.Allows("ga pixel!*"), "each has to be")
		p.False(tab.Allows("nobody!*"))
		p.False(tab.Allows("!*"))
		tab.LoadOnce("audience", "8")
		p.True(tab.Allows("ga matomo pixel!*"), "by its category")
		tab.Act("refuse")
		p.False(tab.Allows("pixel!*"))
		p.False(tab.Allows("matomo!*"))
	}},
	{name: "what is chosen for a visit is not allowed for longer by a stand-in", play: func(p play) {
		tab := p.arrive(Page{})
		tab.Choose(forVisit("matomo"))
		tree := tab.standIn("ga")
		p.Contains(tree, `"alwaysnames"," ",["small",{},"(","This visit",")"]`)
		p.Contains(tab.standIn("pixel"), ends("2027-02-23"))
		tab.LoadAlways("ga", "1")
		p.True(tab.Allows("ga"))
		p.leave(tab)
		tab = p.arrive(Page{})
		p.False(tab.Allows("ga"))
		p.False(tab.Allows("matomo"))
		p.Contains(tab.standIn("ga"), ends("2027-05-23"), "after it")
	}},
	{name: "a stand-in is headed by the title of its element, which is read as text", play: func(p play) {
		tab := p.open(`"name": "Pixel"`, `"plays": true, "name": "Pixel"`)
		tree := tab.standIn("pixel", "", "A <b>film</b>\n of \"ours\"", "fr")
		p.Contains(tree, `"role":"group","aria-label":"A <b>film</b> of \"ours\""`)
		p.Contains(tree, `["p",{"class":"octroi-named","lang":"fr","dir":"auto"},"A <b>film</b> of \"ours\""]`)
		p.Contains(tree, `["strong",{},"Pixel"]`, "whose it is, too")
		p.Contains(tree, `"class":"octroi-button octroi-play","data-octroi-act":"once"},"playonce"`)
		p.Contains(tab.standIn("ga"), `"role":"group","aria-label":"Analytics"`)
		p.Contains(tab.standIn("ga"), `"class":"octroi-button","data-octroi-act":"once"},"loadonce"`)
		p.Contains(tab.standIn("ga", "", "", "", "1"), `"playonce"`, "a video plays, whose ever it is")
		p.NotContains(tab.standIn("nobody", "", "A title"), "A title", "what opens for nobody")
	}},
}
