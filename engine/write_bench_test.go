package engine_test

import (
	"testing"

	"github.com/octroi-consent/octroi/engine"
	"github.com/octroi-consent/octroi/engine/enginetest"
)

func BenchmarkWrite(b *testing.B) {
	browser := enginetest.NewBrowser(enginetest.Noon)
	tab := browser.Open(fresh(), enginetest.Page{Config: enginetest.Shop(), Languages: "en"})
	for name, text := range map[string]string{"life": "lang=fr;path=/;max-age=9999", "plain": "lang=fr"} {
		tab.Write(0, text)
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				tab.Machine.Handle(engine.Event{Kind: engine.Write, Now: tab.Now.UnixMilli(), Args: []string{"0", text}})
			}
		})
	}
}
