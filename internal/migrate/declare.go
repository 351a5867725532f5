package migrate

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/publicsuffix"

	"github.com/octroi-consent/octroi/engine/gate"
	"github.com/octroi-consent/octroi/engine/vendors"
	"github.com/octroi-consent/octroi/internal/audit/inquiry"
	"github.com/octroi-consent/octroi/internal/declaration"
)

// maker writes a declaration.
type maker struct {
	language   string
	categories []map[string]any
	services   []map[string]any
	taken      map[string]bool
	kinds      map[string]string // ids of categories by their kind
	essential  map[string]bool   // ids of categories that are essential
	used       []string          // languages that the source has
}

func itoa(n int) string { return strconv.Itoa(n) }

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// declare writes all that was read as one declaration.
func (m *migration) declare() {
	m.taken, m.kinds, m.essential = map[string]bool{}, map[string]string{}, map[string]bool{}
	m.tongue()
	d := map[string]any{}
	if m.language != "en" {
		d["language"] = m.language
	}
	for _, o := range m.olds {
		for _, q := range o.questions {
			m.ask(q.Where, q.Text)
		}
		for _, one := range o.leftOut {
			m.result.LeftOut = add(m.result.LeftOut, one)
		}
	}
	d["site"], d["policy"] = m.site(), m.policy()
	for _, o := range m.olds {
		if o.layout != "" && d["layout"] == nil {
			d["layout"] = o.layout
		}
		for _, c := range o.categories {
			m.category(o, c)
		}
	}
	for _, o := range m.olds {
		for _, s := range o.services {
			m.service(o, s)
		}
		for _, c := range o.categories {
			m.loose(o, c)
		}
		for _, g := range o.gates {
			m.gated(o, g)
		}
	}
	if len(m.essential) == 0 {
		m.kindCategory("essential")
	}
	m.emptied()
	m.signals(d)
	var inherit []any
	for _, o := range m.olds {
		if one := m.inherit(o); one != nil {
			inherit = append(inherit, one)
		}
	}
	if inherit != nil {
		d["inherit"] = inherit
	}
	slices.SortStableFunc(m.categories, func(a, b map[string]any) int { return rankOf(a) - rankOf(b) })
	d["categories"], d["services"] = m.categories, m.services
	if m.services == nil {
		d["services"] = []any{}
	}
	m.result.Declaration = d
}

func rankOf(category map[string]any) int {
	if category["required"] == true {
		return 0
	}
	return 1
}

var tag = regexp.MustCompile(`^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*$`)

// tongue finds the languages of what was read.
func (m *migration) tongue() {
	for _, o := range m.olds {
		o.language = strings.ReplaceAll(o.language, "_", "-")
		if !tag.MatchString(o.language) {
			o.language = ""
		}
		if m.language == "" {
			m.language = o.language
		}
	}
	for _, p := range m.pages {
		if m.language == "" && tag.MatchString(p.lang) {
			m.language, _, _ = strings.Cut(p.lang, "-")
		}
	}
	if m.language == "" {
		m.language = "en"
	}
	note := func(t texts) {
		for language := range t {
			if language != "" {
				m.used = add(m.used, language)
			}
		}
	}
	for _, o := range m.olds {
		for _, c := range o.categories {
			note(c.label)
			note(c.text)
		}
		for _, s := range o.services {
			note(s.label)
			note(s.purpose)
		}
	}
	m.used = add(m.used, m.language)
	slices.Sort(m.used)
}

// written is a text as a declaration has it: in one language, or by language; nil where there is
// none.
func (m *migration) written(t texts, fill texts) any {
	all := map[string]string{}
	for _, language := range sortedKeys(t) {
		at := language
		if at == "" {
			at = m.language
		}
		if tag.MatchString(at) && all[at] == "" {
			all[at] = t[language]
		}
	}
	// What the source lacks stands in as far as its languages go.
	if len(all) == 0 {
		for _, language := range m.used {
			base, _, _ := strings.Cut(language, "-")
			if fill[base] != "" {
				all[language] = fill[base]
			}
		}
		if len(all) == 0 && fill["en"] != "" {
			all["en"] = fill["en"]
		}
	}
	switch {
	case len(all) == 0:
		return nil
	case len(all) == 1 && all[m.language] != "":
		return all[m.language]
	}
	return all
}

