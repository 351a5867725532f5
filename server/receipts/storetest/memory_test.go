package storetest_test

import (
	"testing"

	"github.com/octroi-consent/octroi/server/receipts"
	"github.com/octroi-consent/octroi/server/receipts/storetest"
)

func TestMemory(t *testing.T) {
	storetest.Run(t, func(*testing.T) receipts.Store { return storetest.NewMemory() })
}
