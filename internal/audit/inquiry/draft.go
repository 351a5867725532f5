package inquiry

import (
	"encoding/json"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/octroi-consent/octroi/engine/config"
	"github.com/octroi-consent/octroi/internal/audit/markup"
	"github.com/octroi-consent/octroi/internal/loads"
)

// draft writes a declaration of what is declared and all else that was found. What only
// the owner can say begins with "TO DO".
func (q *inquiry) draft() map[string]any {
	d := map[string]any{}
	if json.Unmarshal([]byte(q.text), &d) != nil || len(d) == 0 {
		d = map[string]any{
			"site":   map[string]any{"name": q.shown, "controller": "TO DO: who answers for the site", "contact": "/"},
			"policy": map[string]any{"url": "/cookies", "revision": "1"},
			"categories": []any{map[string]any{"id": "essential", "required": true, "label": map[string]any{"en": "Essential", "fr": "Essentiels"},
				"text": map[string]any{"en": "What the site cannot work without.", "fr": "Ce sans quoi le site ne fonctionne pas."}}},
		}
	}
	categories, _ := d["categories"].([]any)
	services, _ := d["services"].([]any)
	category := func(of string, label map[string]string) string {
		id := q.categoryFor(of)
		if !slices.ContainsFunc(categories, func(c any) bool { m, _ := c.(map[string]any); return m["id"] == id }) {
			categories = append(categories, map[string]any{"id": id, "label": strings.ToUpper(of[:1]) + of[1:], "text": label})
		}
		return id
	}
	for _, id := range sorted(q.evidence.known) {
		if s := q.known.services[id]; q.service(id) == nil {
			services = append(services, s.Declare(category(s.Category, s.Purpose)))
		}
	}
	unsorted := map[string]string{"en": "TO DO: what these are for", "fr": "À ÉCRIRE : à quoi ceci sert"}
	for _, host := range sorted(q.evidence.hosts) {
		s := q.unknownService(host)
		s["category"] = category("unsorted", unsorted)
		services = append(services, s)
	}
	kept := map[string][]map[string]string{}
	for _, key := range q.evidence.order {
		k := q.evidence.kept[key]
		area := slices.Index(areas[:], k.Area)
		declared := false
		q.items(config.Area(area), k.Name, func(*config.Service, *config.Item) { declared = true })
		if !declared && k.Service == "" && !q.ownName(k.Name) && nameable(config.Area(area), k.Name) {
			item := map[string]string{"name": k.Name, "life": q.proposed(k), "onEnd": "renew"}
			kept[lists[area]] = append(kept[lists[area]], item)
		}
	}
	if len(kept) > 0 {
		s := map[string]any{"id": "unsorted-names", "category": category("unsorted", unsorted), "name": "TO DO: whose these are", "provider": "TO DO",
			"purpose": unsorted, "policy": "/cookies"}
		for list, items := range maps.All(kept) {
			s[list] = items
		}
		services = append(services, s)
	}
	d["categories"], d["services"] = categories, services
	return d
}

// nameable reports whether a name can stand in a declaration as it is.
func nameable(area config.Area, name string) bool {
	return strings.Trim(name, "*") != "" && len(name) < 1000 && (area != config.Cookies || !strings.ContainsAny(name, ";= \t"))
}

// unknownService is a declaration of a host that nobody knows.
func (q *inquiry) unknownService(host string) map[string]any {
	return map[string]any{"id": idOf(host), "category": "unsorted", "name": host, "provider": "TO DO: who is behind " + host,
		"purpose": "TO DO: what it is for", "policy": "https://" + host + "/", "urls": []string{host}}
}

// categoryFor is the declaration's category for one of the catalogue's.
func (q *inquiry) categoryFor(of string) string {
	if n := q.cfg.Find(of); n >= 0 && n < len(q.cfg.Categories) && !q.cfg.Categories[n].Required {
		return of
	}
	// A category that has a known service of the kind already is meant for the others too.
	for i := range q.cfg.Services {
		s := &q.cfg.Services[i]
		if k := q.known.services[s.ID]; k != nil && k.Category == of && !q.required(s) {
			return q.cfg.Categories[s.Category].ID
		}
	}
	if q.cfg.Find(of) >= 0 {
		return of + "-2"
	}
	return of
}

// idOf makes an id of a host.
func idOf(host string) string {
	id := strings.Trim(strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' {
			return r
		}
		return '-'
	}, host), "-")
	if len(id) > 64 {
		id = id[:64]
	}
	if id == "" {
		return "host"
	}
	return id
}

// text writes a value as one line of JSON.
func text(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		return ""
	}
	return string(b)
}

var (
	scriptType = regexp.MustCompile(`(?i)\s+type\s*=\s*("[^"]*"|'[^']*'|[^\s>]+)`)
	fetching   = regexp.MustCompile(`(?i)"[^"]*"|'[^']*'|(\s)(` + strings.Join(held(), "|") + `)(\s*=)`) // values are passed over
	tagName    = regexp.MustCompile(`^<[A-Za-z0-9]+`)
)

// held are the attributes that wait under another name while their element is gated.
func held() (names []string) {
	for _, row := range loads.Rows {
		if !row.Sent && !row.Animates() && row.Kind != loads.Refresh {
			names = add(names, row.Attr)
		}
	}
	return names
}

// hold renames what a start tag asks for.
func hold(tag string) string {
	return fetching.ReplaceAllStringFunc(tag, func(found string) string {
		part := fetching.FindStringSubmatch(found)
		if part[2] == "" {
			return found
		}
		return part[1] + loads.Twin(part[2]) + part[3]
	})
}

// gatedTag writes a start tag so that it asks for nothing before its grant.
func gatedTag(t *markup.Thing, id string) string {
	tag := t.Markup
	if t.Frame != "" {
		tag = t.Frame
	}
	name := tagName.FindString(tag)
	if name == "" {
		return ""
	}
	switch {
	case t.Frame != "":
		tag = name + ` data-octroi="` + id + `"` + hold(tag[len(name):])
	case t.Kind == loads.Script || t.Kind == markup.Inline:
		tag = scriptType.ReplaceAllString(tag, "")
		more := ` type="text/plain" data-octroi="` + id + `"`
		if t.Module {
			more += ` data-type="module"`
		}
		tag = name + more + hold(tag[len(name):])
	case t.Kind == loads.Frame || t.Kind == loads.Image || t.Kind == loads.Link:
		tag = name + ` data-octroi="` + id + `"` + hold(tag[len(name):])
	default:
		return gatedTemplate(id)
	}
	return tag
}

func gatedTemplate(id string) string {
	return `<template data-octroi="` + id + `"> … </template>`
}
