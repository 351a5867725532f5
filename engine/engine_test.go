package engine_test

import (
	"testing"

	"github.com/octroi-consent/octroi/engine"
	"github.com/octroi-consent/octroi/engine/enginetest"
)

func fresh() enginetest.Machine { return &engine.Engine{} }

func TestBehaviour(t *testing.T) { enginetest.Run(t, fresh) }

func TestRandomWalkKeepsThePromises(t *testing.T) {
	for seed := range uint64(60) {
		enginetest.Walk(t, fresh, seed, 400)
	}
}
