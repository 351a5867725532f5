package config

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/octroi-consent/octroi/engine/calendar"
	"github.com/octroi-consent/octroi/engine/jsontext"
)

const right = `{
	"$schema": "config.schema.json", "name": "choice", "language": "fr",
	"site": {"name": {"fr": "Boutique", "en": "Shop"}, "controller": "Shop SAS", "contact": "mailto:a@shop.example",
		"authority": {"name": "CNIL", "url": "https://www.cnil.fr/"}},
	"policy": {"url": "/cookies", "revision": "1"},
	"categories": [
		{"id": "ads", "label": "Ads", "text": "T", "renewAfter": "30 days"},
		{"id": "essential", "label": "Essential", "text": "T", "required": true},
		{"id": "social", "label": "Social", "text": "T", "required": false}
	],
	"services": [
		{"id": "basket", "category": "essential", "name": "B", "provider": "Shop SAS", "purpose": "P", "urls": ["/basket"],
			"cookies": [{"name": "basket", "life": "session"}]},
		{"id": "pixel", "category": "ads", "name": "P", "provider": "X", "purpose": "P", "purposeId": "p", "policy": {"fr": "https://x.example/fr"},
			"urls": ["https://x.example/tag.js", "*.x.example"], "cookies": [{"name": "_x_*", "life": "13 months"}],
			"storage": [{"name": "x y;z", "life": "90 days"}]}
	]}`

func TestARightDeclaration(t *testing.T) {
	c, faults := Parse(right)
	require.Empty(t, faults)
	assert.Equal(t, "choice", c.Name)
	assert.Equal(t, Authority{"CNIL", "https://www.cnil.fr/"}, c.Site.Authority)
	assert.Equal(t, calendar.Span{Seconds: 30 * 86400}, c.Categories[0].AskAgainAfter)
	assert.Equal(t, calendar.Span{Months: 6}, c.Categories[2].AskAgainAfter, "six months by default (R1.50)")
	assert.Equal(t, "pixel", c.Services[0].ID, "services follow the order of the categories")
	assert.Equal(t, [4]int{0, 1, 1, 2}, [4]int{c.Categories[0].From, c.Categories[0].To, c.Categories[1].From, c.Categories[1].To})
	assert.Equal(t, []Item{{Name: "x y;z", Life: calendar.Span{Seconds: 90 * 86400}}}, c.Services[0].Items[Storage])
	assert.True(t, c.Services[1].Items[Cookies][0].Life.Session())
	for n, id := range []string{"ads", "essential", "social", "pixel", "basket"} {
		assert.Equal(t, n, c.Find(id))
		assert.Equal(t, id, c.ID(n))
	}
	assert.Equal(t, -1, c.Find("nobody"))
}

func TestTextsFallBack(t *testing.T) {
	v, _ := jsontext.Parse(`{"fr": "Boutique", "en": "Shop", "pt-BR": "Loja"}`)
	text := Text{v}
	for lang, want := range map[string]string{"fr": "Boutique", "fr-CA": "Boutique", "pt-BR": "Loja", "de": "Shop"} {
		assert.Equal(t, want, text.In(lang, "en"), lang)
	}
	assert.Equal(t, "Boutique", text.In("de", "it"))
	v, _ = jsontext.Parse(`"Shop"`)
	assert.Equal(t, "Shop", Text{v}.In("fr", "en"))
	assert.Empty(t, Text{}.In("de", "it"))
}

