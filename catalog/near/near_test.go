package near

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestDidYouMean(t *testing.T) {
	known := []string{"youtube", "vimeo", "films", "google", "ad_storage", "analytics_storage", "google-analytics"}
	for word, want := range map[string]string{
		"youtub":                 "youtube",
		"you-tube":               "youtube",
		"viemo":                  "vimeo",
		"FILM":                   "films",
		"adStorage":              "ad_storage",
		"gogle":                  "google",
		"analytics":              "analytics_storage",
		"youtube-nocookie":       "youtube",
		"goog":                   "google, google-analytics",
		"xyz":                    "",
		"":                       "",
		strings.Repeat("a", 100): "",
	} {
		if want != "" {
			want = " (did you mean " + want + "?)"
		}
		assert.Equal(t, want, DidYouMean(word, known), word)
	}
	assert.Equal(t, " (did you mean aab, aac, aad?)", DidYouMean("aaa", []string{"aab", "aac", "aad", "aae"}), "three at most")
}
