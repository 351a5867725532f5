package metrics_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/octroi-consent/octroi/engine/digest"
	"github.com/octroi-consent/octroi/server/receipts"
	"github.com/octroi-consent/octroi/server/receipts/metrics"
	"github.com/octroi-consent/octroi/server/receipts/storetest"
)

// What Prometheus reads after two receipts and a refusal.
func TestWatch(t *testing.T) {
	watch, registry := metrics.New(), prometheus.NewPedanticRegistry()
	require.NoError(t, registry.Register(watch))
	store := storetest.NewMemory()
	require.NoError(t, store.Archive(t.Context(), digest.Declaration(storetest.Declaration), []byte(storetest.Declaration)))
	h, err := receipts.NewHandler(store, receipts.Options{Hosts: []string{"shop.example"}, Watch: watch})
	require.NoError(t, err)
	for _, body := range []string{string(storetest.Body(1, time.Now())), string(storetest.Body(2, time.Now())), "<evil>"} {
		r := httptest.NewRequest(http.MethodPost, "/consent", strings.NewReader(body))
		r.Header.Set("Content-Type", "text/plain")
		h.ServeHTTP(httptest.NewRecorder(), r)
	}
	require.NoError(t, h.Close(context.Background()))
	server := httptest.NewServer(promhttp.HandlerFor(registry, promhttp.HandlerOpts{}))
	defer server.Close()
	answer, err := http.Get(server.URL)
	require.NoError(t, err)
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	require.NoError(t, err)
	for _, line := range []string{
		`octroi_receipts_answers_total{refusal="",status="202"} 2`,
		`octroi_receipts_answers_total{refusal="format",status="400"} 1`,
		`octroi_receipts_answer_seconds_count 2`,
		`octroi_receipts_batch_receipts_sum 2`,
		`octroi_receipts_append_failures_total 0`,
		`octroi_receipts_waiting 0`,
	} {
		assert.Contains(t, string(text), line+"\n")
	}
	assert.NotContains(t, string(text), "evil")
}
