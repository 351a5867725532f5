//go:build !js

package main

import (
	"context"
	"net/http"
	"net/url"
	"time"
)

// loading is how a site is loaded.
var loading = auditCommand{Headless: true}

// loadSite audits a running site with a Chromium, and returns the report as JSON.
func loadSite(site *url.URL, s streams) ([]byte, error) {
	c := &loading
	address, _, _, err := c.standIn(site, s)
	if err != nil {
		return nil, err
	}
	text, err := c.drive(address, s)
	return []byte(text), err
}

// fetchPage asks for an address of a running site.
func fetchPage(ctx context.Context, address string) (*http.Response, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, err
	}
	return (&http.Client{Timeout: 30 * time.Second}).Do(r)
}
