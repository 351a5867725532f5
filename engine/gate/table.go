package gate

import (
	"strings"

	"github.com/octroi-consent/octroi/engine/config"
)

// Table is what can be known of addresses, scripts and names without the engine: for a visitor
// who has not decided, it says what [Index.Find], [Of] and [Inline] would. Addresses of other
// hosts belong to no essential service.
type Table struct {
	// Hosts and Below have the hosts that services name, with what of them; the second those with
	// all below them.
	Hosts map[string][]Part `json:"hosts"`
	Below map[string][]Part `json:"below"`
	// Own has the paths of the site's own that services name which are not essential: what begins
	// so the engine alone judges.
	Own []Part `json:"own"`
	// Names has, by area, the names that services keep something under: 0 where one of those
	// services is essential, else 1. Stars has those with a "*", cut into what is around it.
	Names  [config.Areas]map[string]int `json:"names"`
	Stars  [config.Areas][]Star         `json:"stars"`
	Inline []Piece                      `json:"inline"` // of services that are not essential
	Block  bool                         `json:"block"`  // hosts that no service names are held, too
}

// Part is a part of a host: the addresses that begin with a path, on a port.
type Part struct {
	Path []string `json:"path"` // cut at each "*"; "" for all of the host
	Port string   `json:"port"` // "" for any
	ID   string   `json:"id"`   // of the service
}

// Piece is a part of the text of a service's inline script.
type Piece struct {
	Text string `json:"text"`
	ID   string `json:"id"`
}

// Star is a name with a "*" in it, cut at each.
type Star struct {
	Parts []string `json:"parts"`
	Held  int      `json:"held"`
}

// TableOf makes the table of a declaration.
func TableOf(c *config.Config) Table {
	t := Table{Hosts: map[string][]Part{}, Below: map[string][]Part{}, Own: []Part{}, Inline: []Piece{}, Block: c.Block}
	essential := func(service int) bool { return c.Categories[c.Services[service].Category].Required }
	for _, p := range NewIndex(c).patterns {
		if essential(int(p.service)) {
			continue
		}
		part := Part{strings.Split(p.path, "*"), p.port, c.Services[p.service].ID}
		if p.host == "" {
			t.Own = append(t.Own, part)
			continue
		}
		hosts := t.Hosts
		if p.below {
			hosts = t.Below
		}
		hosts[p.host] = append(hosts[p.host], part)
	}
	for area := range config.Area(config.Areas) {
		t.Names[area], t.Stars[area] = map[string]int{}, []Star{}
		if area <= config.Storage {
			t.Names[area][c.Name] = 1 // nobody but the engine writes the record
		}
		if store := c.ReceiptStore(); store != "" && (area == config.Storage || area == config.Databases) {
			t.Names[area][store] = 1
		}
	}
	for i := range c.Services {
		held := 0
		if !essential(i) {
			for _, part := range c.Services[i].Inline {
				t.Inline = append(t.Inline, Piece{part, c.Services[i].ID})
			}
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
