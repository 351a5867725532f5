package main

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/octroi-consent/octroi/internal/generated/generatedtest"
	"github.com/octroi-consent/octroi/internal/loads"
)

func TestThePagesCopyIsFresh(t *testing.T) { generatedtest.Fresh(t, files(), from, again) }

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
