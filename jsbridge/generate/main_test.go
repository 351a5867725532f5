package main

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/octroi-consent/octroi/internal/generated/generatedtest"
)

func TestGeneratedFilesAreFresh(t *testing.T) { generatedtest.Fresh(t, files(), from, again) }

// A table with a number twice, or with a field behind one that takes all, has no meaning.
func TestTheTableMakesSense(t *testing.T) {
	names := map[string]bool{}
	for _, g := range groups {
		numbers := map[uint8]string{}
		for _, m := range g.messages {
			assert.NotZero(t, m.Number, m.Name)
			assert.Empty(t, numbers[m.Number], "%s has the number of another", m.Name)
			assert.False(t, names[m.Name], "%s twice", m.Name)
			assert.NotEmpty(t, m.Doc, m.Name)
			numbers[m.Number], names[m.Name] = m.Name, true
			fields := map[string]bool{}
			for i, f := range m.Fields {
				assert.False(t, fields[f.Name], "%s.%s twice", m.Name, f.Name)
				assert.NotEmpty(t, f.Doc, "%s.%s", m.Name, f.Name)
				assert.Contains(t, types, f.Type)
				assert.True(t, !f.Many || i == len(m.Fields)-1, "%s.%s is not the last", m.Name, f.Name)
				assert.True(t, f.Rare || i == 0 || !m.Fields[i-1].Rare, "%s.%s is behind one that may be missing", m.Name, f.Name)
				assert.False(t, f.Rare && g.goType == "EventKind", "%s.%s: an event says all", m.Name, f.Name)
				fields[f.Name] = true
			}
		}
	}
}
