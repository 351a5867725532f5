package banner

import (
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/octroi-consent/octroi/engine/config"
	"github.com/octroi-consent/octroi/engine/consent"
)

// layers are the columns of the table of actions.
var layers = []string{"first layer", "second layer", "proposal to reload", "message", "stand-in of an embed"}

// promised are the actions that tests of sites may rely on, each with its layers, as
// docs/testing.md lists them.
func promised(t *testing.T) map[string][]string {
	text, err := os.ReadFile("../../docs/testing.md")
	require.NoError(t, err)
	_, table, found := strings.Cut(string(text), "| action | "+strings.Join(layers, " | ")+" |\n")
	require.True(t, found, "the table of actions")
	table, _, _ = strings.Cut(table, "\n\n")
	all := map[string][]string{}
	for _, line := range strings.Split(table, "\n")[1:] {
		cells := strings.Split(strings.Trim(line, "|"), "|")
		require.Len(t, cells, 1+len(layers), line)
		action := strings.TrimSuffix(strings.Trim(cells[0], " `"), "…")
		for i, cell := range cells[1:] {
			if strings.TrimSpace(cell) == "yes" {
				all[action] = append(all[action], layers[i])
			}
		}
	}
	return all
}

// drawn are the actions that the layers have, in all of their forms.
func drawn(t *testing.T) map[string][]string {
	v := view(t, "en")
	closing, again := *v, *v
	closing.Closes, again.Again = true, true
	again.Entries = slices.Clone(v.Entries)
	again.Entries[0].Choice = again.Entries[1].Choice
	trees := map[string][]string{
		layers[0]: {v.Ask(), closing.Ask(), again.Ask()},
		layers[1]: {v.Preferences(), v.Items([]Item{{Area: config.Cookies, Name: "_ga", Until: 1_800_000_000_000}, {Own: true, Name: "octroi"}})},
		layers[2]: {v.Reload("", []string{"A"}, []string{"B"})},
		layers[3]: {v.Status("Saved.", 1_800_000_000_000, true)},
		layers[4]: {v.Embed(&Embed{Services: []int{0}}), v.Embed(&Embed{Services: []int{0}, Video: true})},
	}
	all := map[string]map[string]bool{}
	for layer, list := range trees {
		for _, text := range list {
			tree(t, text).walk(func(n node) {
				act := n.attrs["data-octroi-act"]
				if strings.HasPrefix(act, ActDelete) {
					act = ActDelete
				}
				if act == "" {
					return
				}
				if all[act] == nil {
					all[act] = map[string]bool{}
				}
				all[act][layer] = true
			})
		}
	}
	ordered := map[string][]string{}
	for act, in := range all {
		for _, layer := range layers {
			if in[layer] {
				ordered[act] = append(ordered[act], layer)
			}
		}
	}
	return ordered
}

func TestTheContractForTestsOfSitesIsKept(t *testing.T) {
	want, got := promised(t), drawn(t)
	assert.Equal(t, want, got, "what docs/testing.md promises, and what the interface has")
	assert.Contains(t, slices.Collect(maps.Keys(got)), ActAlways)
}

// The switches of the second layer are found by their ids, and moved by their values.
func TestTheContractOfSwitches(t *testing.T) {
	values := map[string][]string{}
	v := view(t, "en")
	v.Entries[1].Ask = consent.Settled
	tree(t, v.Preferences()).walk(func(n node) {
		if id := n.attrs["data-octroi-switch"]; id != "" {
			values[id] = append(values[id], strings.TrimSpace(n.attrs["type"]+" "+n.attrs["value"]))
			assert.Contains(t, n.attrs, "data-octroi-state")
		}
	})
	assert.Equal(t, map[string][]string{
		"e": {"checkbox"}, "a": {"radio", "radio visit", "radio on"}, "s": {"checkbox"}, "bare": {"checkbox"},
	}, values)
}
