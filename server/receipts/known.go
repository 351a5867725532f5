package receipts

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/octroi-consent/octroi/engine/config"
)

// knownMost is how many declarations are kept at hand.
const knownMost = 200

// known has what receipts can be of: the declarations in the archive.
type known struct {
	store Store
	mu    sync.Mutex
	at    map[Hash]choices
}

// choices are the categories that a declaration asks about, and their services.
type choices map[string][]string

// judge says what a receipt grants that its declaration does not ask about, in one sentence that
// has nothing of the receipt in it; "" where there is nothing. It is ErrNotFound where the
// declaration is not in the archive.
func (k *known) judge(ctx context.Context, r *Receipt) (wrong string, err error) {
	asked, err := k.of(ctx, r.Declaration)
	if err != nil {
		return "", err
	}
	for i := range r.Granted {
		c := &r.Granted[i]
		services, is := asked[c.ID]
		if !is {
			return fmt.Sprintf("granted, category %d: its declaration does not ask about such a category.", i+1), nil
		}
		if c.Marks != "" {
			if _, right := marked(services, c.Marks); !right {
				return fmt.Sprintf("granted, category %d: its marks are not one for each service that its declaration has in this category.", i+1), nil
			}
		}
		for n, id := range c.Services {
			if !slices.Contains(services, id) {
				return fmt.Sprintf("granted, category %d, service %d: its declaration has no such service in this category.", i+1, n+1), nil
			}
		}
	}
	return "", nil
}

// of reads a declaration once. What is archived never changes, so that what was read stays right.
func (k *known) of(ctx context.Context, hash Hash) (choices, error) {
	k.mu.Lock()
	asked, is := k.at[hash]
	k.mu.Unlock()
	if is {
		return asked, nil
	}
	text, err := k.store.Declaration(ctx, hash)
	if err != nil {
		return nil, err
	}
	asked = choicesOf(text)
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.at == nil || len(k.at) >= knownMost {
		k.at = map[Hash]choices{}
	}
	k.at[hash] = asked
	return asked, nil
}

// choicesOf reads a declaration.
func choicesOf(text []byte) choices {
	asked := choices{}
	d, _ := config.Parse(string(text))
	for _, c := range d.Categories {
		if c.Required {
			continue
		}
		ids := []string{}
		for _, s := range d.Services[c.From:c.To] {
			ids = append(ids, s.ID)
		}
		asked[c.ID] = ids
	}
	return asked
}

// marked are the services that are marked: of each hexadecimal digit the highest bit is the first of
// four. It is not right where there is not one mark a service, and none behind the last.
func marked(services []string, marks string) (granted []string, right bool) {
	if len(marks) != (len(services)+3)/4 {
		return nil, false
	}
	for i := range 4 * len(marks) {
		if digit := strings.IndexByte("0123456789abcdef", marks[i/4]); digit < 0 || digit&(8>>(i%4)) == 0 {
			continue
		}
		if i >= len(services) {
			return nil, false
		}
		granted = append(granted, services[i])
	}
	return granted, true
}

// Resolve replaces the marks of services by their ids, with the text of the declaration that the
// receipt is of. Where the marks do not fit it, nothing is changed.
func (r *Receipt) Resolve(declaration []byte) error {
	all := slices.Clone(r.Granted)
	var asked choices
	for i := range all {
		c := &all[i]
		if c.Marks == "" {
			continue
		}
		if asked == nil {
			asked = choicesOf(declaration)
		}
		services, right := marked(asked[c.ID], c.Marks)
		if !right {
			return fmt.Errorf("granted, category %d: its marks are not one for each service of the declaration", i+1)
		}
		c.Services, c.Marks = services, ""
	}
	r.Granted = all
	return nil
}
