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
	receiptmetrics "github.com/octroi-consent/octroi/server/receipts/metrics"
)

// metrics are counts and times, of nobody in particular.
type metrics struct {
	registry *prometheus.Registry
	requests *prometheus.CounterVec   // by part and status
	seconds  *prometheus.HistogramVec // by part
	reloads  *prometheus.CounterVec   // by result
	receipts *receiptmetrics.Watch
}

func newMetrics() *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		receipts: receiptmetrics.New(),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "octroi_requests_total",
			Help: "Requests, by what answered (site, files, receipts, erase, gpc, health) and the status."}, []string{"part", "code"}),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "octroi_request_seconds",
			Help: "How long answers took, by what answered.", Buckets: []float64{.0005, .001, .002, .005, .01, .02, .05, .1, .2, .5, 1, 2, 5, 10}}, []string{"part"}),
		reloads: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "octroi_declaration_changes_total",
			Help: "Changed declarations, by what became of them: taken, or refused for a fault."}, []string{"result"}),
	}
	build := prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "octroi_build_info", Help: "Always 1; the label tells the version.",
		ConstLabels: prometheus.Labels{"version": octroi.Version()}}, func() float64 { return 1 })
	m.registry.MustRegister(m.requests, m.seconds, m.reloads, m.receipts, build,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

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
