package site_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// A page's title is the question that it answers; its name in the menu is short.
func TestPagesAskTheQuestionThatTheyAnswer(t *testing.T) {
	for _, p := range built(t).Pages {
		if !p.InMenu() {
			continue
		}
		if p.App == "" && p.Path != "index" {
			assert.Regexp(t, `^[A-Z].*\?$`, p.Title, p.Path)
		}
		assert.LessOrEqual(t, len([]rune(p.Name())), 26, "%s: the menu's name %q", p.Path, p.Name())
	}
}
