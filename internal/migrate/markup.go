package migrate

import (
	"regexp"
	"slices"
	"strings"
)

// markup finds what a manager has in the pages.
func (m *migration) markup(o *old) {
	loaded := false
	for _, p := range m.pages {
		for _, e := range p.elements {
			e.file = p.name
			if o.manager.loads(e) {
				loaded = true
				continue
			}
			names := slices.DeleteFunc(o.manager.gate(o, e), func(name string) bool { return strings.TrimSpace(name) == "" })
			if len(names) == 0 {
				continue
			}
			o.gates = append(o.gates, &held{e, names})
			for _, name := range names {
				o.name(name)
			}
		}
	}
	hosted := o.manager == &cookiebot || o.manager == &oneTrust // whose configuration is nowhere else
	if loaded && hosted {
		for _, name := range sortedKeys(o.manager.standard) {
			if len(o.gates) == 0 || o.manager.standard[name] == "essential" {
				o.name(name)
			}
		}
	}
	o.found = o.found || len(o.gates) > 0 || loaded && hosted
	for _, p := range m.pages {
		for _, e := range p.elements {
			if o.found && e.tag == "script" && (e.attrs["data-blockingmode"] == "auto" || strings.Contains(strings.ToLower(e.attrs["src"]), "otautoblock")) {
				o.ask(p.name+":"+itoa(e.line), "%s held by itself what its own scan of the site had found, also tags that are not marked. Octroi holds what is declared: octroi audit finds what is missing.", o.manager.title)
			}
			if o.found && e.tag == "script" && e.runs() {
				for _, code := range []string{"CookiebotOnAccept", "CookiebotOnDecline", "CookiebotOnConsentReady", "OptanonWrapper", "OnetrustActiveGroups", "OptanonActiveGroups"} {
					if strings.Contains(emptyWrapper.ReplaceAllString(e.text, ""), code) && hosted {
						o.ask(p.name+":"+itoa(e.line), "A script uses %s. Use octroi.when(id), octroi.allows(id), or listen to octroi:change in its place.", code)
					}
				}
			}
		}
	}
}

// emptyWrapper is what OneTrust wants to be there, and does nothing.
var emptyWrapper = regexp.MustCompile(`function\s+OptanonWrapper\s*\(\)\s*\{\s*\}`)

// loads reports whether an element loads the manager's own files.
func (manager *manager) loads(e *element) bool {
	if e.tag != "script" && e.tag != "link" {
		return false
	}
	if e.tag == "script" && e.attrs["id"] == "CookieDeclaration" {
		return false
	}
	for _, attr := range []string{"src", "href"} {
		address := strings.ToLower(e.attrs[attr])
		if address != "" && slices.ContainsFunc(manager.loader, func(part string) bool { return strings.Contains(address, part) }) {
			return !strings.HasSuffix(address, "/cd.js") && !strings.Contains(address, "tarteaucitron.services")
		}
	}
	return false
}

// name notes one that a tag asks for, where no configuration tells what it is.
func (o *old) name(name string) {
	if strings.HasPrefix(name, "!") || strings.Contains(name, "/!") {
		return
	}
	for _, c := range o.categories {
		if slices.Contains(c.names, name) {
			return
		}
	}
	for _, s := range o.services {
		if slices.Contains(s.names, name) || s.name == name && s.names == nil && s.whole != nil {
			return
		}
	}
	category, service, deep := strings.Cut(name, "/")
	switch {
	case o.manager == &cookiebot || o.manager == &oneTrust:
		o.category(name).names = []string{name}
		if o.manager.standard[name] == "" {
			o.ask("inherit", "%s calls a category %s; what that is for stands in its own settings.", o.manager.title, quoted(name))
		}
		return
	case deep:
		o.category(category)
		o.service(service, category).names = []string{name}
	case o.manager == &klaro:
		o.service(name, "").names = []string{name}
	default:
		c := o.category(name)
		c.names = []string{name}
	}
	o.ask("inherit", "A tag asks for %s, and what was given does not say what that is. If there is a configuration, give it, too.", quoted(name))
}

// lines tells of each element that is the manager's what becomes of it.
func (m *migration) lines(o *old) {
	first := true
	for _, p := range m.pages {
		for _, e := range p.elements {
			line := Line{File: p.name, Line: e.line, Before: e.shown()}
			names := o.manager.gate(o, e)
			switch {
			case o.manager.loads(e):
				line.Note = "It was " + o.manager.title + "'s own."
				if e.tag == "script" && first && !strings.Contains(e.attrs["src"], "config") {
					line.After, line.Note = `<script src="/octroi/octroi.js"></script>`, "The first in <head>, right behind <meta charset>: octroi build prints the line with its hash."
					first = false
					if o.manager == &tarteaucitron {
						line.After += ` <script src="/octroi/octroi.inherit.js"></script>`
						line.Note += " tarteaucitron.services.js stays, behind both, as do the jobs."
					}
				}
			case len(names) > 0:
				line.Works = true
				if o.manager.gated != nil {
					o.manager.gated(m, e, names, &line)
				}
			case e.tag == "script" && e.runs() && o.manager.configures(e.text):
				line.Note = "It configured " + o.manager.title + ", which octroi.json does now."
			default:
				told, is := o.manager.page(e)
				if !is {
					continue
				}
				line.After, line.Works, line.Note = told.After, told.Works, told.Note
			}
			m.result.Lines = append(m.result.Lines, line)
		}
	}
}
