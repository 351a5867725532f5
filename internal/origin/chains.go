package origin

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/octroi-consent/octroi/server/receipts"
)

// chains tells Prometheus how long the chains of a store are, and how old their last heads.
type chains struct {
	store        receipts.Store
	length, head *prometheus.Desc
	failed       prometheus.Counter
}

func newChains(store receipts.Store) *chains {
	return &chains{store: store,
		length: prometheus.NewDesc("octroi_chain_entries", "Entries of a chain, by its writer.", []string{"writer"}, nil),
		head:   prometheus.NewDesc("octroi_head_age_seconds", "Since the day ended that a chain's last signed head is of, by its writer.", []string{"writer"}, nil),
		failed: prometheus.NewCounter(prometheus.CounterOpts{Name: "octroi_chain_reads_failed_total", Help: "How often the store did not tell of its chains."}),
	}
}

// Describe implements [prometheus.Collector].
func (c *chains) Describe(all chan<- *prometheus.Desc) {
	all <- c.length
	all <- c.head
	c.failed.Describe(all)
}

// Collect implements [prometheus.Collector]. A store that does not answer costs Prometheus nothing
// but these numbers.
func (c *chains) Collect(all chan<- prometheus.Metric) {
	soon, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	if err := c.collect(soon, all); err != nil {
		c.failed.Inc()
	}
	c.failed.Collect(all)
}

func (c *chains) collect(ctx context.Context, all chan<- prometheus.Metric) error {
	writers, err := c.store.Writers(ctx)
	if err != nil {
		return err
	}
	for _, writer := range writers {
		last, err := c.store.Last(ctx, writer, time.Time{})
		if err != nil {
			return err
		}
		all <- prometheus.MustNewConstMetric(c.length, prometheus.GaugeValue, float64(last.Seq), writer)
	}
	latest := map[string]string{}
	for h, err := range c.store.Heads(ctx) {
		if err != nil {
			return err
		}
		latest[h.Writer] = max(latest[h.Writer], h.Day)
	}
	for writer, day := range latest {
		if began, err := time.Parse(time.DateOnly, day); err == nil {
			all <- prometheus.MustNewConstMetric(c.head, prometheus.GaugeValue, time.Since(began.AddDate(0, 0, 1)).Seconds(), writer)
		}
	}
	return nil
}
