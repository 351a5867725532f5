package main

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/octroi-consent/octroi/catalog"
	"github.com/octroi-consent/octroi/engine/config"
)

// missing tells which services a policy would stop although they are granted, since the
// declaration does not say what they call: of a known one what it calls, ready to paste.
// What pages call besides, the audit finds.
func missing(declaration []byte) (notes []string) {
	c, faults := config.Parse(string(declaration))
	known, err := catalog.Load()
	if c.Enforce == "hooks" || len(faults) > 0 || err != nil {
		return nil
	}
	for i := range c.Services {
		s := &c.Services[i]
		if len(s.URLs) > 0 || c.Categories[s.Category].Required {
			continue
		}
		urls := `"urls": ["host", …]`
		if at := slices.IndexFunc(known, func(k catalog.Service) bool { return k.ID == s.ID }); at >= 0 && len(known[at].URLs) > 0 {
			list, _ := json.Marshal(known[at].URLs)
			urls = `"urls": ` + string(list)
		}
		notes = append(notes, fmt.Sprintf(`%s: no urls: where it calls another host, the policy of "enforce" (%s) stops it, granted or not; write %s`, s.ID, c.Enforce, urls))
	}
	return notes
}
