package gate

import "github.com/octroi-consent/octroi/engine/config"

// Table is what can be known of addresses and scripts without the engine: for a visitor who
// has not decided, it holds whatever [Index.Find] and [Inline] would. Where it cannot tell, it
// holds more.
type Table struct {
	// Hosts and Below have the hosts that services name, the second those with all below them.
	// The value is 0 where all of those services are essential, else 1: an address there may be
	// of a service that is not granted.
	Hosts  map[string]int `json:"hosts"`
	Below  map[string]int `json:"below"`
	Inline []string       `json:"inline"` // parts of the texts of scripts of services that are not essential
	Block  bool           `json:"block"`  // hosts that no service names are held, too
}

// TableOf makes the table of a declaration.
func TableOf(c *config.Config) Table {
	t := Table{Hosts: map[string]int{}, Below: map[string]int{}, Inline: []string{}, Block: c.Block}
	essential := func(service int) bool { return c.Categories[c.Services[service].Category].Required }
	for _, p := range NewIndex(c).patterns {
		if p.host == "" {
			continue // of the site's own, which the engine alone judges
		}
		hosts := t.Hosts
		if p.below {
			hosts = t.Below
		}
		held := 1
		if essential(int(p.service)) {
			held = 0
		}
		hosts[p.host] = max(hosts[p.host], held)
	}
	for i := range c.Services {
		if !essential(i) {
			t.Inline = append(t.Inline, c.Services[i].Inline...)
		}
	}
	return t
}
