package sqlite_test

import (
	"context"
	"crypto/ed25519"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"

	"github.com/octroi-consent/octroi/server/receipts"
	"github.com/octroi-consent/octroi/server/receipts/sqlite"
)

// A server that keeps receipts in a file.
func Example() {
	folder, err := os.MkdirTemp("", "octroi-")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(folder)
	file := filepath.Join(folder, "receipts.db")
	key := ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize)) // a real one is secret
	ctx, mux := context.Background(), http.NewServeMux()

	// [handler]
	store, err := sqlite.Open(ctx, file, true)
	if err != nil {
		panic(err)
	}
	handler, err := receipts.NewHandler(store, receipts.Options{Hosts: []string{"shop.example"}, Key: key})
	if err != nil {
		panic(err)
	}
	mux.Handle("/consent", handler)
	// [/handler]

	w := httptest.NewRecorder()
	r := httptest.NewRequest(http.MethodPost, "https://shop.example/consent", strings.NewReader("{}"))
	r.Header.Set("Content-Type", "application/json")
	mux.ServeHTTP(w, r)
	fmt.Println(w.Code)

	// [end]
	// Once the server has shut down:
	if err := handler.Close(ctx); err != nil {
		panic(err)
	}
	if err := store.Close(); err != nil {
		panic(err)
	}
	// [/end]

	// Output:
	// 400
}
