package bundle

import (
	"os"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestEngine(t *testing.T) {
	text, err := os.ReadFile("../../examples/shop/octroi.json")
	require.NoError(t, err)
	made, err := Engine(text)
	require.NoError(t, err)
	os.WriteFile("/tmp/made.wasm", made, 0o666)
	t.Log(len(text), len(made))
}
