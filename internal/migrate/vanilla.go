package migrate

import (
	"regexp"
	"slices"
	"strings"

	"github.com/octroi-consent/octroi/internal/literal"
)

// vanilla is vanilla-cookieconsent 2 and 3: https://cookieconsent.orestbida.com.
var vanilla = manager{
	name: "vanilla-cookieconsent", title: "vanilla-cookieconsent",
	loader:   []string{"cookieconsent.umd.js", "cookieconsent.esm.js", "cookieconsent.js", "cookieconsent.css", "cookieconsent-config", "cookieconsent.config", "cookieconsent-init", "vanilla-cookieconsent"},
	config:   []string{"CookieConsent.run", "initCookieConsent("},
	read:     readVanilla,
	gate:     vanillaGate,
	gated:    vanillaGated,
	page:     vanillaPage,
	carries:  func(o *old) bool { return o.version != "2" },
	keeps:    true,
	standard: map[string]string{"necessary": "essential", "analytics": "statistics", "ads": "marketing", "functionality": "preferences"},
}

func readVanilla(o *old, p *literal.Program, _ string) (found bool) {
	take := func(v any) {
		c := literal.As[*literal.Object](v)
		switch {
		case found || c == nil:
		case c.Object("categories") != nil && (c.Has("language") || c.Has("guiOptions")):
			readVanilla3(o, p, c)
			found = true
		case isVanilla2(c):
			readVanilla2(o, p, c)
			found = true
		}
	}
	for _, call := range p.Calls {
		if strings.HasSuffix(call.Name, ".run") && len(call.Args) > 0 {
			take(call.Args[0])
		}
	}
	for _, a := range p.Assignments {
		take(a.Value)
	}
	return found
}

func isVanilla2(c *literal.Object) bool {
	languages := c.Object("languages")
	return languages != nil && slices.ContainsFunc(languages.Keys, func(lang string) bool {
		return languages.Object(lang).Has("settings_modal") || languages.Object(lang).Has("consent_modal")
	})
}

// What the callbacks of both versions are to become.
const (
	atFirstChoice = "It runs code at a visitor's first choice. Listen to octroi:change in its place, on document."
	onceChosen    = "It runs code once there is a choice. Use octroi.when(id), or listen to octroi:ready and octroi:change, in its place."
	whenChanged   = "It runs code when a choice changes. Listen to octroi:change in its place, on document."
	asItAppears   = "It runs code as the banner appears. Listen to octroi:ask in its place, on document."
	asItGoes      = "It runs code as the banner goes. Listen to octroi:change in its place, on document."
	asItIsMade    = "It runs code as the banner is made. Listen to octroi:ask in its place, on document."
)

var vanillaOptions = map[string]string{
	"root": own, "autoShow": own, "disablePageInteraction": own, "hideFromBots": own, "lazyHtmlGeneration": own, "manageScriptTags": own, "guiOptions": own,
	"autoClearCookies": own, "revision": carried, "cookie": carried, "categories": carried, "language": carried,
	"mode":           elsewhere,
	"onFirstConsent": atFirstChoice,
	"onConsent":      onceChosen,
	"onChange":       whenChanged,
	"onModalShow":    asItAppears,
	"onModalHide":    asItGoes,
	"onModalReady":   asItIsMade,
}