func (m *migration) site() map[string]any {
	name := "TO DO: the site's name"
	for _, p := range m.pages {
		title := p.title
		for _, e := range p.elements {
			if e.tag == "meta" && e.attrs["property"] == "og:site_name" {
				title = e.attrs["content"]
			}
		}
		if title = plain(title); title != "" && strings.HasPrefix(name, "TO DO") {
			name = title
		}
	}
	site := map[string]any{"name": name, "controller": "TO DO: who answers for the site", "contact": "/"}
	if strings.HasPrefix(name, "TO DO") {
		m.ask("site.name", "What is the site called?")
	} else {
		m.ask("site.name", "Is the site called "+quoted(name)+"? That was taken from a page.")
	}
	m.ask("site.controller", "Who answers for the site: which company, association or person?")
	m.ask("site.contact", "Where can visitors write to? \"mailto:privacy@…\", or a page's address.")
	for _, o := range m.olds {
		domain := strings.ToLower(strings.TrimPrefix(o.domain, "."))
		if domain == "" || site["domain"] != nil {
			continue
		}
		if suffix, _ := publicsuffix.PublicSuffix(domain); suffix == domain || !host.MatchString(domain) {
			m.ask("site.domain", "The manager's cookie was for "+quoted(o.domain)+", which is no site's own domain.")
			continue
		}
		site["domain"] = domain
	}
	return site
}

var host = regexp.MustCompile(`^[a-z0-9-]+(\.[a-z0-9-]+)+$`)

func (m *migration) policy() map[string]any {
	all := texts{}
	for _, o := range m.olds {
		for _, language := range sortedKeys(o.policy) {
			address := o.policy[language]
			if !strings.HasPrefix(address, "https://") && !strings.HasPrefix(address, "http://") && !strings.HasPrefix(address, "/") {
				address = "/" + strings.TrimPrefix(address, "./")
			}
			if !strings.ContainsAny(address, " \t\n\"<>") && all[language] == "" {
				all[language] = address
			}
		}
	}
	url := m.written(all, nil)
	if url == nil {
		url = "/cookies"
		m.ask("policy.url", "Where is the cookie policy? A page with <div data-octroi-declaration></div> can be it.")
	}
	return map[string]any{"url": url, "revision": "1"}
}

// newID makes an id of a name that no other has.
func (m *migration) newID(name, otherwise string) string {
	id := inquiry.HostID(name)
	if id == "host" {
		id = otherwise
	}
	if m.taken[id] {
		id = inquiry.HostID(id[:min(len(id), 50)] + "-" + otherwise)
	}
	for n, base := 2, id; m.taken[id]; n++ {
		id = base + "-" + itoa(n)
	}
	m.taken[id] = true
	return id
}

// kindOf is the kind that a category of another manager is of; "" where that cannot be told.
func kindOf(o *old, name string) string {
	if kind := o.manager.standard[name]; kind != "" {
		return kind
	}
	low := strings.ToLower(name)
	if _, is := declaration.Standards[low]; is {
		return low
	}
	if kind := declaration.Kind(low); kind != "" && kind != "functions" {
		return kind
	}
	return map[string]string{"analytics": "statistics", "performance": "statistics", "ads": "marketing", "targeting": "marketing", "necessary": "essential", "required": "essential", "functional": "preferences"}[low]
}

