package engine_test

import (
	"testing"

	"github.com/octroi-consent/octroi/engine"
	"github.com/octroi-consent/octroi/engine/enginetest"
)

func fresh() enginetest.Machine { return &engine.Engine{} }

func TestBehaviour(t *testing.T) { enginetest.Run(t, fresh) }

func TestRandomWalkKeepsThePromises(t *testing.T) {
	seeds := uint64(60)
	if testing.Short() {
		seeds = 5
	}
	for seed := range seeds {
		enginetest.Walk(t, fresh, seed, 400)
	}
}

// watched is an engine of which each event shows that nothing changed unevaluated.
type watched struct {
	*engine.Engine
	t *testing.T
}

func (w watched) Handle(ev engine.Event) []engine.Effect {
	if w.Anew(ev.Now) {
		w.t.Errorf("outdated before %v", ev)
	}
	effects := w.Engine.Handle(ev)
	if w.Anew(ev.Now) {
		w.t.Errorf("outdated after %v", ev)
	}
	return effects
}

func TestNothingChangesUnevaluated(t *testing.T) {
	machine := func() enginetest.Machine { return watched{&engine.Engine{}, t} }
	enginetest.Run(t, machine)
	for seed := range uint64(5) {
		enginetest.Walk(t, machine, seed, 400)
	}
}
