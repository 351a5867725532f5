package origin

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/octroi-consent/octroi/engine/config"
	"github.com/octroi-consent/octroi/engine/digest"
	"github.com/octroi-consent/octroi/server/receipts"
)

// takeReceipts starts what takes receipts for the store.
func (s *Server) takeReceipts(declared *config.Config) error {
	hosts := s.Hosts
	if len(hosts) == 0 && declared.Site.Domain != "" {
		hosts = []string{"*." + declared.Site.Domain}
	}
	if len(hosts) == 0 {
		return errors.New("whose receipts are kept? name the site's host by --host, as shop.example, or in the declaration's \"site.domain\"")
	}
	options := receipts.Options{Hosts: hosts, Apps: declared.App != nil, Writer: s.Writer, Key: s.Key, Log: s.Log, Watch: s.metrics.receipts}
	if s.Trust {
		options.From = nearest
	}
	taking, err := receipts.NewHandler(s.Store, options)
	if err != nil {
		return err
	}
	s.receipts, s.ready.check = taking, taking.Check
	s.close = append(s.close, taking.Close)
	return nil
}

// nearest is the address that the owner's proxy says a request came from: the last one, which that
// proxy has added.
func nearest(r *http.Request) string {
	if values := r.Header.Values("X-Forwarded-For"); len(values) > 0 {
		list := values[len(values)-1]
		return strings.TrimSpace(list[strings.LastIndexByte(list, ',')+1:])
	}
	return receipts.Forwarded(r)
}

// archive keeps a declaration where receipts of it can be looked at later.
func (s *Server) archive(text []byte) error {
	var small bytes.Buffer
	if err := json.Compact(&small, text); err != nil {
		return err
	}
	soon, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	if err := s.Store.Archive(soon, digest.Declaration(text), small.Bytes()); err != nil {
		return fmt.Errorf("the store cannot archive the declaration: %w", err)
	}
	return nil
}

// endpoint is the path at which a declaration has receipts sent; "" for none here.
func (s *Server) endpoint(declared *config.Config) string {
	if declared.Receipts == "" || strings.HasPrefix(declared.Receipts, "/") {
		return declared.Receipts
	}
	if u, err := url.Parse(declared.Receipts); err == nil && s.Store != nil {
		return cmp.Or(u.Path, "/")
	}
	return "" // another server's
}
