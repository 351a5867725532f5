package receipts

import (
	"context"
	"fmt"
	"slices"
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
	asked = choices{}
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
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.at == nil || len(k.at) >= knownMost {
		k.at = map[Hash]choices{}
	}
	k.at[hash] = asked
	return asked, nil
}