// category writes one of another manager's.
func (m *migration) category(o *old, c *oldCategory) {
	kind := kindOf(o, c.name)
	name := c.name
	if !o.manager.keeps && kind != "" {
		name = kind
		if c.id = m.kinds[kind]; c.id != "" {
			return
		}
	}
	if kind == "essential" && !o.manager.keeps {
		c.required = true
	}
	if m.known.Service(inquiry.HostID(name)) != nil {
		name += "-purpose" // the id is the known service's
	}
	c.id = m.newID(name, "category")
	if kind != "" && m.kinds[kind] == "" {
		m.kinds[kind] = c.id
	}
	label := m.written(c.label, declaration.Standards[kind].Label)
	if label == nil {
		label = capital(name)
		m.ask("categories."+c.id+".label", "What do visitors call it? It has only the name "+quoted(c.name)+".")
	}
	text := m.written(c.text, declaration.Standards[kind].Text)
	if text == nil {
		text = "TO DO: what these are for"
		m.ask("categories."+c.id+".text", "What is it for? One sentence for visitors.")
	}
	one := map[string]any{"id": c.id, "label": label, "text": text}
	if c.required {
		one["required"] = true
		m.essential[c.id] = true
		if m.kinds["essential"] == "" {
			m.kinds["essential"] = c.id
		}
	}
	m.categories = append(m.categories, one)
}

// capital is a name that begins with a capital letter.
func capital(name string) string {
	if name = cut(name, 200); name == "" {
		return "TO DO: its name"
	}
	first, size := utf8.DecodeRuneInString(name)
	return string(unicode.ToUpper(first)) + name[size:]
}

// kindCategory returns the id of a category of a kind, and makes it.
func (m *migration) kindCategory(kind string) string {
	if id := m.kinds[kind]; id != "" && m.essential[id] == (kind == "essential") {
		return id
	}
	id := m.newID(kind, "category")
	m.kinds[kind] = id
	one := map[string]any{"id": id, "label": m.written(nil, declaration.Standards[kind].Label), "text": m.written(nil, declaration.Standards[kind].Text)}
	if kind == "essential" {
		one["required"] = true
		m.essential[id] = true
	}
	m.categories = append(m.categories, one)
	return id
}

// find returns a service that is declared; nil where it is not.
func (m *migration) find(id string) map[string]any {
	for _, s := range m.services {
		if s["id"] == id {
			return s
		}
	}
	return nil
}

// service writes one of another manager's.
func (m *migration) service(o *old, s *oldService) {
	known := m.whose(o, s)
	_, hosts := m.loads(o, s.asked())
	for _, one := range s.hosts {
		hosts = add(hosts, one)
	}
	for _, text := range s.scripts {
		_, more := m.known.Script(text)
		for _, one := range more {
			hosts = add(hosts, one)
		}
	}
	hosts = slices.DeleteFunc(hosts, func(one string) bool { return !declarable(one) })
	if s.whole != nil && known == "" && len(s.items) == 0 && len(hosts) == 0 {
		return // a purpose of which nothing is known but its tags
	}
	var category *oldCategory
	for _, c := range o.categories {
		if c.name == s.category {
			category = c
		}
	}
	required := s.required || category != nil && category.required
	at := ""
	switch {
	case required && (known != "" && len(m.known.Service(known).URLs) > 0 || len(hosts) > 0):
		kind := "other"
		if known != "" {
			kind = declaration.Kind(m.known.Service(known).Category)
		}
		at = m.kindCategory(kind)
		m.ask("services."+s.name, fmt.Sprintf("%s was always on, and belongs to another party. An essential service is first-party only, so it is in %s now, and visitors are asked.", nameOf(s), quoted(at)))
		if s.whole != nil {
			s.names, s.whole.names = s.whole.names, nil
		}
	case required && (category == nil || !category.required):
		at = m.kindCategory("essential")
	case category != nil:
		at = category.id
	case known != "":
		at = m.kindCategory(declaration.Kind(m.known.Service(known).Category))
	default:
		at = m.kindCategory("other")
	}
	if known != "" {
		if had := m.find(known); had != nil && had["category"] == at {
			s.id = known
			m.items(o, had, s.items)
			return
		} else if had != nil {
			known = ""
		}
	}
	d := map[string]any{}
	if known != "" {
		d = m.known.Service(known).Declare(at)
		s.id = known
		m.taken[known] = true
	} else {
		s.id = m.newID(s.name, "service")
		m.unknown(d, s, at)
	}
	d["id"], d["category"] = s.id, at
	if purpose := m.written(s.purpose, nil); purpose != nil {
		d["purpose"] = purpose
	}
	if s.policy != "" && known == "" {
		d["policy"] = s.policy
	}
	if len(hosts) > 0 && !m.essential[at] {
		d["urls"] = append(urlsOf(d), hosts...)
	}
	m.services = append(m.services, d)
	m.items(o, d, s.items)
}