func TestEveryFaultNamesItsPathAndWhatIsRight(t *testing.T) {
	for name, c := range map[string]struct{ old, new, want string }{
		"unknown key":             {old: `"language": "fr"`, new: `"languages": "fr"`, want: `$.languages: unknown key; did you mean "language"? known here: name language unknown enforce onWithdraw ui layout tab theme lifetimes sessionIdle erase worker receipts inherit app signals debug site policy categories services`},
		"bad name":                {old: `"choice"`, new: `"a b"`, want: `$.name: not an identifier; use 1 to 64 letters, digits, "-" or "_"`},
		"bad language":            {old: `"language": "fr"`, new: `"language": "f"`, want: `$.language: not a language tag; write one as "en" or "pt-BR"`},
		"a language's name":       {old: `"language": "fr"`, new: `"language": "french"`, want: `$.language: not a language tag; write one as "en" or "pt-BR"`},
		"a name for a language":   {old: `"en": "Shop"`, new: `"english": "Shop"`, want: `$.site.name.english: not a language tag; write one as "en" or "pt-BR"`},
		"a comma too many":        {old: `"https://www.cnil.fr/"}`, new: `"https://www.cnil.fr/",}`, want: `$: not JSON: the comma before this is one too many; mend line 4, column 63`},
		"single quotes":           {old: `"Shop SAS"`, new: `'Shop SAS'`, want: `$: not JSON: texts stand in double quotes; mend line 3, column 67`},
		"a number for a duration": {old: `"30 days"`, new: `30`, want: `$.categories[0].renewAfter: not a duration; write one as "6 months", "30 days" or "session"`},
		"bad language of text":    {old: `"fr": "Boutique"`, new: `"french language": "Boutique"`, want: `$.site.name.french language: not a language tag; write one as "en" or "pt-BR"`},
		"no language":             {old: `{"fr": "Boutique", "en": "Shop"}`, new: `{}`, want: `$.site.name: no language; write {"en": "…"}`},
		"missing":                 {old: `"controller": "Shop SAS", `, want: `$.site.controller: missing; give it a text`},
		"wrong type":              {old: `"Shop SAS", "contact"`, new: `7, "contact"`, want: `$.site.controller: not a text of 1 to 4000 bytes; write "…"`},
		"empty":                   {old: `"Shop SAS", "contact"`, new: `"", "contact"`, want: `$.site.controller: not a text of 1 to 4000 bytes; write "…"`},
		"script as link":          {old: `"/cookies"`, new: `"javascript:alert(1)"`, want: `$.policy.url: not a link; start it with https://, mailto: or /`},
		"script as contact":       {old: `"mailto:a@shop.example"`, new: `" javascript:x"`, want: `$.site.contact: not a link; start it with https://, mailto: or /`},
		"no object":               {old: `{"url": "/cookies", "revision": "1"}`, new: `[]`, want: `$.policy: no object here; write { … }`},
		"no list":                 {old: `"urls": ["/basket"]`, new: `"urls": "/basket"`, want: `$.services[0].urls: not a list; write [ … ]`},
		"no essential":            {old: `"required": true`, new: `"required": false`, want: `$.categories: none is essential; add {"id": "essential", "required": true, …}`},
		"required is a text":      {old: `"required": false`, new: `"required": "no"`, want: `$.categories[2].required: neither yes nor no; write true or false`},
		"renewal beyond":          {old: `"30 days"`, new: `"14 months"`, want: `$.categories[0].renewAfter: longer than 13 months; write "13 months" or less`},
		"renewal is no time":      {old: `"30 days"`, new: `"soon"`, want: `$.categories[0].renewAfter: not a duration; write one as "6 months", "30 days" or "session"`},
		"renewal is the session":  {old: `"30 days"`, new: `"session"`, want: `$.categories[0].renewAfter: shorter than a day; write "1 day" or more, so that visitors have peace`},
		"renewal within a day":    {old: `"30 days"`, new: `"23 hours"`, want: `$.categories[0].renewAfter: shorter than a day; write "1 day" or more, so that visitors have peace`},
		"renewal of essential":    {old: `"required": true`, new: `"required": true, "renewAfter": "1 month"`, want: `$.categories[1].renewAfter: an essential category is not asked for; leave it out`},
		"id taken":                {old: `"id": "basket"`, new: `"id": "ads"`, want: `$.services[0].id: taken; give each category and service its own`},
		"id with a space":         {old: `"id": "basket"`, new: `"id": "the basket"`, want: `$.services[0].id: not an identifier; use 1 to 64 letters, digits, "-" or "_"`},
		"no such category":        {old: `"category": "ads"`, new: `"category": "adds"`, want: `$.services[1].category: no such category; use one of: ads essential social`},
		"essential third party":   {old: `["/basket"]`, new: `["https://cdn.example/b.js"]`, want: `$.services[0].urls[0]: an essential service is first-party only; use a path of this site, or another category`},
		"essential other origin":  {old: `["/basket"]`, new: `["//cdn.example/b.js"]`, want: `$.services[0].urls[0]: an essential service is first-party only; use a path of this site, or another category`},
		"no address":              {old: `["/basket"]`, new: `["/a b"]`, want: `$.services[0].urls[0]: a character that no address has; did you mean "/a%20b"?`},
		"no interface":            {old: `"site"`, new: `"ui": "none", "site"`, want: `$.ui: neither octroi nor own; write "octroi" or "own"`},
		"no layout":               {old: `"site"`, new: `"layout": "wall", "site"`, want: `$.layout: not known; write one of corner bar dialog`},
		"no theme":                {old: `"site"`, new: `"theme": {"name": "pink"}, "site"`, want: `$.theme.name: not known; write one of neutral editorial contrast plain`},
		"no colour":               {old: `"site"`, new: `"theme": {"light": {"ink": "red"}}, "site"`, want: `$.theme.light.ink: not a colour; write one as "#1c1b1a"`},
		"pale buttons":            {old: `"site"`, new: `"theme": {"light": {"accent": "#cccccc"}}, "site"`, want: `$.theme.light: onAccent on accent is too pale (R1.12); make their contrast 4.5:1 or more`},
		"pale text":               {old: `"site"`, new: `"theme": {"dark": {"soft": "#444444"}}, "site"`, want: `$.theme.dark: soft on paper is too pale (R6.08); make their contrast 4.5:1 or more`},
		"pale edges":              {old: `"site"`, new: `"theme": {"light": {"line": "#eeeeee"}}, "site"`, want: `$.theme.light: line on paper is too pale (R6.08); make their contrast 3:1 or more`},
		"no day":                  {old: `"policy": {`, new: `"policy": {"updated": "yesterday", `, want: `$.policy.updated: not a day; write one as "2026-11-23"`},
		"no manager":              {old: `"site"`, new: `"inherit": [{"from": "other", "ids": {}}], "site"`, want: `$.inherit[0].from: not known; write one of vanilla-cookieconsent klaro orejime cookiebot onetrust tarteaucitron didomi usercentrics`},
		"no id of ours":           {old: `"site"`, new: `"inherit": [{"from": "klaro", "ids": {"a": "nobody"}}], "site"`, want: `$.inherit[0].ids.a: no category or service has this id; write one of ads essential social basket pixel`},
		"no names":                {old: `"site"`, new: `"inherit": [{"from": "klaro", "ids": "a"}], "site"`, want: `$.inherit[0].ids: no object here; write {"their name": "your id"}`},
		"no such consents":        {old: `"site"`, new: `"inherit": [{"from": "onetrust", "ids": {}, "cookie": "x"}], "site"`, want: `$.inherit[0]: the consents of this manager are not taken over; leave cookie and life out`},
		"no ASCII":                {old: `["/basket"]`, new: `["/bücher"]`, want: `$.services[0].urls[0]: a character that no address has; did you mean "/b%C3%BCcher"?`},
		"no policy":               {old: `"policy": {"fr": "https://x.example/fr"},`, want: `$.services[1].policy: missing; give it a text`},
		"life beyond":             {old: `"13 months"`, new: `"2 years"`, want: `$.services[1].cookies[0].life: longer than 13 months; write "13 months" or less`},
		"life is no time":         {old: `"90 days"`, new: `"forever"`, want: `$.services[1].storage[0].life: not a duration; write one as "6 months", "30 days" or "session"`},
		"life beyond the site's":  {old: `"language": "fr"`, new: `"language": "fr", "lifetimes": {"max": "90 days"}`, want: `$.services[1].cookies[0].life: longer than lifetimes.max; shorten it`},
		"no life at all":          {old: `"language": "fr"`, new: `"language": "fr", "lifetimes": {"max": "session"}`, want: `$.lifetimes.max: no life at all; write "13 months" or less`},
		"asking within a day":     {old: `"life": "13 months"`, new: `"life": "30 minutes"`, want: `$.services[1].cookies[0].onEnd: would ask again within a day; write "onEnd": "renew", so that visitors have peace`},
		"asking for essentials":   {old: `"urls": ["/basket"],`, new: `"urls": ["/basket"], "onEnd": "ask",`, want: `$.services[0].cookies[0].onEnd: an essential category is not asked for; leave it out`},
		"another end":             {old: `"life": "13 months"`, new: `"onEnd": "stay"`, want: `$.services[1].cookies[0].onEnd: neither ask nor renew; write "ask" or "renew"`},
		"unknown what":            {old: `"language": "fr"`, new: `"unknown": "allow"`, want: `$.unknown: neither report nor block; write "report" or "block"`},
		"enforced how":            {old: `"language": "fr"`, new: `"enforce": "never"`, want: `$.enforce: not known; write one of hooks refusal always`},
		"enforced on what":        {old: `"language": "fr"`, new: `"enforce": "always"`, want: `$.enforce: a list cannot name what nobody declares; add "unknown": "block", or write "hooks"`},
		"enforced on a report":    {old: `"language": "fr"`, new: `"enforce": "refusal", "unknown": "report"`, want: `$.enforce: a list cannot name what nobody declares; add "unknown": "block", or write "hooks"`},
		"idle at once":            {old: `"language": "fr"`, new: `"sessionIdle": "59 seconds"`, want: `$.sessionIdle: shorter than a minute; write "1 minute" or more`},
		"idle for a session":      {old: `"language": "fr"`, new: `"sessionIdle": "session"`, want: `$.sessionIdle: shorter than a minute; write "1 minute" or more`},
		"endpoint elsewhere":      {old: `"language": "fr"`, new: `"erase": {"endpoint": "https://x.example/"}`, want: `$.erase.endpoint: not a path of this site; write one as "/account"`},
		"receipts unsafe":         {old: `"language": "fr"`, new: `"receipts": {"endpoint": "http://x.example/"}`, want: `$.receipts.endpoint: neither a path of this site nor an https address; write one as "/consent"`},
		"receipts anywhere":       {old: `"language": "fr"`, new: `"receipts": {"endpoint": "https://*.x.example/"}`, want: `$.receipts.endpoint: neither a path of this site nor an https address; write one as "/consent"`},
		"receipts nowhere":        {old: `"language": "fr"`, new: `"receipts": {}`, want: `$.receipts.endpoint: missing; give it a text`},
		"receipts by name":        {old: `"language": "fr"`, new: `"receipts": {"endpoint": "https://a:b@x.example/"}`, want: `$.receipts.endpoint: neither a path of this site nor an https address; write one as "/consent"`},
		"receipts of a text":      {old: `"language": "fr"`, new: `"receipts": "/consent"`, want: `$.receipts: no object here; write { … }`},
		"cookie's path":           {old: `"life": "13 months"`, new: `"path": "//x.example"`, want: `$.services[1].cookies[0].path: not a path of this site; write one as "/account"`},
		"cookie's flag":           {old: `"life": "13 months"`, new: `"httpOnly": "yes"`, want: `$.services[1].cookies[0].httpOnly: neither yes nor no; write true or false`},
		"cookie name of stars":    {old: `"_x_*"`, new: `"**"`, want: `$.services[1].cookies[0].name: not a name; write one as "_ga" or "_ga_*"`},
		"cookie name with equals": {old: `"_x_*"`, new: `"_x=1"`, want: `$.services[1].cookies[0].name: not a name; write one as "_ga" or "_ga_*"`},
		"not JSON":                {old: `"site": {`, new: `"site": [`, want: `$: not JSON: a comma or the closing ] is missing; mend line 3, column 17`},
	} {
		require.Contains(t, right, c.old, name)
		_, faults := Parse(strings.Replace(right, c.old, c.new, 1))
		var got []string
		for i := range faults {
			got = append(got, faults[i].String())
		}
		assert.Contains(t, got, c.want, name)
		if name != "no essential" { // which turns the basket into a service that needs a policy
			assert.Len(t, got, 1, "%s: one fault, one sentence", name)
		}
	}
}