func readVanilla3(o *old, p *literal.Program, c *literal.Object) {
	o.version = "3"
	o.options(c, "", vanillaOptions)
	if c.Text("mode") == "opt-out" {
		o.ask("mode", "With \"opt-out\", tags ran before a choice. Octroi keeps everything shut that is not essential until a visitor agrees.")
	}
	o.cookie, o.domain = c.Text("cookie", "name"), c.Text("cookie", "domain")
	if days, is := c.Get("cookie", "expiresAfterDays").(float64); is {
		o.days = days
	} else if code, is := c.Get("cookie", "expiresAfterDays").(literal.Code); is {
		o.ask("cookie.expiresAfterDays", "How long a consent holds is worked out by the script (%s). Octroi asks again after each category's \"renewAfter\", 6 months unless declared.", short(code))
	}
	if c.Object("cookie").True("useLocalStorage") {
		o.ask("cookie.useLocalStorage", "Consents are kept in local storage, from where they are not taken over: visitors are asked once more.")
	}
	layout, position := c.Text("guiOptions", "consentModal", "layout"), c.Text("guiOptions", "consentModal", "position")
	switch {
	case strings.HasPrefix(layout, "bar"), strings.HasPrefix(layout, "cloud"):
		o.layout = "bar"
	case strings.HasPrefix(position, "middle"):
		o.layout = "dialog"
	case layout != "":
		o.layout = "corner"
	}
	o.language = c.Text("language", "default")
	for _, name := range keysOf(c.Object("categories")) {
		of := c.Object("categories", name)
		category := o.category(name)
		category.names = []string{name}
		category.required = of.True("readOnly")
		where := "categories." + name
		o.options(of, where, map[string]string{"enabled": carried, "readOnly": carried, "services": carried, "autoClear": carried})
		if of.True("enabled") && !category.required {
			o.ask(where+".enabled", "It was on before a choice. Octroi keeps it shut until a visitor agrees.")
		}
		category.items = append(category.items, vanillaCookies(o, of.List("autoClear", "cookies"), where+".autoClear")...)
		if of.Object("autoClear").True("reloadPage") {
			o.ask(where+".autoClear.reloadPage", "It loads the page again after a refusal. Write \"onWithdraw\": \"reload\" if Octroi shall do that, too; else it asks the visitor to.")
		}
		for _, key := range keysOf(of.Object("services")) {
			service := of.Object("services", key)
			s := o.service(key, name)
			s.names = []string{name + "/" + key}
			s.label.put("", service.Text("label"))
			s.items = vanillaCookies(o, service.List("cookies"), where+".services."+key)
			o.options(service, where+".services."+key, map[string]string{"label": carried, "cookies": carried,
				"onAccept": "It runs code as the service is allowed. Put that code into a gated script, or behind octroi.when(" + quoted(key) + ").",
				"onReject": "It runs code as the service is refused. Listen to octroi:change in its place."})
		}
	}
	translations := c.Object("language", "translations")
	for _, language := range keysOf(translations) {
		t := translations.Object(language)
		if name := translations.Text(language); t == nil && name != "" {
			t = literal.As[*literal.Object](p.Beside(name))
		}
		if t == nil {
			o.ask("language.translations."+language, "Its texts are not in the files that were given (%s). Give that file, too, or write the categories' labels and texts in %s.", short(translations.Get(language)), language)
			continue
		}
		for _, one := range t.List("preferencesModal", "sections") {
			section := literal.As[*literal.Object](one)
			if name := section.Text("linkedCategory"); name != "" {
				category := o.category(name)
				category.label.put(language, section.Get("title"))
				category.text.put(language, section.Get("description"))
				table := section.Object("cookieTable")
				category.items = o.vanillaTable(category.items, table.Object("headers"), table.List("body"), name)
			}
		}
		o.ownTexts(t)
		o.policyIn(language, t.Text("consentModal", "footer"), t.Text("consentModal", "description"))
	}
	if languages := keysOf(translations); o.language == "" && len(languages) > 0 {
		o.language = languages[0]
	}
}

// ownTexts notes what was worded for the interface, which Octroi has its own words for.
func (o *old) ownTexts(t *literal.Object) {
	if len(keysOf(t)) > 0 && !slices.Contains(o.leftOut, "the interface's texts") {
		o.leftOut = append(o.leftOut, "the interface's texts")
	}
}

func vanillaCookies(o *old, list []any, where string) (items []oldItem) {
	for _, one := range list {
		cookie := literal.As[*literal.Object](one)
		var name any = one
		if cookie != nil {
			name = cookie.Get("name")
		}
		if item, is := o.itemOf(name, where); is {
			if p := cookie.Text("path"); p != "/" {
				item.path = p
			}
			items = append(items, item)
		}
	}
	return items
}

