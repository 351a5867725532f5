package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"io"
	"io/fs"
	"mime"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/octroi-consent/octroi/internal/audit/crawl"
	"github.com/octroi-consent/octroi/internal/audit/inquiry"
	"github.com/octroi-consent/octroi/internal/audit/report"
	"github.com/octroi-consent/octroi/web"
)

// siteReader finds out what a site does: in a browser, else by its pages' text.
type siteReader struct {
	root    fs.FS
	folder  string // of pages that visitors get as they are; "" where there are none
	streams streams
	told    io.Writer
}

// load audits a running site; where no browser can be had, it reads the pages' text.
func (r *siteReader) load(site *url.URL) (*report.Report, error) {
	text, err := loadSite(site, r.streams)
	if err != nil {
		fmt.Fprintf(r.told, "No browser loads the site (%v). What its pages' text says is read; what scripts do is not seen.\n", err)
		return r.read(site, fetchPage)
	}
	found := new(report.Report)
	return found, json.Unmarshal(text, found)
}

// readFiles audits the text of the pages in the site's folder.
func (r *siteReader) readFiles() (*report.Report, error) {
	pages, err := fs.Sub(r.root, r.folder)
	if err != nil {
		return nil, err
	}
	return r.read(&url.URL{Scheme: "http", Host: "site.invalid", Path: "/"}, func(_ context.Context, address string) (*http.Response, error) {
		return serve(pages, address)
	})
}

// read audits the text of a site's pages.
func (r *siteReader) read(start *url.URL, fetch crawl.Fetch) (*report.Report, error) {
	found, err := inquiry.Run(context.Background(), start, inquiry.Options{Live: -1, Languages: strings.Join(web.Languages(), " ")}, inquiry.Site{
		Fetch: fetch, Progress: func(inquiry.Progress) {}, Wait: func(context.Context) {}, Now: time.Now})
	if err != nil {
		return nil, err
	}
	if len(found.Pages) == 0 {
		why := errors.New("no page could be read")
		if len(found.Failed) > 0 {
			why = fmt.Errorf("%w: %s", why, found.Failed[0].Why)
		}
		return nil, why
	}
	// As the audit's page hands it on.
	text, err := json.Marshal(found)
	if err != nil {
		return nil, err
	}
	found = new(report.Report)
	return found, json.Unmarshal(text, found)
}

// serve answers for a folder of pages as servers do. Its site map has all pages, since not each
// is linked.
func serve(pages fs.FS, address string) (*http.Response, error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, err
	}
	name := strings.TrimPrefix(path.Clean("/"+u.Path), "/")
	if name == "" {
		name = "."
	}
	if info, err := fs.Stat(pages, name); err == nil && info.IsDir() {
		name = path.Join(name, "index.html")
	} else if err != nil {
		if _, err := fs.Stat(pages, name+".html"); err == nil {
			name += ".html"
		}
	}
	status := http.StatusOK
	text, err := fs.ReadFile(pages, name)
	if err != nil && name == "sitemap.xml" {
		text, err = siteMap(pages, u)
	}
	if err != nil {
		status, text = http.StatusNotFound, nil
	}
	kind := mime.TypeByExtension(path.Ext(name))
	if kind == "" {
		kind = "text/html; charset=utf-8"
	}
	return &http.Response{StatusCode: status, Header: http.Header{"Content-Type": {kind}}, Body: io.NopCloser(bytes.NewReader(text)), Request: &http.Request{URL: u}}, nil
}

// siteMap lists all pages of a folder.
func siteMap(pages fs.FS, site *url.URL) ([]byte, error) {
	var w bytes.Buffer
	w.WriteString(`<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">`)
	err := fs.WalkDir(pages, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if base := path.Base(name); entry.IsDir() && name != "." && (base == "node_modules" || base == "octroi" || strings.HasPrefix(base, ".")) {
			return fs.SkipDir
		}
		if !entry.IsDir() && slices.Contains([]string{".html", ".htm"}, strings.ToLower(path.Ext(name))) {
			one := url.URL{Scheme: site.Scheme, Host: site.Host, Path: "/" + strings.TrimSuffix(name, "index.html")}
			w.WriteString("<url><loc>" + html.EscapeString(one.String()) + "</loc></url>")
		}
		return nil
	})
	w.WriteString("</urlset>")
	return w.Bytes(), err
}
