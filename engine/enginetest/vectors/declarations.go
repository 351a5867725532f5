package main

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"

	"github.com/octroi-consent/octroi/engine/enginetest"
)

// changes are the sites, each by what it has in place of the shop's own text.
var changes = map[string][]string{
	"shop":     nil,
	"revised":  {`"revision": "r1"`, `"revision": "r2"`},
	"added":    {`"services": [`, `"services": [{"id": "new", "category": "ads", "name": "New", "provider": "New Ltd", "purpose": "Shows ads.", "policy": "/privacy"},`},
	"removed":  {`{"id": "pixel", "category": "ads", "name": "Pixel", "provider": "Meta", "purpose": "Measures ads.", "policy": "https://meta.example/", "cookies": [{"name": "_fbp", "life": "90 days"}]},`, ``},
	"moved":    {`"id": "ga", "category": "audience"`, `"id": "ga", "category": "ads"`},
	"provider": {`"provider": "Google"`, `"provider": "Alphabet"`},
	"purpose":  {`"purpose": "Measures ads."`, `"purpose": "Picks ads."`},
	"needed":   {`"label": "Display", "text": "Fits your device.", "renewAfter": "13 months"`, `"label": "Display", "text": "Fits your device.", "required": true`},
	"category": {`"categories": [`, `"categories": [{"id": "social", "label": "Social", "text": "Sharing."},`},
	"worded": {
		`"purpose": "Measures ads."`, `"purpose": {"fr": "Mesure la publicité.", "en": "Measures ads."}`,
		`"purpose": "Keeps the basket."`, `"purpose": {"fr": "Garde le panier.", "en": "Keeps the basket."}`,
	},
	"french":   {`"site": {`, `"language": "fr-FR", "site": {`, `"purpose": "Measures ads."`, `"purpose": {"en": "Measures ads.", "fr": "Mesure la publicité — été 🍪."}`},
	"reworded": {`"purpose": "Counts visits."`, `"purpose": "Counts who comes.", "purposeId": "count"`},
	"named":    {`"purpose": "Counts visits."`, `"purpose": "Counts visits.", "purposeId": "count"`},
	"objects":  {`"label": "Ads"`, `"label": "Ads", "gpc": "refuse"`, `"label": "Audience"`, `"label": "Audience", "gpc": "ask"`},
	"objected": {`"label": "Ads"`, `"label": "Ads", "gpc": "refuse"`, `"label": "Audience"`, `"label": "Audience", "gpc": "refuse"`, `"label": "Display"`, `"label": "Display", "gpc": "refuse"`},
	"domain":   {`"name": "Shop", "controller"`, `"name": "Shop", "domain": "example.org", "controller"`},
	"renamed":  {`"site": {`, `"name": "choices", "site": {`},
}

func names() []string { return slices.Sorted(maps.Keys(changes)) }

// declarations are the sites' own, by name, each in one line.
func declarations() map[string]json.RawMessage {
	all := map[string]json.RawMessage{}
	for name, replacements := range changes {
		var line bytes.Buffer
		if err := json.Compact(&line, []byte(enginetest.Shop(replacements...))); err != nil {
			panic(name + ": " + err.Error())
		}
		all[name] = line.Bytes()
	}
	return all
}
