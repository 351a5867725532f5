package main

import (
	"fmt"
	"strings"
	"text/tabwriter"

	"github.com/octroi-consent/octroi/catalog"
	"github.com/octroi-consent/octroi/catalog/near"
)

type searchCommand struct {
	Words []string `arg:"" name:"word" optional:"" help:"All of them are in the service's id, name, company, kind, hosts, cookies or keys; all services unless given."`
	JSON  bool     `name:"json" help:"Print all that is known of them as JSON."`
}

// Help is what --help says besides.
func (*searchCommand) Help() string {
	return `Each line is a service: its id, which octroi add and "use" take, its name, its company, its kind, and a host that it calls. It ends with 1 where none is found.`
}

func (c *searchCommand) Run(s streams) error {
	known, err := catalog.Load()
	if err != nil {
		return unable{err}
	}
	found := []knownService{}
	for i := range known {
		if holdsAll(&known[i], c.Words) {
			found = append(found, told(&known[i]))
		}
	}
	if c.JSON {
		if err := writeJSON(s.out, found); err != nil {
			return err
		}
	} else {
		table := tabwriter.NewWriter(s.out, 0, 0, 2, ' ', 0)
		for _, f := range found {
			fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\n", f.ID, f.Name, f.Provider, f.Category, strings.Join(f.URLs[:min(1, len(f.URLs))], ""))
		}
		if err := table.Flush(); err != nil {
			return err
		}
	}
	if len(found) > 0 {
		return nil
	}
	if !c.JSON {
		var ids []string
		for i := range known {
			ids = append(ids, known[i].ID)
		}
		fmt.Fprintf(s.err, "octroi search: no known service has %s%s; declare it yourself, under \"services\"\n", strings.Join(c.Words, " "), near.DidYouMean(strings.Join(c.Words, "-"), ids))
	}
	return exit(1)
}

// knownService is one of the catalogue, as --json prints it.
type knownService struct {
	ID       string            `json:"id"`
	Name     string            `json:"name"`
	Provider string            `json:"provider"`
	Country  string            `json:"country"`  // of the provider, ISO 3166-1 alpha-2
	Category string            `json:"category"` // the catalogue's kind
	Purpose  map[string]string `json:"purpose"`  // by language
	Policy   string            `json:"policy"`
	URLs     []string          `json:"urls"`
	Cookies  []string          `json:"cookies"` // names, * for any characters
	Storage  []string          `json:"storage"`
	Signals  []string          `json:"signals"` // of consent, that it understands
}

func told(s *catalog.Service) knownService {
	k := knownService{s.ID, s.Name, s.Provider, s.Country, s.Category, s.Purpose, s.Policy, s.URLs, []string{}, s.Storage, s.Signals}
	for i := range s.Cookies {
		k.Cookies = append(k.Cookies, s.Cookies[i].Name)
	}
	for _, list := range []*[]string{&k.URLs, &k.Storage, &k.Signals} {
		if *list == nil {
			*list = []string{}
		}
	}
	return k
}

// holdsAll reports whether all words are parts of what is known of a service, in any case.
func holdsAll(s *catalog.Service, words []string) bool {
	k := told(s)
	all := strings.ToLower(strings.Join(append(append(append([]string{k.ID, k.Name, k.Provider, k.Category}, k.URLs...), k.Cookies...), k.Storage...), "\n"))
	for _, word := range words {
		if !strings.Contains(all, strings.ToLower(word)) {
			return false
		}
	}
	return true
}
