package declaration

import (
	"encoding/json"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestWhatIsWrittenIsWhatWasGiven(t *testing.T) {
	text, err := os.ReadFile("../../examples/shop/octroi.json")
	require.NoError(t, err)
	var given any
	require.NoError(t, json.Unmarshal(text, &given))
	out, err := Write(given)
	require.NoError(t, err)
	assert.JSONEq(t, string(text), string(out))
	again, err := Write(json.RawMessage(out))
	require.NoError(t, err)
	assert.Equal(t, string(out), string(again))
}

func TestKeysStandInTheirOrder(t *testing.T) {
	out, err := Write(map[string]any{
		"services": []any{map[string]any{"urls": []string{"a.example"}, "name": "A <b> & “c”", "category": "s", "id": "a",
			"cookies": []any{map[string]any{"life": "13 months", "name": "_a"}}, "purpose": map[string]string{"fr": "Un texte qui est assez long pour prendre une ligne entière, et davantage.", "en": "A text."}}},
		"categories": []any{}, "policy": map[string]any{"revision": "1", "url": "/cookies"}, "site": map[string]any{"contact": "/", "name": "S"}, "zeal": 1.5, "debug": true, "none": nil,
	})
	require.NoError(t, err)
	assert.Equal(t, `{
  "site": { "name": "S", "contact": "/" },
  "policy": { "url": "/cookies", "revision": "1" },
  "debug": true,
  "categories": [],
  "services": [
    {
      "id": "a",
      "category": "s",
      "name": "A <b> & “c”",
      "purpose": { "en": "A text.", "fr": "Un texte qui est assez long pour prendre une ligne entière, et davantage." },
      "urls": ["a.example"],
      "cookies": [{ "name": "_a", "life": "13 months" }]
    }
  ],
  "none": null,
  "zeal": 1.5
}
`, string(out))
}
