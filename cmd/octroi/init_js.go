package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"

	"github.com/syumai/tinyutil/httputil"
)

// loadSite has the native program audit a running site, where its package is there, and returns
// the report as JSON.
func loadSite(site *url.URL, _ streams) ([]byte, error) {
	program, from := nativeProgram()
	if program == "" {
		return nil, errors.New(auditElsewhere(from))
	}
	folder, err := os.MkdirTemp("", "octroi")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(folder)
	file := filepath.Join(folder, "report.json")
	code, err := runProgram(program, "audit", "--headless", "--port", "0", "--fail-on", "never", "--json", file, site.String())
	if err == nil && code != 0 {
		err = fmt.Errorf("it ended with %d", code)
	}
	if err != nil {
		return nil, fmt.Errorf("%s does not run: %w", program, err)
	}
	return os.ReadFile(file)
}

// fetchPage asks for an address of a running site.
func fetchPage(ctx context.Context, address string) (*http.Response, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, err
	}
	return httputil.DefaultClient.Do(r)
}
