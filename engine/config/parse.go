package config

import (
	"github.com/octroi-consent/octroi/engine/ascii"
	"github.com/octroi-consent/octroi/engine/calendar"
	"github.com/octroi-consent/octroi/engine/jsontext"
	"github.com/octroi-consent/octroi/engine/vendors"
)

// Parse reads a declaration. With any fault the declaration must not open
// anything that is not essential; what could be read is returned all the same,
// so that essential services without a fault keep working, and what the others
// name stays blocked.
func Parse(text string) (*Config, []Fault) {
	c, f, _ := Read(text, false)
	return c, f
}

// Read is Parse for an engine of which a part may be missing: whole is false where that is
// needed, for the declaration has faults, or is about an app or other managers.
func Read(text string, partial bool) (c *Config, list []Fault, whole bool) {
	var f faults
	c = &Config{Name: DefaultName, Language: "en"}
	if len(text) > MaxBytes {
		f.add("$", tooLong, "")
		c.Block = true
		return c, f.told(partial), !partial
	}
	root, err := jsontext.Parse(text)
	if partial && (err != nil || root.Get("inherit") != nil || root.Get("app") != nil) {
		return c, nil, false
	}
	if len(items(root, "services")) > MaxServices {
		f.add("$.services", manyServices, "")
	}
	if len(items(root, "categories")) > MaxCategories {
		f.add("$.categories", manyCategories, "")
	}
	f.check(root, "$", 0)
	c.taken = makeNames(len(items(root, "services")) + len(items(root, "categories")))
	if name := str(root, "name"); name != "" {
		c.Name = name
	}
	if lang := str(root, "language"); lang != "" {
		c.Language = lang
	}
	site := root.Get("site")
	authority := site.Get("authority")
	c.Site = Site{textOf(site, "name"), str(site, "domain"), str(site, "controller"), str(site, "contact"),
		Authority{str(authority, "name"), str(authority, "url")}}
	policy := root.Get("policy")
	c.Policy = Policy{textOf(policy, "url"), str(policy, "revision"), str(policy, "updated")}
	if c.Layout = str(root, "layout"); c.Layout == "" {
		c.Layout = "corner"
	}
	c.OwnUI = str(root, "ui") == "own"
	if c.NoTab = c.OwnUI; root.Get("tab") != nil {
		c.NoTab = !yes(root, "tab")
	}
	f.theme(c, root.Get("theme"))
	c.Block = str(root, "unknown") == "block"
	f.enforce(c, str(root, "enforce"))
	c.Debug = yes(root, "debug")
	c.Reload = str(root, "onWithdraw") == "reload"
	c.Endpoint = str(root.Get("erase"), "endpoint")
	c.Receipts = str(root.Get("receipts"), "endpoint")
	c.Worker = Worker{str(root.Get("worker"), "file"), str(root.Get("worker"), "scope")}
	f.lifetimes(c, root)
	f.categories(c, items(root, "categories"))
	f.services(c, root)
	f.signals(c, root.Get("signals"))
	if partial {
		return c, nil, f == nil
	}
	f.others(c, root)
	if err != nil {
		f = faults{}
		c.distrust(nil)
		return c, syntax(text, err), true
	}
	if len(f) > maxFaults {
		c.distrust(nil) // which entries are right is not known
	} else if f != nil {
		c.distrust(f)
	}
	return c, f.worded(), true
}

// distrust marks what a fault makes useless, so that nothing opens by it; without a list,
// everything.
//
//go:noinline
func (c *Config) distrust(f faults) {
	c.Block = true
	for i := range c.Categories {
		cat, path := &c.Categories[i], index("$.categories", i)
		cat.Faulty = f == nil || cat.ID == ""
		for k := range f {
			at := f[k].path
			cat.Faulty = cat.Faulty || at == path || at == path+".id" || at == path+".required"
		}
	}
	for i := range c.Services {
		s := &c.Services[i]
		path := index("$.services", s.At)
		s.Faulty = f == nil || s.ID == ""
		for k := range f {
			s.Faulty = s.Faulty || ascii.HasPrefix(f[k].path, path)
		}
	}
	// Markup that names an id which two have may mean either.
	for n := range c.Places() {
		if first := c.Find(c.ID(n)); first != n {
			c.fault(first)
			c.fault(n)
		}
	}
}

// fault marks the category or service at a place that [Config.Find] gives.
func (c *Config) fault(n int) {
	if n < len(c.Categories) {
		c.Categories[n].Faulty = true
	} else {
		c.Services[c.Service(n)].Faulty = true
	}
}

// enforce reads from when on a policy stands: a list of what may be asked for cannot name
// what nobody declares.
func (f *faults) enforce(c *Config, when string) {
	switch {
	case when == "" && c.Block:
		when = "refusal"
	case when == "" || !c.Block:
		if when == "refusal" || when == "always" {
			f.add("$.enforce", needsBlock, "")
		}
		when = "hooks"
	}
	c.Enforce = when
}

