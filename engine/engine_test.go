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