var (
	isName = regexp.MustCompile(`(?i)^(cookie\s*)?(names?|noms?|nome|nombre|naam|cookies?|cookie[- ]?name)$`)
	isLife = regexp.MustCompile(`(?i)expir|durati|durée|duree|life|dauer|laufzeit|retention|conserva|ablauf|scadenza|caduc|speicher|termijn|validit`)
)

// vanillaTable reads the names and lives of a table of cookies, by its headers.
func (o *old) vanillaTable(items []oldItem, headers *literal.Object, body []any, category string) []oldItem {
	names, lives := "", ""
	for _, key := range keysOf(headers) {
		text := plain(headers.Text(key))
		if names == "" && (isName.MatchString(key) || isName.MatchString(text)) {
			names = key
		}
		if isLife.MatchString(key) || isLife.MatchString(text) {
			lives = key
		}
	}
	if names == "" && len(keysOf(headers)) > 0 {
		names = headers.Keys[0]
	}
	for _, one := range body {
		row := literal.As[*literal.Object](one)
		var name any = plain(row.Text(names))
		if row.True("is_regex") {
			name = literal.Regexp{Source: row.Text(names)}
		}
		where := "the table of cookies of " + quoted(category)
		item, is := o.itemOf(name, where)
		if !is {
			continue
		}
		if p := row.Text("path"); p != "/" && strings.HasPrefix(p, "/") {
			item.path = p
		}
		if life := row.Text(lives); lives != "" && life != "" {
			o.live(&item, life, where)
		}
		items = merge(items, item)
	}
	return items
}

// merge adds an item, or what it tells of one that is there.
func merge(items []oldItem, item oldItem) []oldItem {
	for i := range items {
		if slices.Equal(items[i].names, item.names) && items[i].storage == item.storage {
			if items[i].life == "" {
				items[i].life = item.life
			}
			if items[i].path == "" {
				items[i].path = item.path
			}
			return items
		}
	}
	return append(items, item)
}

var vanilla2Options = map[string]string{
	"autorun": own, "delay": own, "mode": elsewhere, "cookie_same_site": own, "cookie_path": own, "autoclear_cookies": own, "page_scripts": own, "remove_cookie_tables": own,
	"hide_from_bots": own, "gui_options": own, "force_consent": own, "theme_css": own, "revision": carried, "cookie_name": carried, "cookie_expiration": carried,
	"cookie_necessary_only_expiration": own, "cookie_domain": carried, "current_lang": carried, "languages": carried, "auto_language": own,
	"use_rfc_cookie": own, "script_selector": "Tags are marked by an attribute of the site's own. Write data-category in its place.",
	"onAccept":       onceChosen,
	"onChange":       whenChanged,
	"onFirstAction":  atFirstChoice,
	"onModalShow":    asItAppears,
	"onModalHide":    asItGoes,
	"onModalReady":   asItIsMade,
	"onFirstConsent": atFirstChoice,
}

