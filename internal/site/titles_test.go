package site_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/octroi-consent/octroi/internal/site"
)

// A page's title is the question that it answers; its name in the menu is short.
func TestPagesAskTheQuestionThatTheyAnswer(t *testing.T) {
	s, err := site.Build(site.Options{Root: root, Base: "https://octroi.example/"})
	require.NoError(t, err)
	for _, p := range s.Pages {
		if !p.InMenu() {
			continue
		}
		if p.App == "" && p.Path != "index" {
			assert.Regexp(t, `^[A-Z].*\?$`, p.Title, p.Path)
		}
		assert.LessOrEqual(t, len([]rune(p.Name())), 26, "%s: the menu's name %q", p.Path, p.Name())
	}
}
