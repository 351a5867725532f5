package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/octroi-consent/octroi/internal/generated"
	"github.com/octroi-consent/octroi/internal/loads"
)

func TestThePagesCopyIsFresh(t *testing.T) {
	root, err := generated.Root()
	require.NoError(t, err)
	assert.NoError(t, generated.Check(root, files(), from, again))
}

func TestAStaleCopyIsNamed(t *testing.T) {
	root := t.TempDir()
	require.NoError(t, os.MkdirAll(filepath.Join(root, "web/intercept"), 0o777))
	require.NoError(t, generated.Write(root, files()))
	require.NoError(t, generated.Check(root, files(), from, again))
	require.NoError(t, os.WriteFile(filepath.Join(root, "web/intercept/sources.js"), nil, 0o666))
	assert.ErrorContains(t, generated.Check(root, files(), from, again), "web/intercept/sources.js")
}

// A row that stands twice, or apart from the others of its element, would be lost to one reader.
func TestTheTableMakesSense(t *testing.T) {
	type name struct {
		space loads.Space
		tag   string
	}
	rows, elements := map[loads.Row]bool{}, map[name]bool{}
	var last name
	for _, r := range loads.Rows {
		assert.False(t, rows[loads.Row{Space: r.Space, Tag: r.Tag, Attr: r.Attr}], "%s %s twice", r.Tag, r.Attr)
		rows[loads.Row{Space: r.Space, Tag: r.Tag, Attr: r.Attr}] = true
		is := name{r.Space, r.Tag}
		assert.True(t, is == last || !elements[is], "%s is in two places", r.Tag)
		elements[is], last = true, is
	}
}
