package receipts_test

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"time"

	"github.com/octroi-consent/octroi/engine/digest"
	"github.com/octroi-consent/octroi/server/receipts"
	"github.com/octroi-consent/octroi/server/receipts/storetest"
)

// A server that takes receipts. A real one has a store of package sqlite or postgres.
func Example() {
	ctx := context.Background()
	store := storetest.NewMemory()
	store.Archive(ctx, digest.Declaration(storetest.Declaration), []byte(storetest.Declaration))
	h, err := receipts.NewHandler(store, receipts.Options{Hosts: []string{"shop.example"}})
	if err != nil {
		panic(err)
	}
	server := httptest.NewServer(h)

	answer, err := http.Post(server.URL, "application/json", bytes.NewReader(storetest.Body(1, time.Now())))
	if err != nil {
		panic(err)
	}
	answer.Body.Close()
	fmt.Println(answer.StatusCode)

	server.Close()
	h.Close(ctx)
	report, err := receipts.Verify(ctx, store, receipts.Trust{})
	fmt.Println(report.Entries, len(report.Faults), err)
	// Output:
	// 202
	// 1 0 <nil>
}
