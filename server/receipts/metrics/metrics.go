// Package metrics tells Prometheus what a handler of receipts does. Nothing of a visitor is in it.
package metrics

import (
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/octroi-consent/octroi/server/receipts"
)

// Watch counts, and is a collector of Prometheus.
type Watch struct {
	answers *prometheus.CounterVec
	took    prometheus.Histogram
	batch   prometheus.Histogram
	append  prometheus.Histogram
	failed  prometheus.Counter
	waiting prometheus.Gauge
}

var (
	_ receipts.Watch       = (*Watch)(nil)
	_ prometheus.Collector = (*Watch)(nil)
)

// New returns one, which has yet to be registered.
func New() *Watch {
	const space, part = "octroi", "receipts"
	seconds := prometheus.ExponentialBuckets(0.0005, 2, 14)
	return &Watch{
		answers: prometheus.NewCounterVec(prometheus.CounterOpts{Namespace: space, Subsystem: part, Name: "answers_total", Help: "Requests by the status they were answered with, and by what was wrong; \"\" where nothing was."}, []string{"status", "refusal"}),
		took:    prometheus.NewHistogram(prometheus.HistogramOpts{Namespace: space, Subsystem: part, Name: "answer_seconds", Help: "Time until a receipt was acknowledged.", Buckets: seconds}),
		batch:   prometheus.NewHistogram(prometheus.HistogramOpts{Namespace: space, Subsystem: part, Name: "batch_receipts", Help: "Receipts that were kept at once.", Buckets: prometheus.ExponentialBuckets(1, 2, 9)}),
		append:  prometheus.NewHistogram(prometheus.HistogramOpts{Namespace: space, Subsystem: part, Name: "append_seconds", Help: "Time until the store had a batch on the disk.", Buckets: seconds}),
		failed:  prometheus.NewCounter(prometheus.CounterOpts{Namespace: space, Subsystem: part, Name: "append_failures_total", Help: "Batches that the store could not keep."}),
		waiting: prometheus.NewGauge(prometheus.GaugeOpts{Namespace: space, Subsystem: part, Name: "waiting", Help: "Receipts that wait for the store."}),
	}
}

// Answered implements [receipts.Watch].
func (w *Watch) Answered(status int, refusal string, took time.Duration) {
	w.answers.WithLabelValues(strconv.Itoa(status), refusal).Inc()
	if refusal == "" {
		w.took.Observe(took.Seconds())
	}
}

// Appended implements [receipts.Watch].
func (w *Watch) Appended(receipts int, took time.Duration, err error) {
	if err != nil {
		w.failed.Inc()
		return
	}
	w.batch.Observe(float64(receipts))
	w.append.Observe(took.Seconds())
}

// Waiting implements [receipts.Watch].
func (w *Watch) Waiting(n int) { w.waiting.Set(float64(n)) }

func (w *Watch) all() []prometheus.Collector {
	return []prometheus.Collector{w.answers, w.took, w.batch, w.append, w.failed, w.waiting}
}

// Describe implements [prometheus.Collector].
func (w *Watch) Describe(to chan<- *prometheus.Desc) {
	for _, c := range w.all() {
		c.Describe(to)
	}
}

// Collect implements [prometheus.Collector].
func (w *Watch) Collect(to chan<- prometheus.Metric) {
	for _, c := range w.all() {
		c.Collect(to)
	}
}
