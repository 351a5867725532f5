package gpc

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/octroi-consent/octroi/engine/enginetest"
	"github.com/octroi-consent/octroi/server/consent"
)

func TestTheSiteSaysThatItAbides(t *testing.T) {
	for name, c := range map[string]struct {
		changes []string
		method  string
		status  int
		body    string
	}{
		"nothing is refused": {nil, http.MethodGet, http.StatusNotFound, ""},
		"advertising is":     {[]string{`"label": "Ads"`, `"label": "Ads", "gpc": "refuse"`}, http.MethodGet, http.StatusOK, `{"gpc": true}`},
		"since when":         {[]string{`"label": "Ads"`, `"label": "Ads", "gpc": "refuse"`, `"revision": "r1"`, `"revision": "r1", "updated": "2026-11-23"`}, http.MethodGet, http.StatusOK, `{"gpc": true, "lastUpdate": "2026-11-23"}`},
		"written to":         {[]string{`"label": "Ads"`, `"label": "Ads", "gpc": "refuse"`}, http.MethodPost, http.StatusMethodNotAllowed, ""},
	} {
		d, err := consent.Parse([]byte(enginetest.Shop(c.changes...)))
		require.NoError(t, err, name)
		w := httptest.NewRecorder()
		Handler(d).ServeHTTP(w, httptest.NewRequest(c.method, Path, nil))
		assert.Equal(t, c.status, w.Code, name)
		if c.body == "" {
			assert.True(t, strings.HasPrefix(w.Header().Get("Content-Type"), "text/plain"), name)
			continue
		}
		assert.Equal(t, "application/json", w.Header().Get("Content-Type"), name)
		assert.JSONEq(t, c.body, w.Body.String(), name)
		assert.True(t, json.Valid(w.Body.Bytes()))
	}
}