func readVanilla2(o *old, _ *literal.Program, c *literal.Object) {
	o.version = "2"
	o.options(c, "", vanilla2Options)
	if c.Text("mode") == "opt-out" {
		o.ask("mode", "With \"opt-out\", tags ran before a choice. Octroi keeps everything shut that is not essential until a visitor agrees.")
	}
	o.ask("cookie_name", "Version 2 writes its consents in another form than version 3; they are not taken over: visitors are asked once more.")
	o.domain, o.language = c.Text("cookie_domain"), c.Text("current_lang")
	switch layout := c.Text("gui_options", "consent_modal", "layout"); {
	case layout == "bar" || layout == "cloud":
		o.layout = "bar"
	case strings.HasPrefix(c.Text("gui_options", "consent_modal", "position"), "middle"):
		o.layout = "dialog"
	case layout != "":
		o.layout = "corner"
	}
	for _, language := range keysOf(c.Object("languages")) {
		t := c.Object("languages", language)
		headers := &literal.Object{Values: map[string]any{}}
		for _, one := range t.List("settings_modal", "cookie_table_headers") {
			header := literal.As[*literal.Object](one)
			for _, key := range keysOf(header) {
				headers.Keys = append(headers.Keys, key)
				headers.Values[key] = header.Get(key)
			}
		}
		for _, one := range t.List("settings_modal", "blocks") {
			block := literal.As[*literal.Object](one)
			name := block.Text("toggle", "value")
			if name == "" {
				continue
			}
			category := o.category(name)
			category.names = []string{name}
			category.label.put(language, block.Get("title"))
			category.text.put(language, block.Get("description"))
			category.required = category.required || block.Object("toggle").True("readonly")
			if block.Object("toggle").True("enabled") && !block.Object("toggle").True("readonly") {
				o.ask("toggle of "+quoted(name), "It was on before a choice. Octroi keeps it shut until a visitor agrees.")
			}
			category.items = o.vanillaTable(category.items, headers, block.List("cookie_table"), name)
			if block.Get("reload") != nil {
				o.ask("reload of "+quoted(name), "It loads the page again after a refusal. Write \"onWithdraw\": \"reload\" if Octroi shall do that, too; else it asks the visitor to.")
			}
		}
		o.ownTexts(t)
		o.policyIn(language, t.Text("consent_modal", "description"))
	}
	if languages := keysOf(c.Object("languages")); o.language == "" && len(languages) > 0 {
		o.language = languages[0]
	}
}

// link finds the first address in a text's markup.
var link = regexp.MustCompile(`(?i)<a\s[^>]*?href\s*=\s*["']?([^"'\s>]+)["']?[^>]*>(.*?)</a>`)

// policyIn finds the site's policy among the links of some texts: one that says so, else none.
func (o *old) policyIn(language string, markup ...string) {
	for _, text := range markup {
		for _, found := range link.FindAllStringSubmatch(text, 20) {
			about := strings.ToLower(found[1] + " " + plain(found[2]))
			if !strings.Contains(about, "cookie") && !strings.Contains(about, "priva") && !strings.Contains(about, "confidenti") && !strings.Contains(about, "datens") {
				continue
			}
			if o.policy == nil {
				o.policy = texts{}
			}
			if o.policy[language] == "" {
				o.policy[language] = found[1]
			}
			return
		}
	}
}

func vanillaGate(_ *old, e *element) []string {
	category := e.attrs["data-category"]
	if category == "" {
		category = e.attrs["data-cookiecategory"]
	}
	if e.tag != "script" || category == "" || e.attrs["type"] != "text/plain" {
		return nil
	}
	if service := e.attrs["data-service"]; service != "" {
		return []string{category + "/" + service, category}
	}
	return []string{category}
}

func vanillaGated(m *migration, e *element, names []string, line *Line) {
	category := names[len(names)-1]
	switch {
	case strings.HasPrefix(category, "!") || strings.Contains(names[0], "/!"):
		line.Works, line.Note = false, "It runs when the consent is refused or withdrawn. Octroi has no such tag: take it out, and do the same where octroi:change says so."
		m.ask(line.File+":"+itoa(line.Line), "A script runs on a refusal ("+quoted(names[0])+"). "+line.Note)
	case e.attrs["data-cookiecategory"] != "":
		line.Works, line.After = false, e.withAttr("data-cookiecategory", "data-category", category)
	}
}

func vanillaPage(e *element) (line Line, is bool) {
	switch e.attrs["data-cc"] {
	case "show-preferencesModal", "show-consentModal", "c-settings":
		return Line{After: `<a href="#octroi">`, Note: "Opens the choices; data-octroi-open on the button does the same."}, true
	case "accept-all", "accept-necessary", "accept-custom":
		return Line{Note: "Take it out: choices are made in Octroi's own layers, or in an interface of your own (\"ui\": \"own\")."}, true
	}
	return line, false
}
