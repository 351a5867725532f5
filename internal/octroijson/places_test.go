package octroijson

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/octroi-consent/octroi/engine/config"
)

const base = `{
	"site": {"name": "Shop", "controller": "Shop SAS", "contact": "mailto:a@shop.example"},
	"policy": {"url": "/cookies", "revision": "1"},
	"categories": [{"id": "essential", "label": "E", "text": "E", "required": true}, {"id": "audience", "label": "A", "text": "A"}],
	"services": [{"id": "hotjar", "category": "audience", "name": "Ours", "provider": "P", "purpose": "P", "policy": "/p"}],
	"use": {"google-analytics": "audience", "youtube": "audience", "hotjar": "audience"}}`

// A text is read once for all its places, although all of it is one line.
func TestPlacesReadATextOnce(t *testing.T) {
	hosts := make([]string, 2000)
	for i := range hosts {
		hosts[i] = fmt.Sprintf(`"host%d.example"`, i)
	}
	oneLine := strings.ReplaceAll(base, "\n", " ")
	text := strings.Replace(oneLine, `"purpose": "P"`, `"purpose": "P", "urls": [`+strings.Join(hosts, ",")+`]`, 1)
	require.NotEqual(t, oneLine, text)
	p := FindPlaces([]byte(text))
	assert.Equal(t, Position{1, 1 + strings.Index(text, hosts[1999])}, p.at["$.services[0].urls[1999]"])
	assert.LessOrEqual(t, p.cursor.read, len(text))
	assert.Greater(t, p.cursor.read, strings.Index(text, hosts[1999]))
}

// What a fault costs does not grow with how much is used of the catalogue.
func TestLocateReadsAPathOnce(t *testing.T) {
	p := FindPlaces([]byte(base))
	var faults []config.Fault
	for i := range 100 {
		faults = append(faults, config.Fault{Path: fmt.Sprintf("$.services[%d].urls[%d]", i%3, i)})
	}
	taken := func(used int) float64 {
		ids := make([]string, used)
		return testing.AllocsPerRun(1, func() { assert.Len(t, p.Locate(faults, ids), len(faults)) })
	}
	assert.Less(t, taken(200), 2*taken(2))
}

func TestPathsOfUsedServices(t *testing.T) {
	p := FindPlaces([]byte(`{"services": [{"id": "own"}], "use": {"a": "x", "b": "x"}}`))
	for path, want := range map[string]string{
		"$.services[0]": "$.services[0]", "$.services[1]": "$.use.a", "$.services[2].urls[0]": "$.use.b",
		"$.services[3]": "$.services[3]", "$.services": "$.services", "$.use.a": "$.use.a", "$.services[1": "$.services[1",
	} {
		assert.Equal(t, want, p.Locate([]config.Fault{{Path: path}}, []string{"a", "b"})[0].Path, path)
	}
}