func nameOf(s *oldService) string {
	for _, language := range sortedKeys(s.label) {
		return cut(s.label[language], 200)
	}
	return cut(s.name, 200)
}

func urlsOf(service map[string]any) []string {
	urls, _ := service["urls"].([]string)
	return slices.Clone(urls)
}

// unknown writes what only the owner can say of a service.
func (m *migration) unknown(d map[string]any, s *oldService, category string) {
	if d["name"] = m.written(s.label, nil); d["name"] == nil {
		d["name"] = capital(s.name)
	}
	where := "services." + s.id
	lacks := []string{"\"provider\": which company is behind it"}
	d["provider"] = "TO DO: who is behind " + nameOf(s)
	if d["purpose"] = m.written(s.purpose, nil); d["purpose"] == nil {
		d["purpose"] = "TO DO: what it is for"
		lacks = append(lacks, "\"purpose\": what it is for, in one sentence")
	}
	if d["policy"] = s.policy; s.policy == "" && !m.essential[category] {
		d["policy"] = "/cookies"
		lacks = append(lacks, "\"policy\": the address of its privacy policy")
	}
	if d["policy"] == "" {
		delete(d, "policy")
	}
	m.ask(where, "The catalogue does not know "+quoted(nameOf(s))+". Write "+strings.Join(lacks, "; ")+".")
}

// items adds what a service keeps.
func (m *migration) items(o *old, d map[string]any, items []oldItem) {
	for _, item := range items {
		for _, name := range item.names {
			if m.ownRecord(o, name) {
				continue
			}
			list := "cookies"
			if item.storage {
				list = "storage"
			}
			have, _ := d[list].([]map[string]string)
			at := slices.IndexFunc(have, func(one map[string]string) bool { return one["name"] == name })
			if at < 0 && slices.ContainsFunc(have, func(one map[string]string) bool {
				return one["domain"] == "" && gate.Match(one["name"], name) && one["life"] != ""
			}) && item.life == "" {
				continue // a pattern has it, and its life
			}
			if at < 0 {
				at = len(have)
				have = append(slices.Clone(have), map[string]string{"name": name, "onEnd": "renew"})
			}
			if item.life != "" {
				have[at]["life"] = item.life
			} else if have[at]["life"] == "" {
				if life := m.usual(name); life != "" {
					have[at]["life"] = life
				}
			}
			if item.path != "" {
				have[at]["path"] = item.path
			}
			d[list] = have
		}
	}
}

// usual is how long a known cookie of a name lasts; "" where nobody knows.
func (m *migration) usual(name string) string {
	s := m.known.Service(m.keeper(oldItem{names: []string{name}}))
	if s == nil {
		return ""
	}
	for _, c := range s.Cookies {
		if c.Domain == "" && (c.Name == name || gate.Match(c.Name, name)) {
			return c.Life
		}
	}
	return ""
}

// records are the cookies in which managers keep their consents.
var records = map[string]string{"cc_cookie": "", "klaro": "", "orejime": "", "eu-consent": "", "tarteaucitron": "", "CookieConsent": "", "OptanonConsent": "", "OptanonAlertBoxClosed": ""}

// ownRecord reports whether a cookie is the manager's own.
func (m *migration) ownRecord(o *old, name string) bool {
	_, is := records[name]
	if is = is || name == o.cookie && name != ""; is {
		m.result.LeftOut = add(m.result.LeftOut, "the cookie "+name+", which was "+o.manager.title+"'s own")
	}
	return is
}

