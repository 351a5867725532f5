package gate

import (
	"strings"

	"github.com/octroi-consent/octroi/engine/config"
)

// Table is what can be known of addresses, scripts and names without the engine: for a visitor
// who has not decided, it says what [Index.Find], [Of] and [Inline] would.
type Table struct {
	// Hosts and Below have the hosts that services name, the second those with all below them:
	// 0 where all of those services are essential, 1 where an address there is held, 2 where that
	// depends on its path or port, so that the engine must be asked.
	Hosts map[string]int `json:"hosts"`
	Below map[string]int `json:"below"`
	// Names has, by area, the names that services keep something under: 0 where one of those
	// services is essential, else 1. Stars has those with a "*", cut into what is around it.
	Names  [config.Areas]map[string]int `json:"names"`
	Stars  [config.Areas][]Star         `json:"stars"`
	Inline []string                     `json:"inline"` // parts of the texts of scripts of services that are not essential
	Block  bool                         `json:"block"`  // hosts that no service names are held, too
}

// Star is a name with a "*" in it, cut at each.
type Star struct {
	Parts []string `json:"parts"`
	Held  int      `json:"held"`
}

// TableOf makes the table of a declaration.
func TableOf(c *config.Config) Table {
	t := Table{Hosts: map[string]int{}, Below: map[string]int{}, Inline: []string{}, Block: c.Block}
	essential := func(service int) bool { return c.Categories[c.Services[service].Category].Required }
	patterns := NewIndex(c).patterns
	partial := map[string]bool{} // hosts of which a part is named
	for _, p := range patterns {
		partial[p.host] = partial[p.host] || p.path != "" || p.port != ""
	}
	for _, p := range patterns {
		if p.host == "" {
			continue // of the site's own, which the engine alone judges
		}
		hosts := t.Hosts
		if p.below {
			hosts = t.Below
		}
		held := 0
		if !essential(int(p.service)) {
			held = 1
		}
		if partial[p.host] && (held != 0 || c.Block) {
			held = 2
		}
		hosts[p.host] = max(hosts[p.host], held)
	}
	for area := range config.Area(config.Areas) {
		t.Names[area], t.Stars[area] = map[string]int{}, []Star{}
		if area <= config.Storage {
			t.Names[area][c.Name] = 1 // nobody but the engine writes the record
		}
	}
	for i := range c.Services {
		held := 0
		if !essential(i) {
			t.Inline = append(t.Inline, c.Services[i].Inline...)
			held = 1
		}
		for area := range config.Area(config.Areas) {
			t.keep(area, c.Services[i].Items[area], held)
		}
	}
	return t
}

// keep enters what a service keeps in an area.
func (t *Table) keep(area config.Area, items []config.Item, held int) {
	for k := range items {
		name := items[k].Name
		if strings.Contains(name, "*") {
			t.Stars[area] = append(t.Stars[area], Star{strings.Split(name, "*"), held})
		} else if before, known := t.Names[area][name]; !known || before == 1 {
			t.Names[area][name] = held
		}
	}
}
