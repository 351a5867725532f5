package inquiry

import (
	"net/url"
	"slices"
	"strings"

	"github.com/octroi-consent/octroi/catalog"
	"github.com/octroi-consent/octroi/engine/config"
	"github.com/octroi-consent/octroi/engine/gate"
)

// Known recognises services of the catalogue.
type Known struct{ k *known }

// Recognise returns what recognises them.
func Recognise() (Known, error) {
	k, err := catalogue()
	return Known{k}, err
}

// Service returns one by its id; nil where there is none.
func (k Known) Service(id string) *catalog.Service { return k.k.services[id] }

// Address tells whose an address is, as an id; "" where nobody is known.
func (k Known) Address(u *url.URL) string { return k.k.of(u) }

// Keeper tells who keeps something under a name, as an id; "" where nobody is known. In the name
// "*" may stand for any run of characters.
func (k Known) Keeper(area config.Area, name string) (id string) {
	if !strings.Contains(name, "*") {
		return k.k.keeper(area, name)
	}
	if len(strings.ReplaceAll(name, "*", "")) < 3 {
		return ""
	}
	most := 0
	for i := range k.k.cfg.Services {
		s, count := &k.k.cfg.Services[i], 0
		for _, item := range s.Items[area] {
			if gate.Match(name, strings.ReplaceAll(item.Name, "*", "x")) {
				count++
			}
		}
		if count > most {
			most, id = count, s.ID
		}
	}
	return id
}

// Script tells whose a script's text is: the ids of known services, by their addresses and by
// parts of their snippets, and the hosts in it that nobody knows.
func (k Known) Script(text string) (ids, hosts []string) {
	for _, match := range inText.FindAllString(text, 200) {
		u, err := url.Parse(strings.ReplaceAll(match, `\`, ""))
		if err != nil || !strings.Contains(u.Hostname(), ".") {
			continue
		}
		if u.Scheme == "" {
			u.Scheme = "https"
		}
		if id := k.Address(u); id != "" {
			ids = add(ids, id)
		} else {
			hosts = add(hosts, strings.ToLower(u.Host))
		}
	}
	bare := level.Replace(text)
	for _, m := range k.k.markers {
		if strings.Contains(bare, m.text) && !slices.Contains(ids, m.id) {
			ids = append(ids, m.id)
		}
	}
	return ids, hosts
}

// HostID makes an id of a host, or of any name.
func HostID(host string) string { return idOf(host) }
