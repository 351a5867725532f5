package origin

import (
	"io"
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/octroi-consent/octroi"
)

// metrics are counts and times, of nobody in particular.
type metrics struct {
	registry *prometheus.Registry
	requests *prometheus.CounterVec   // by part and status
	seconds  *prometheus.HistogramVec // by part
	reloads  *prometheus.CounterVec   // by result

	receipts *prometheus.CounterVec   // by status and what was wrong
	taking   prometheus.Histogram     // seconds until a receipt was answered
	batches  prometheus.Histogram     // receipts in one
	appends  *prometheus.HistogramVec // seconds, by result
	waiting  prometheus.Gauge         // receipts
}

func newMetrics() *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "octroi_requests_total",
			Help: "Requests, by what answered (site, files, receipts, erase, gpc, health) and the status."}, []string{"part", "code"}),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "octroi_request_seconds",
			Help: "How long answers took, by what answered.", Buckets: []float64{.0005, .001, .002, .005, .01, .02, .05, .1, .2, .5, 1, 2, 5, 10}}, []string{"part"}),
		reloads: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "octroi_declaration_changes_total",
			Help: "Changed declarations, by what became of them: taken, or refused for a fault."}, []string{"result"}),
	}
	times := []float64{.0005, .001, .002, .005, .01, .02, .05, .1, .2, .5, 1, 2, 5, 10, 30}
	m.receipts = prometheus.NewCounterVec(prometheus.CounterOpts{Name: "octroi_receipts_total",
		Help: "Receipts that were sent, by the status that answered and, where they were refused, what was wrong."}, []string{"code", "refusal"})
	m.taking = prometheus.NewHistogram(prometheus.HistogramOpts{Name: "octroi_receipt_seconds", Help: "How long until a receipt was answered.", Buckets: times})
	m.batches = prometheus.NewHistogram(prometheus.HistogramOpts{Name: "octroi_batch_receipts", Help: "Receipts that the store was given at once.", Buckets: prometheus.ExponentialBuckets(1, 2, 9)})
	m.appends = prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "octroi_append_seconds", Help: "How long the store took for a batch, by result: kept, or failed.", Buckets: times}, []string{"result"})
	m.waiting = prometheus.NewGauge(prometheus.GaugeOpts{Name: "octroi_waiting_receipts", Help: "Receipts that wait for the store."})
	build := prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "octroi_build_info", Help: "Always 1; the label tells the version.",
		ConstLabels: prometheus.Labels{"version": octroi.Version()}}, func() float64 { return 1 })
	m.registry.MustRegister(m.requests, m.seconds, m.reloads, m.receipts, m.taking, m.batches, m.appends, m.waiting, build,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// Answered implements [receipts.Watch].
func (m *metrics) Answered(status int, refusal string, took time.Duration) {
	m.receipts.WithLabelValues(strconv.Itoa(status), refusal).Inc()
	m.taking.Observe(took.Seconds())
}

// Appended implements [receipts.Watch].
func (m *metrics) Appended(n int, took time.Duration, err error) {
	result := "kept"
	if err != nil {
		result = "failed"
	}
	m.batches.Observe(float64(n))
	m.appends.WithLabelValues(result).Observe(took.Seconds())
}

// Waiting implements [receipts.Watch].
func (m *metrics) Waiting(n int) { m.waiting.Set(float64(n)) }

// handler is for Prometheus.
func (m *metrics) handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{MaxRequestsInFlight: 4, Timeout: 20 * time.Second})
}

// count counts what a part answers.
func (m *metrics) count(part string, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		began := time.Now()
		c := &counted{ResponseWriter: w, status: http.StatusOK}
		defer func() {
			m.requests.WithLabelValues(part, strconv.Itoa(c.status)).Inc()
			m.seconds.WithLabelValues(part).Observe(time.Since(began).Seconds())
		}()
		next.ServeHTTP(c, r)
	})
}

// counted remembers the status of an answer. It is in the way of nothing else that net/http's own
// writer can do.
type counted struct {
	http.ResponseWriter
	status int
}

func (c *counted) WriteHeader(status int) {
	if status >= 200 || status == http.StatusSwitchingProtocols {
		c.status = status
	}
	c.ResponseWriter.WriteHeader(status)
}

func (c *counted) ReadFrom(r io.Reader) (int64, error) { return io.Copy(c.ResponseWriter, r) }

func (c *counted) Unwrap() http.ResponseWriter { return c.ResponseWriter }