// The nearest that is said holds: of the item, its service, its category, or all.
func TestLivesAreInherited(t *testing.T) {
	rules := func(replacements ...string) (items []Item) {
		c, faults := Parse(strings.NewReplacer(replacements...).Replace(right))
		require.Empty(t, faults)
		for _, s := range c.Services {
			items = append(items, slices.Concat(s.Items[:]...)...)
		}
		return items
	}
	all := calendar.Span{Months: 13}
	days := func(n int64) calendar.Span { return calendar.Span{Seconds: n * 86400} }
	none := []string{`, "life": "13 months"`, ``, `, "life": "90 days"`, ``, `, "life": "session"`, ``}
	with := func(more ...string) []string { return append(slices.Clone(none), more...) }
	assert.Equal(t, []Item{{Name: "_x_*", Life: all}, {Name: "x y;z", Life: all}, {Name: "basket", Life: all, RenewSilently: true}}, rules(none...))
	assert.Equal(t, []Item{{Name: "_x_*", Life: days(200), RenewSilently: true}, {Name: "x y;z", Life: days(200), RenewSilently: true}, {Name: "basket", Life: days(200), RenewSilently: true}},
		rules(with(`"language"`, `"lifetimes": {"max": "200 days", "onEnd": "renew"}, "language"`)...))
	assert.Equal(t, []Item{{Name: "_x_*", Life: days(2)}, {Name: "x y;z", Life: days(3), RenewSilently: true}, {Name: "basket", Life: all, RenewSilently: true}},
		rules(with(`"id": "ads",`, `"id": "ads", "life": "1 day",`, `"id": "pixel",`, `"id": "pixel", "life": "2 days", "onEnd": "ask",`,
			`{"name": "x y;z"`, `{"name": "x y;z", "life": "3 days", "onEnd": "renew"`, `"language"`, `"lifetimes": {"onEnd": "renew"}, "language"`)...))
	c, faults := Parse(strings.NewReplacer(`"language"`, `"unknown": "block", "sessionIdle": "30 minutes", "erase": {"endpoint": "/erase"}, "language"`,
		`"storage": [`, `"databases": [{"name": "db"}], "caches": [{"name": "c"}], "workers": [{"name": "/sw.js"}], "storage": [`,
		`"life": "13 months"`, `"path": "/a", "domain": "x.example", "httpOnly": true`).Replace(right))
	require.Empty(t, faults)
	assert.Equal(t, []any{true, calendar.Span{Seconds: 1800}, "/erase"}, []any{c.Block, c.Idle, c.Endpoint})
	s := c.Services[0]
	assert.Equal(t, Item{Name: "_x_*", Life: all, Path: "/a", Domain: "x.example", HTTPOnly: true}, s.Items[Cookies][0])
	assert.Equal(t, []string{"db", "c", "/sw.js"}, []string{s.Items[Databases][0].Name, s.Items[Caches][0].Name, s.Items[Workers][0].Name})
}

