package vendors

import (
	"encoding/json"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestTheOtherListsHaveTheSameManagers(t *testing.T) {
	names := strings.Fields(Names())

	text, err := os.ReadFile("../../web/config.schema.json")
	require.NoError(t, err)
	var schema struct {
		Properties struct {
			Inherit struct {
				Items struct {
					Properties struct{ From struct{ Enum []string } }
				}
			}
		}
	}
	require.NoError(t, json.Unmarshal(text, &schema))
	assert.Equal(t, names, schema.Properties.Inherit.Items.Properties.From.Enum, "web/config.schema.json")

	script, err := os.ReadFile("../../web/entry/octroi.inherit.js")
	require.NoError(t, err)
	_, dialects, found := strings.Cut(string(script), "const dialects = {")
	require.True(t, found)
	dialects, _, _ = strings.Cut(dialects, "\n};")
	keys := regexp.MustCompile(`(?m)^  '?([\w-]+)'?: \[`).FindAllStringSubmatch(dialects, -1)
	assert.NotEmpty(t, keys)
	for _, key := range keys {
		assert.Contains(t, names, key[1], "a dialect of web/entry/octroi.inherit.js")
	}
	for _, name := range names {
		v := Find(name)
		assert.True(t, v.Cookie != "" || v.Kit != "" || strings.Contains(string(script), name), "nothing of %s is taken over", name)
	}
}
