package config

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// Places count categories first, then services, in the order in which both are kept.
func TestPlaces(t *testing.T) {
	c := &Config{
		Categories: []Category{{ID: "needed", From: 0, To: 1}, {ID: "stats", From: 1, To: 3}, {ID: "none", From: 3, To: 3}},
		Services:   []Service{{ID: "basket", Category: 0}, {ID: "matomo", Category: 1}, {ID: "ga", Category: 1}},
	}
	assert.Equal(t, 6, c.Places())
	granted := make(Grants, c.Places())
	for place, id := range []string{"needed", "stats", "none", "basket", "matomo", "ga"} {
		assert.Equal(t, place, c.Find(id))
		assert.Equal(t, id, c.ID(place))
		if n := c.Service(place); n >= 0 {
			assert.Equal(t, place, c.Place(n))
			assert.Equal(t, id, c.Services[n].ID)
			assert.Equal(t, c.Services[n].Category, c.Category(place))
		} else {
			assert.Equal(t, place, c.Category(place))
		}
	}
	assert.Equal(t, -1, c.Category(c.Find("nobody")))
	granted.ServicesOf(c, 1)[1] = true
	assert.Equal(t, Grants{false, false, false, false, false, true}, granted)
	assert.True(t, granted.Service(c, 2))
	assert.Equal(t, []bool{false, false, true}, granted.Services(c))
	assert.Empty(t, granted.ServicesOf(c, 2))
}