func TestFromWhenOnAPolicyStands(t *testing.T) {
	for more, want := range map[string]string{
		``:                     "hooks",
		`"unknown": "report",`: "hooks",
		`"enforce": "hooks",`:  "hooks",
		`"unknown": "block",`:  "refusal",
		`"unknown": "block", "enforce": "hooks",`:   "hooks",
		`"unknown": "block", "enforce": "refusal",`: "refusal",
		`"unknown": "block", "enforce": "always",`:  "always",
	} {
		c, faults := Parse(strings.Replace(right, `"language"`, more+` "language"`, 1))
		require.Empty(t, faults, more)
		assert.Equal(t, want, c.Enforce, more)
	}
}

func TestTheDocumentedDeclarationsAreRight(t *testing.T) {
	readme, err := os.ReadFile(filepath.Join("..", "..", "docs", "declaration.md"))
	require.NoError(t, err)
	_, rest, _ := strings.Cut(string(readme), "```json\n")
	declaration, _, found := strings.Cut(rest, "```")
	require.True(t, found)
	c, faults := Parse(declaration)
	assert.Empty(t, faults)
	assert.Len(t, c.Services, 1)
}

// What editors are told is what the engine takes: the same keys at the same places,
// the same ones needed.
func TestTheEditorsSchemaHasTheSameKeys(t *testing.T) {
	b, err := os.ReadFile(filepath.Join("..", "..", "web", "config.schema.json"))
	require.NoError(t, err)
	type node struct {
		Properties map[string]*node
		Required   []string
		Items      *node
		Ref        string           `json:"$ref"`
		Defs       map[string]*node `json:"$defs"`
	}
	var root node
	require.NoError(t, json.Unmarshal(b, &root))
	var theirs func(n *node, path string) []string
	theirs = func(n *node, path string) (keys []string) {
		if n.Ref != "" {
			n = root.Defs[strings.TrimPrefix(n.Ref, "#/$defs/")]
		}
		if n.Items != nil {
			return theirs(n.Items, path+"[]")
		}
		for key, sub := range n.Properties {
			mark := "?"
			if slices.Contains(n.Required, key) {
				mark = ""
			}
			keys = append(append(keys, path+"."+key+mark), theirs(sub, path+"."+key)...)
		}
		return keys
	}
	var ours []string
	path := []string{"$"}
	for _, token := range regexp.MustCompile(`[a-zA-Z]+\??|[{}\[\]]`).FindAllString(strings.NewReplacer("{", " { ", "?", "? ", "[", " [ ").Replace(schema), -1) {
		switch {
		case token == "{":
			path = append(path, "")
		case token == "}":
			path = path[:len(path)-1]
		case token == "[":
			path[len(path)-1] += "[]"
		case token == "]" || len(token) == 1:
		default:
			key, optional := strings.CutSuffix(token, "?")
			path[len(path)-1] = key
			mark := ""
			if optional {
				mark = "?"
			}
			ours = append(ours, strings.Join(path, ".")+mark)
		}
	}
	got := theirs(&root, "$")
	// That there are no categories, the engine tells in words of its own.
	ours = slices.DeleteFunc(ours, func(key string) bool { return key == "$.categories?" })
	// The owner's command writes out what is used.
	got = slices.DeleteFunc(got, func(key string) bool { return key == "$.categories" || key == "$.use?" })
	slices.Sort(ours)
	slices.Sort(got)
	assert.Equal(t, ours, got)
	assert.Greater(t, len(ours), 30)
}

