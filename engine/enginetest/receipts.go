package enginetest

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"time"

	"github.com/octroi-consent/octroi/engine"
)

// proving is a shop that wants receipts, and more.
func proving(more ...string) []string {
	return append([]string{`"site"`, `"receipts": {"endpoint": "/consent"}, "site"`}, more...)
}

// prove opens a shop that wants receipts.
func (p play) prove(more ...string) *Tab { return p.open(proving(more...)...) }

// receipt is a receipt's text, from layer on, and until when it holds.
func receipt(until, layer, method, granted string) string {
	return fmt.Sprintf(`"until":%q … "layer":%q,"method":%q,"granted":{%s}}`, until, layer, method, granted)
}

var middle = regexp.MustCompile(`^.*("until":"[^"]*"),.*("layer":.*)$`)

// proven asserts that the receipts of a tab's choices are these, and no others.
func (p play) proven(t *Tab, want ...string) {
	p.Helper()
	got := []string{}
	for _, r := range t.Receipts {
		p.True(json.Valid([]byte(r.Text)), r.Text)
		got = append(got, middle.ReplaceAllString(r.Text, "$1 … $2"))
		p.Equal(!strings.Contains(r.Text, "true") && !strings.Contains(r.Text, `[`), r.Refusal, r.Text)
	}
	p.Equal(append([]string{}, want...), got)
}

// hashed is the SHA-256 of JSON without blanks outside strings, by the standard library.
func hashed(text string) string {
	var all json.RawMessage
	if err := json.Unmarshal([]byte(text), &all); err != nil {
		panic(err)
	}
	compact, err := json.Marshal(all)
	if err != nil {
		panic(err)
	}
	sum := sha256.Sum256(compact)
	return hex.EncodeToString(sum[:])
}