// loose declares the cookies of a category that no service has: those of known services with
// them, the others as a service without a name.
func (m *migration) loose(o *old, c *oldCategory) {
	var rest []oldItem
	for _, item := range c.items {
		id := m.keeper(item)
		if m.hasItem(c.id, item) {
			continue
		}
		if m.essential[c.id] && id != "" && len(m.known.Service(id).URLs) > 0 {
			m.ask("categories."+c.id, strings.Join(item.names, ", ")+" stands among what is always on, and is known as "+m.known.Service(id).Name+"'s. See whether it belongs into another category.")
		}
		if declared := m.find(id); declared != nil && declared["category"] == c.id {
			m.items(o, declared, []oldItem{item})
		} else if id == "" || m.essential[c.id] || slices.Contains(onTheirOwn, id) || declared != nil {
			rest = append(rest, item)
		} else {
			m.known1(o, id, c.id, []oldItem{item})
		}
	}
	rest = slices.DeleteFunc(rest, func(item oldItem) bool {
		item.names = slices.DeleteFunc(slices.Clone(item.names), func(name string) bool { return m.ownRecord(o, name) })
		return len(item.names) == 0
	})
	if len(rest) == 0 {
		return
	}
	s := &oldService{name: c.id + "-cookies", label: c.label, purpose: c.text}
	if m.essential[c.id] {
		d := map[string]any{"category": c.id, "provider": "TO DO: who sets these, as a rule the site itself"}
		d["id"] = m.newID(s.name, "service")
		d["name"], d["purpose"] = m.textsOf(c.id, "label"), m.textsOf(c.id, "text")
		m.ask("services."+d["id"].(string)+".provider", "Who sets the cookies of "+quoted(c.id)+"? As a rule the site itself.")
		m.services = append(m.services, d)
		m.items(o, d, rest)
		return
	}
	s.id = m.newID(s.name, "service")
	d := map[string]any{}
	m.unknown(d, s, c.id)
	d["id"], d["category"], d["name"], d["purpose"] = s.id, c.id, m.textsOf(c.id, "label"), m.textsOf(c.id, "text")
	m.services = append(m.services, d)
	m.items(o, d, rest)
	var names []string
	for _, item := range rest {
		names = append(names, item.names...)
	}
	m.ask("services."+s.id, "Whose are these cookies: "+strings.Join(names, ", ")+"? Name their service.")
}

// hasItem gives an item's life to a service of the category that has the item already; it reports
// whether there is one for each of its names.
func (m *migration) hasItem(category string, item oldItem) bool {
	all := true
	for _, name := range item.names {
		found := false
		for _, s := range m.services {
			if s["category"] != category {
				continue
			}
			list, _ := s["cookies"].([]map[string]string)
			for _, one := range list {
				if one["name"] == name && one["domain"] == "" {
					found = true
					if item.life != "" {
						one["life"] = item.life
					}
				}
			}
		}
		all = all && found
	}
	return all
}

// textsOf is a category's label or text.
func (m *migration) textsOf(id, key string) any {
	for _, c := range m.categories {
		if c["id"] == id {
			return c[key]
		}
	}
	return id
}

// known1 declares a known service.
func (m *migration) known1(o *old, id, category string, items []oldItem) {
	d := m.known.Service(id).Declare(category)
	m.taken[id] = true
	m.services = append(m.services, d)
	m.items(o, d, items)
}

// gated declares what a held tag loads.
func (m *migration) gated(o *old, g *held) {
	ids, hosts := m.loadsOf(g)
	at, service := m.placeOf(o, g.names)
	if at == "" {
		return
	}
	if m.essential[at] {
		for _, one := range append(ids, hosts...) {
			m.ask(o.title(g), "A tag that is always on loads "+one+", of another party. An essential service is first-party only: declare it in another category, and mark the tag for that.")
		}
		return
	}
	for _, id := range ids {
		switch had := m.find(id); {
		case had == nil:
			m.known1(o, id, at, nil)
		case had["category"] != at:
			m.ask(o.title(g), fmt.Sprintf("It is held for %s, and loads %s, which is in %s: it runs once both are granted.", quoted(strings.Join(g.names, " ")), id, quoted(fmt.Sprint(had["category"]))))
		}
	}
	for _, one := range hosts {
		if m.declares(one) {
			continue
		}
		if service != nil {
			service["urls"] = append(urlsOf(service), one)
			continue
		}
		s := &oldService{name: one, label: texts{"": one}}
		s.id = m.newID(one, "service")
		d := map[string]any{}
		m.unknown(d, s, at)
		d["id"], d["category"], d["urls"] = s.id, at, []string{one}
		m.services = append(m.services, d)
	}
}