func TestNothingIsDeclared(t *testing.T) {
	for _, text := range []string{"", " \n"} {
		_, faults := Parse(text)
		require.Len(t, faults, 1)
		assert.Equal(t, `$: there is no declaration; write it into the page, before octroi.js: <script type="application/json" id="octroi-config">{ … }</script>`, faults[0].String())
	}
}

func TestTooMuch(t *testing.T) {
	_, faults := Parse(strings.Repeat(" ", MaxBytes+1))
	assert.Len(t, faults, 1)
	_, faults = Parse(strings.Replace(right, `"services": [`, `"services": [`+strings.Repeat(`{},`, MaxServices), 1))
	assert.Equal(t, "$.services", faults[0].Path)
	assert.Equal(t, Fault{"$", "more than 200 faults", "mend those above first"}, faults[len(faults)-1])
	_, faults = Parse(strings.Replace(right, `"categories": [`, `"categories": [`+strings.Repeat(`{"label":"x"},`, MaxCategories), 1))
	assert.Contains(t, faults, Fault{"$.categories", "more than 32", "join some"})
}

func FuzzParse(f *testing.F) {
	f.Add(right)
	f.Add(`{"services":[{}],"categories":[[]]}`)
	if shop, err := os.ReadFile(filepath.Join("..", "..", "web", "demo", "octroi.json")); err == nil {
		f.Add(string(shop))
	}
	f.Fuzz(func(t *testing.T, text string) {
		c, faults := Parse(text)
		for i := range faults {
			assert.True(t, strings.HasPrefix(faults[i].Path, "$"))
			assert.NotEmpty(t, faults[i].Reason)
			assert.NotEmpty(t, faults[i].Right)
		}
		for i := range c.Services {
			assert.Less(t, c.Services[i].Category, len(c.Categories))
		}
		if len(faults) > 0 {
			return
		}
		for _, cat := range c.Categories {
			assert.True(t, cat.AskAgainAfter.WithinMax() && (cat.AskAgainAfter.Months > 0 || cat.AskAgainAfter.Seconds >= 86400))
		}
		for _, s := range c.Services {
			for _, item := range slices.Concat(s.Items[:]...) {
				assert.True(t, item.Life.WithinMax() && item.Life.Length() <= c.Max.Length())
			}
		}
	})
}