// proven are the tables of receipts: each decision makes one.
var proven = []behaviour{
	{name: "where no receipts are wanted none are made", play: func(p play) {
		tab := p.open()
		tab.Act("accept")
		tab.Page("refuse")
		p.Empty(tab.Kept)
		p.Empty(tab.Receipts)
	}},
	{name: "the receipt of a choice on the first layer", play: func(p play) {
		tab := p.prove()
		p.Equal("/consent octroi-receipts", tab.Kept)
		p.Empty(tab.Receipts, "a question is no choice")
		p.Zero(tab.Written)
		tab.Act("accept")
		p.Len(tab.Receipts, 1)
		p.Equal(`{"format":1,"id":"00000000-0000-4000-8000-000000000001","at":"2026-11-23T12:00Z","until":"2027-02-23T12:00Z","host":"shop.example.org","octroi":"2.0.0","declaration":"`+
			hashed(Shop(proving()...))+`","texts":"`+hashed(BuiltIn)+`","language":"en","layout":"corner","layer":"first","method":"accept","granted":{"audience":true,"ads":true,"display":true}}`, tab.Receipts[0].Text)
		p.False(tab.Receipts[0].Refusal)
	}},
	{name: "the receipt of a total refusal", play: func(p play) {
		p.Pass(21*time.Hour + 42*time.Minute)
		tab := p.prove(`"policy": {`, `"layout": "bar", "policy": {`)
		tab.Act("refuse")
		p.proven(tab, receipt("2027-02-24T09:42Z", "first", "refuse", `"audience":false,"ads":false,"display":false`))
		p.Contains(tab.Receipts[0].Text, `"at":"2026-11-24T09:42Z"`)
		p.Contains(tab.Receipts[0].Text, `"layout":"bar"`)
	}},
	{name: "a selection's receipt names the services of what is granted in part", play: func(p play) {
		tab := p.prove()
		tab.Act("preferences")
		tab.Send(engine.Toggle, "ga", "on")
		tab.Send(engine.Toggle, "display", "on")
		p.Empty(tab.Receipts, "a switch that moves is no choice")
		tab.Act("save")
		p.proven(tab, receipt("2027-02-23T12:00Z", "second", "select", `"audience":["ga"],"ads":false,"display":true`))
		tab.Act("preferences")
		tab.Act("refuse")
		p.proven(tab, receipt("2027-02-23T12:00Z", "second", "select", `"audience":["ga"],"ads":false,"display":true`),
			receipt("2027-02-23T12:00Z", "second", "refuse", `"audience":false,"ads":false,"display":false`))
		tab.Act("preferences")
		tab.Act("close")
		p.Len(tab.Receipts, 2)
	}},
	{name: "a receipt marks services where there are too many to name", play: func(p play) {
		const long = "a-service-with-a-name-that-is-as-long-as-a-name-may-be-of-number"
		var more strings.Builder
		var answers []Answer
		for n := range 70 {
			id := fmt.Sprintf("%s%02d", long[:62], n)
			fmt.Fprintf(&more, `{"id": %q, "category": "ads", "name": "S", "provider": "P", "purpose": "P.", "policy": "/p"},`, id)
			if n%2 == 0 || n == 69 {
				answers = append(answers, granted(id))
			}
		}
		tab := p.prove(`"services": [`, `"services": [`+more.String())
		tab.Choose(append(answers[:30:30], granted("ga"))...)
		tab.Choose(answers[30:]...)
		p.Len(tab.Receipts, 2)
		p.Contains(tab.Receipts[0].Text, `"granted":{"audience":["ga"],"ads":["`+long[:62]+`00","`)
		p.Contains(tab.Receipts[1].Text, `"granted":{"audience":"4","ads":"aaaaaaaaaaaaaaaaac"}}`)
	}},
	{name: "receipts of the page's choices tell of all that is decided, and of nothing else", play: func(p play) {
		tab := p.prove()
		tab.Choose(granted("ga"))
		p.proven(tab, receipt("2027-05-23T12:00Z", "page", "page", `"audience":["ga"]`))
		p.Pass(time.Hour)
		tab.Choose(denied("ads"), granted("nobody"))
		tab.Page("accept")
		tab.Page("refuse")
		tab.Choose()
		tab.Choose(granted("nobody"))
		tab.Choose(granted("basket"))
		p.proven(tab, receipt("2027-05-23T12:00Z", "page", "page", `"audience":["ga"]`),
			receipt("2027-02-23T13:00Z", "page", "page", `"audience":["ga"],"ads":false`),
			receipt("2027-02-23T13:00Z", "page", "page", `"audience":true,"ads":true,"display":true`),
			receipt("2027-02-23T13:00Z", "page", "page", `"audience":false,"ads":false,"display":false`))
	}},
	{name: "a choice that has ended is in no receipt", play: func(p play) {
		tab := p.prove()
		tab.Act("accept")
		p.Pass(100 * day)
		p.Equal("expired", tab.State().Categories["ads"].Ask)
		p.Len(tab.Receipts, 1, "an end is no choice")
		tab.Choose(granted("ga"))
		p.proven(tab, receipt("2027-02-23T12:00Z", "first", "accept", `"audience":true,"ads":true,"display":true`),
			receipt("2027-09-03T12:00Z", "page", "page", `"audience":true,"display":true`))
	}},
	{name: "a stand-in that always allows makes a receipt, one that loads once does not", play: func(p play) {
		tab := p.prove()
		tab.LoadOnce("pixel", "1")
		p.Empty(tab.Receipts, "that is not recorded")
		tab.LoadAlways("pixel", "1")
		p.proven(tab, receipt("2027-02-23T12:00Z", "stand-in", "select", `"ads":true`))
		p.allows(tab, "essential ads pixel basket")
	}},
	{name: "what is undone has a receipt too", play: func(p play) {
		tab := p.prove()
		tab.Act("refuse")
		tab.Act("undo")
		p.proven(tab, receipt("2027-02-23T12:00Z", "first", "refuse", `"audience":false,"ads":false,"display":false`),
			receipt("2026-11-23T12:00Z", "first", "select", ``))
		p.Equal("ask", tab.Layer)
		tab.Act("accept")
		tab.Act("preferences")
		tab.Send(engine.Toggle, "ads", "")
		tab.Act("save")
		tab.Act("undo")
		p.Len(tab.Receipts, 5)
		p.True(strings.HasSuffix(tab.Receipts[4].Text, `"layer":"second","method":"select","granted":{"audience":true,"ads":true,"display":true}}`), tab.Receipts[4].Text)
	}},
	{name: "the same as before is a choice", play: func(p play) {
		tab := p.prove()
		tab.Act("accept")
		tab = p.reload(tab, proving(`"r1"`, `"r2"`)...)
		p.Empty(tab.Receipts)
		tab.Act("same")
		p.proven(tab, receipt("2027-02-23T12:00Z", "first", "select", `"audience":true,"ads":true,"display":true`))
		p.Contains(tab.Receipts[0].Text, hashed(Shop(proving(`"r1"`, `"r2"`)...)))
	}},
	{name: "an app's choices have receipts", play: func(p play) {
		declared := inApp("")
		declared[1] = `"receipts": {"endpoint": "/consent"}, ` + declared[1]
		at := p.Now.Add(-60 * day)
		tab := p.begin(declared, left(choices(p.Now, at, "audience", "ads")))
		p.proven(tab, receipt("2026-12-24T12:00Z", "app", "app", `"audience":true,"ads":true,"display":false`))
		tab.Called(`{"octroi":1,"type":"withdraw","ids":["pixel"]}`)
		tab.Called(`{"octroi":1,"type":"withdraw","ids":["nobody"]}`)
		tab.Called(choices(p.Now, at, "audience"))
		p.Len(tab.Receipts, 2, "what is refused for its form, or stale, is no choice")
		p.True(strings.HasSuffix(tab.Receipts[1].Text, `"layer":"app","method":"app","granted":{"audience":true,"ads":false,"display":false}}`), tab.Receipts[1].Text)
	}},
	{name: "what is taken over from another manager has one receipt", play: func(p play) {
		declared := proving(`"policy": {`, `"inherit": [{"from": "klaro", "ids": {"matomo": "matomo", "google": "ga", "meta": "pixel", "view": "display"}, "life": "30 days"}], "policy": {`)
		p.Cookies["klaro"] = Cookie{Value: url.PathEscape(`{"matomo":true,"google":false,"meta":false,"view":true}`)}
		tab := p.open(declared...)
		p.Len(tab.Receipts, 1)
		p.True(strings.HasSuffix(tab.Receipts[0].Text, `"layer":"page","method":"inherit","granted":{"audience":["matomo"],"ads":false,"display":true}}`), tab.Receipts[0].Text)
		tab = p.reload(tab, declared...)
		p.Empty(tab.Receipts)
	}},
	{name: "the browser's own no is obeyed without a choice, and so without a receipt", play: func(p play) {
		tab := p.objected(proving(`{"id": "ads", "label"`, `{"id": "ads", "gpc": "refuse", "label"`))
		p.Empty(tab.Receipts)
		tab.Act("accept")
		p.proven(tab, receipt("2027-05-23T12:00Z", "first", "accept", `"audience":true,"display":true`))
	}},
	{name: "other tabs, ends and deleted items make no receipts", play: func(p play) {
		tab := p.prove()
		other := p.prove()
		tab.Act("accept")
		p.allows(other, opened)
		p.Len(tab.Receipts, 1)
		p.Empty(other.Receipts)
		tab.Write(0, "_ga=1"+forever)
		other.Act("preferences")
		other.Act("list")
		other.Act("delete0_ga")
		other.Act("close")
		other.Choose(forVisit("audience"))
		p.Len(other.Receipts, 1)
		p.Pass(13 * 31 * day)
		tab.Recheck("")
		p.Len(tab.Receipts, 1)
		p.Len(other.Receipts, 1)
	}},
	{name: "of a choice in a frame the page around it has the receipt", play: func(p play) {
		tab := p.Browser.Open(p.fresh(), Page{Config: Shop(proving()...), Languages: "en", Framed: true})
		p.Empty(tab.Kept)
		tab.Act("preferences")
		tab.Act("accept")
		p.allows(tab, opened)
		p.Empty(tab.Receipts)
	}},
	{name: "a receipt tells in which language the visitor was asked", play: func(p play) {
		tab := p.Browser.Open(p.fresh(), Page{Config: Shop(proving()...), Languages: "fr-CA"})
		tab.Act("accept")
		p.Contains(tab.Receipts[0].Text, `"texts":"`+hashed(`{"title":"Titre"}`)+`","language":"fr",`)
	}},
	{name: "where the page draws the interface, its choices have receipts", play: func(p play) {
		tab := p.prove(`"policy": {`, `"ui": "own", "policy": {`)
		tab.Page("accept")
		p.Empty(tab.Receipts, "what does not count is no choice")
		tab.press("accept", plainLook, plainLook)
		tab.Page("accept")
		p.proven(tab, receipt("2027-02-23T12:00Z", "page", "page", `"audience":true,"ads":true,"display":true`))
	}},
	{name: "the visitor is shown by which id to ask for the proof", play: func(p play) {
		tab := p.prove()
		tab.Act("preferences")
		p.NotContains(tab.Tree, "Proof")
		tab.Act("accept")
		tab.Act("preferences")
		const line = `,["p",{"class":"octroi-fine"},"Proof: ",["span",{"dir":"ltr"},"00000000-0000-4000-8000-000000000001"],"."]`
		p.Contains(tab.Tree, line)
		p.Contains(tab.Reply("declaration"), line)
		tab.Act("refuse")
		tab.Act("preferences")
		p.NotContains(tab.Tree, "Proof")
		p.NotContains(tab.Reply("declaration"), `"Proof: "`)
		tab.Send(engine.ReceiptKept, "another")
		p.Contains(tab.Tree, `"another"`, "the layer may be there first")
		tab.Send(engine.Toggle, "ga", "on")
		tab.Send(engine.ReceiptKept, "late")
		p.NotContains(tab.Tree, `"late"`, "not while somebody is at it")
		tab.Act("save")
		p.True(tab.Allows("ga"))
	}},
	{name: "where receipts wait is the engine's own", play: func(p play) {
		row := `"octroi-receipts"],["td",{},"IndexedDB"],["td",{},"Shop",["br",{}],"Shop SAS",["br",{}],"Keeps the proof."],["td",{},"persistent, 13 months"]`
		tab := p.open()
		p.NotContains(tab.Reply("policy"), "receipts")
		tab.Close()
		tab = p.prove(`"policy": {`, `"unknown": "block", "policy": {`, `"storage": [`, `"databases": [{"name": "px*"}], "storage": [`)
		p.Contains(tab.Reply("policy"), row)
		p.False(tab.Write(2, "octroi-receipts"), "no script can read what it keeps")
		p.False(tab.Write(2, "octroi"))
		p.Databases["octroi-receipts"] = true
		tab.Act("refuse")
		tab.Act("preferences")
		tab.Act("list")
		p.True(p.Databases["octroi-receipts"], "it is not erased")
		p.Contains(tab.row("2octroi-receipts"), "Keeps the proof.")
		p.True(strings.HasSuffix(tab.row("2octroi-receipts"), `,["td",{}]]`), "no button deletes it")
		p.NotContains(tab.Reply("report"), `"undeclared":["octroi-receipts"`)
	}},
}
