package engine_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/octroi-consent/octroi/engine"
	"github.com/octroi-consent/octroi/engine/enginetest"
)

// partial is an engine whose rest is missing, on a page that wants receipts.
type partial struct{ engine.Engine }

// send returns which effects an event has.
func (p *partial) send(kind engine.EventKind, args ...string) (kinds []engine.EffectKind, receipts []string) {
	for _, effect := range p.Handle(engine.Event{Kind: kind, Now: enginetest.Noon.UnixMilli(), Args: args}) {
		kinds = append(kinds, effect.Kind)
		if effect.Kind == engine.Receipt {
			receipts = append(receipts, effect.Args[1])
		}
	}
	return kinds, receipts
}

func begin(t *testing.T) *partial {
	p := &partial{engine.Engine{Partial: true}}
	p.send(engine.Start, enginetest.Shop(`"site"`, `"receipts": {"endpoint": "/consent"}, "site"`), "shop.example", "", "1", "en", "en", "en", enginetest.BuiltIn, "", "", "2.0.0")
	kinds, _ := p.send(engine.StoresRead, "", "", "start")
	assert.Contains(t, kinds, engine.LoadDeferred, "who is asked may grant")
	return p
}

// A grant waits for the code that makes its receipt, and its event is sent again then. A refusal
// does not wait; it overrules the grants before it.
func TestGrantsWaitForTheirReceipts(t *testing.T) {
	p := begin(t)
	kinds, _ := p.send(engine.Act, "", "", "accept", "page")
	assert.Equal(t, []engine.EffectKind{engine.LoadDeferred}, kinds)
	kinds, _ = p.send(engine.Choose, "", "", "ga", "", "pixel", "1")
	assert.Equal(t, []engine.EffectKind{engine.LoadDeferred}, kinds)
	kinds, receipts := p.send(engine.Act, "", "", "refuse", "")
	assert.Contains(t, kinds, engine.Store)
	assert.Empty(t, receipts)
	_, receipts = p.send(engine.RestCame, "en", enginetest.BuiltIn)
	assert.Len(t, receipts, 1, "the refusal's")
	assert.Contains(t, receipts[0], `"layer":"first","method":"refuse","granted":{"audience":false,"ads":false,"display":false}}`)
	kinds, _ = p.send(engine.Act, "", "", "accept", "page")
	assert.Empty(t, kinds, "it was overruled")
	kinds, _ = p.send(engine.Choose, "", "", "ga", "", "pixel", "1")
	assert.Empty(t, kinds, "so was this one")
	_, receipts = p.send(engine.Choose, "", "", "pixel", "1")
	assert.Len(t, receipts, 1)
	assert.Contains(t, receipts[0], `"granted":{"audience":false,"ads":true,"display":false}}`, "a later grant counts")
}

func TestARefusalByThePagesCodeDoesNotWait(t *testing.T) {
	p := begin(t)
	kinds, _ := p.send(engine.Choose, "", "", "ga", "", "pixel", "")
	assert.Contains(t, kinds, engine.Store)
	_, receipts := p.send(engine.RestCame, "en", enginetest.BuiltIn)
	assert.Len(t, receipts, 1)
	assert.Contains(t, receipts[0], `"layer":"page","method":"page","granted":{"audience":false,"ads":false}}`)
}

func TestWithoutReceiptsNoGrantWaits(t *testing.T) {
	p := &partial{engine.Engine{Partial: true}}
	p.send(engine.Start, enginetest.Shop(), "shop.example", "", "1", "en", "en", "en", enginetest.BuiltIn, "", "", "2.0.0")
	kinds, _ := p.send(engine.StoresRead, "", "", "start")
	assert.NotContains(t, kinds, engine.LoadDeferred)
	assert.NotContains(t, kinds, engine.KeepReceipts)
	kinds, _ = p.send(engine.Act, "", "", "accept", "")
	assert.Contains(t, kinds, engine.Store)
	assert.NotContains(t, kinds, engine.LoadDeferred)
}