// title is where a gate stands.
func (o *old) title(g *held) string { return g.element.file + ":" + itoa(g.element.line) }

// declares reports whether a service has a host among its addresses.
func (m *migration) declares(host string) bool {
	return slices.ContainsFunc(m.services, func(s map[string]any) bool { return slices.Contains(urlsOf(s), host) })
}

// placeOf is the category that names stand for, the first that is not essential, and the service
// where they stand for one.
func (m *migration) placeOf(o *old, names []string) (category string, service map[string]any) {
	for _, name := range names {
		for _, s := range o.services {
			if slices.Contains(s.names, name) && s.id != "" {
				if d := m.find(s.id); d != nil {
					return fmt.Sprint(d["category"]), d
				}
			}
		}
		for _, c := range o.categories {
			if slices.Contains(c.names, name) && (category == "" || m.essential[category]) {
				category = c.id
			}
		}
	}
	return category, nil
}

// emptied leaves out categories that the source does not have and nothing is in.
func (m *migration) emptied() {
	m.categories = slices.DeleteFunc(m.categories, func(c map[string]any) bool {
		if c["required"] == true || slices.ContainsFunc(m.services, func(s map[string]any) bool { return s["category"] == c["id"] }) {
			return false
		}
		for _, o := range m.olds {
			for _, old := range o.categories {
				if old.id == c["id"] && (len(old.names) > 0 || o.manager == &vanilla) {
					return false
				}
			}
		}
		return true
	})
}

// signals has vendors told that the manager told.
func (m *migration) signals(d map[string]any) {
	told := map[string]any{}
	for _, o := range m.olds {
		for _, vendor := range o.signals {
			statistics, marketing := m.kinds["statistics"], m.kinds["marketing"]
			has := func(id string) bool {
				return id != "" && slices.ContainsFunc(m.categories, func(c map[string]any) bool { return c["id"] == id })
			}
			if !has(statistics) {
				statistics = marketing
			}
			if !has(marketing) {
				marketing = statistics
			}
			switch {
			case !has(statistics) && !has(marketing):
				m.ask("signals", vendor+" was told what a visitor chose, and no category seems to be about statistics or advertising. Write which stands for it (docs/signals.md).")
			case vendor == "google":
				told["google"] = map[string]string{"analytics_storage": statistics, "ad_storage": marketing, "ad_user_data": marketing, "ad_personalization": marketing}
				m.ask("signals.google", "Google is told by these categories; see whether they are right (docs/signals.md).")
			case vendor == "microsoft":
				told["microsoft"] = marketing
				m.ask("signals.microsoft", "Microsoft is told by this category; see whether it is right (docs/signals.md).")
			case vendor == "piano":
				told["piano"] = statistics
				m.ask("signals.piano", "Piano is told by this category; see whether it is right (docs/signals.md).")
			}
		}
	}
	if len(told) > 0 {
		d["signals"] = told
	}
}

// inherit says what the manager's names stand for here.
func (m *migration) inherit(o *old) map[string]any {
	ids := map[string]string{}
	for _, c := range o.categories {
		if !slices.ContainsFunc(m.categories, func(one map[string]any) bool { return one["id"] == c.id }) {
			continue
		}
		for _, name := range c.names {
			ids[name] = c.id
		}
	}
	for _, s := range o.services {
		for _, name := range s.names {
			if s.id != "" {
				ids[name] = s.id
			}
		}
	}
	if len(ids) == 0 {
		return nil
	}
	one := map[string]any{"from": o.manager.name, "ids": ids}
	vendor := vendors.Find(o.manager.name)
	if o.manager.carries == nil || !o.manager.carries(o) || vendor.Cookie == "" {
		if o.version != "2" {
			m.ask("inherit", o.manager.title+"'s consents are not taken over: visitors are asked once more.")
		}
		return one
	}
	if o.cookie != "" && o.cookie != vendor.Cookie {
		one["cookie"] = o.cookie
	}
	if days := int(o.days); days > 0 && vendor.Time == nil && days != vendor.Days {
		one["life"] = itoa(days) + " days"
		if days > 396 {
			one["life"] = "13 months"
		}
	}
	return one
}