// syntax tells where the declaration is not JSON.
//
//go:noinline
func syntax(text string, err *jsontext.SyntaxError) []Fault {
	if word, _ := ascii.Word(text); word == "" {
		return []Fault{{"$", "there is no declaration", `write it into the page, before octroi.js: <script type="application/json" id="octroi-config">{ … }</script>`}}
	}
	return []Fault{{"$", "not JSON: " + err.Reason, "mend " + position(text, err.Offset)}}
}

// others reads what is about other managers and an app.
//
//go:noinline
func (f *faults) others(c *Config, root *jsontext.Value) {
	f.inherit(c, items(root, "inherit"))
	if app := root.Get("app"); app != nil {
		c.App = &App{Origins: texts(app, "origins"), Hash: yes(app, "hash")}
		c.App.Keys, c.App.IDs = f.ids(c, app.Get("keys"), "$.app.keys")
	}
}

func position(text string, offset int) string {
	line, column := int64(1), int64(1)
	for i := range min(offset, len(text)) {
		column++
		if text[i] == '\n' {
			line, column = line+1, 1
		}
	}
	return "line " + jsontext.Int(line) + ", column " + jsontext.Int(column)
}

// str returns the text under a key, "" where there is none.
func str(v *jsontext.Value, key string) string {
	if item := v.Get(key); item != nil && item.Kind == jsontext.String {
		return item.Text
	}
	return ""
}

// textOf returns the text under a key. It is a copy: a pointer would keep all of the object that has
// it, and that would be in the memory of each site's engine.
func textOf(v *jsontext.Value, key string) Text {
	item := v.Get(key)
	if item == nil {
		return Text{}
	}
	own := *item
	return Text{&own}
}

// yes reports whether there is true under a key.
func yes(v *jsontext.Value, key string) bool {
	item := v.Get(key)
	return item != nil && item.Kind == jsontext.Bool && item.Text == "true"
}

func items(v *jsontext.Value, key string) []jsontext.Value {
	if item := v.Get(key); item != nil && item.Kind == jsontext.Array {
		return item.Items
	}
	return nil
}

func (f *faults) lifetimes(c *Config, root *jsontext.Value) {
	c.Max = calendar.Max
	limits := root.Get("lifetimes")
	if max, ok := calendar.ParseSpan(str(limits, "max")); ok && max.Session() {
		f.add("$.lifetimes.max", noLife, "")
	} else if ok && max.WithinMax() {
		c.Max = max
	}
	c.Idle, _ = calendar.ParseSpan(str(root, "sessionIdle"))
	if root.Get("sessionIdle") != nil && c.Idle.Length() < calendar.Minute {
		f.add("$.sessionIdle", underAMinute, "")
	}
}

func (f *faults) categories(c *Config, list []jsontext.Value) {
	essential := false
	c.Categories = make([]Category, len(list))
	for i := range list {
		v, cat := &list[i], &c.Categories[i]
		path := index("$.categories", i)
		cat.ID, cat.Label, cat.Text = f.id(c, v, path), textOf(v, "label"), textOf(v, "text")
		cat.Required = yes(v, "required")
		cat.Objectable = str(v, "gpc") == "refuse"
		essential = essential || cat.Required
		cat.AskAgainAfter = defaultAskAgainAfter
		if renew := str(v, "renewAfter"); cat.Required && renew != "" {
			f.add(path+".renewAfter", neverAsked, "")
		} else if span, ok := calendar.ParseSpan(renew); ok && span.WithinMax() {
			cat.AskAgainAfter = span
			if span.Months == 0 && span.Seconds < calendar.Day/1000 {
				f.add(path+".renewAfter", underADay, "")
			}
		}
	}
	if !essential {
		f.add("$.categories", noneEssential, "")
	}
}

// services reads the services, grouped by category. Those of no category come last, in
// one of their own that nobody can grant: what they name is held.
func (f *faults) services(c *Config, root *jsontext.Value) {
	list := items(root, "services")
	of, lost := make([]int, len(list)), len(c.Categories)
	for i := range list {
		v := &list[i]
		path := index("$.services", i)
		f.id(c, v, path)
		of[i] = lost
		for k := range c.Categories {
			if id := c.Categories[k].ID; id == str(v, "category") && id != "" {
				of[i] = k
			}
		}
		if of[i] == lost {
			if v.Get("category") != nil {
				f.add(path+".category", noCategory, c.ids(false))
			}
		} else if c.Categories[of[i]].Required {
			for k, u := range items(v, "urls") {
				if !ascii.HasPrefix(u.Text, "/") || ascii.HasPrefix(u.Text, "//") {
					f.add(index(path+".urls", k), thirdParty, "")
				}
			}
		} else if v.Get("policy") == nil {
			f.add(path+".policy", missing, "")
		}
	}
	for i := 0; i <= lost; i++ {
		from := len(c.Services)
		for k := range list {
			if of[k] == i {
				if i == len(c.Categories) {
					c.Categories = append(c.Categories, Category{AskAgainAfter: defaultAskAgainAfter})
				}
				c.Services = append(c.Services, f.service(c, root, &list[k], i, k))
			}
		}
		if i < len(c.Categories) {
			c.Categories[i].From, c.Categories[i].To = from, len(c.Services)
		}
	}
}

func (f *faults) service(c *Config, root, v *jsontext.Value, category, n int) Service {
	s := Service{
		ID: str(v, "id"), Category: category, At: n, Name: textOf(v, "name"), Provider: str(v, "provider"),
		Purpose: textOf(v, "purpose"), PurposeID: str(v, "purposeId"), Policy: textOf(v, "policy"), Poster: str(v, "poster"), Plays: yes(v, "plays"),
	}
	s.URLs, s.Inline = texts(v, "urls"), texts(v, "inline")
	// What an item does not say for itself, its service says, or its category, or all.
	above := [...]*jsontext.Value{nil, v, nil, root.Get("lifetimes")}
	if of := items(root, "categories"); category < len(of) {
		above[2] = &of[category]
	}
	for area, key := range [Areas]string{"cookies", "storage", "databases", "caches", "workers"} {
		list := items(v, key)
		s.Items[area] = make([]Item, len(list))
		for i := range list {
			above[0] = &list[i]
			f.item(c, above[:], &s.Items[area][i], c.Categories[category].Required, index(index("$.services", n)+"."+key, i))
		}
	}
	return s
}

func (f *faults) item(c *Config, above []*jsontext.Value, item *Item, required bool, path string) {
	item.Life, item.RenewSilently = c.Max, required
	for i := len(above) - 1; i >= 0; i-- {
		if life, ok := calendar.ParseSpan(str(above[i], "life")); ok {
			item.Life = life
		}
		switch end := str(above[i], "onEnd"); {
		case end == "" || required && i == len(above)-1:
		case !required:
			item.RenewSilently = end == "renew"
		case end == "ask":
			f.add(path+".onEnd", neverAsked, "")
		}
	}
	v := above[0]
	item.Name, item.Path, item.Domain = str(v, "name"), str(v, "path"), str(v, "domain")
	item.HTTPOnly = yes(v, "httpOnly")
	switch length := item.Life.Length(); {
	case length > c.Max.Length() && item.Life.WithinMax():
		f.add(path+".life", overMax, "")
	case length < calendar.Day && !item.Life.Session() && !item.RenewSilently:
		f.add(path+".onEnd", asksDaily, "")
	}
}

func (f *faults) inherit(c *Config, list []jsontext.Value) {
	for i := range list {
		v := &list[i]
		in := Inherit{From: str(v, "from"), Cookie: str(v, "cookie")}
		in.Names, in.IDs = f.ids(c, v.Get("ids"), index("$.inherit", i)+".ids")
		cookie, days := "", 0
		if vendor := vendors.Find(in.From); vendor != nil {
			cookie, days = vendor.Cookie, vendor.Days
		}
		if in.Cookie == "" {
			in.Cookie = cookie
		}
		var ok bool
		if in.Life, ok = calendar.ParseSpan(str(v, "life")); !ok {
			in.Life.Seconds = int64(days) * 86400
		}
		if cookie == "" && (v.Get("cookie") != nil || v.Get("life") != nil) {
			f.add(index("$.inherit", i), notTaken, "")
		}
		c.Inherit = append(c.Inherit, in)
	}
}

// ids reads what names of others are here.
func (f *faults) ids(c *Config, v *jsontext.Value, path string) (names, ids []string) {
	for k := 0; v != nil && k < len(v.Keys); k++ {
		names, ids = append(names, v.Keys[k]), append(ids, v.Items[k].Text)
		if c.Find(v.Items[k].Text) < 0 {
			f.add(path+"."+v.Keys[k], noID, c.ids(true))
		}
	}
	return names, ids
}

// texts reads a list of texts; faulty ones are left out.
func texts(v *jsontext.Value, key string) (list []string) {
	for _, item := range items(v, key) {
		if item.Text != "" {
			list = append(list, item.Text)
		}
	}
	return list
}

// id reads an identifier; categories and services share one space of them, since
// data-octroi names either.
func (f *faults) id(c *Config, v *jsontext.Value, path string) string {
	id := str(v, "id")
	if c.taken.take(id) {
		f.add(path+".id", taken, "")
	}
	return id
}
