//go:build !js

package main

import (
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/octroi-consent/octroi/internal/origin"
	"github.com/octroi-consent/octroi/server/receipts"
	stores "github.com/octroi-consent/octroi/server/receipts/open"
)

// serve runs until it is told to end.
func (c *serveCommand) serve(s streams) error {
	found, err := c.declaration()
	switch {
	case err != nil && found != nil:
		return errors.Join(writeFindings(s.out, "text", *found), exit(1))
	case err != nil:
		return err
	}
	ended, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, os.Interrupt)
	defer stop()
	options, err := c.options(ended, s)
	if err != nil {
		return unable{err}
	}
	if options.Store != nil {
		defer func() {
			if err := options.Store.Close(); err != nil {
				options.Log.Error("the store did not close", "error", err.Error())
			}
		}()
	}
	server, err := origin.New(*options)
	if err != nil {
		return unable{err}
	}
	// A second signal ends it at once.
	context.AfterFunc(ended, stop)
	if err := server.Run(ended, c.started(options.Log)); err != nil {
		return unable{err}
	}
	options.Log.Info("ended")
	return nil
}

// options are what the server is started with. Its store is open.
func (c *serveCommand) options(ctx context.Context, s streams) (*origin.Options, error) {
	upstream, err := c.upstream()
	if err != nil {
		return nil, err
	}
	languages, err := (&buildCommand{Lang: c.Lang}).languages()
	if err != nil {
		return nil, err
	}
	key, err := c.key()
	if err != nil {
		return nil, err
	}
	o := &origin.Options{
		Read: func() ([]byte, error) {
			found, err := c.declaration()
			if err != nil {
				return nil, err
			}
			return found.text, nil
		},
		Changes: c.changes(ctx), Languages: languages,
		Listen: c.Listen, Admin: c.Admin, AdminBehindAuth: c.AdminBehindAuth, Path: onSite(c.Path),
		Site: c.Site, Upstream: upstream, Rewrite: c.Rewrite, Trust: c.TrustProxy,
		Key: key, Hosts: c.Host, Writer: c.Writer, Replay: replaySentences,
		Drain: c.Drain, Log: slog.New(slog.NewJSONHandler(s.err, nil)),
	}
	if c.Store != "" {
		soon, cancel := context.WithTimeout(ctx, time.Minute)
		defer cancel()
		if o.Store, err = stores.Open(soon, c.Store, true); err != nil {
			return nil, err
		}
	}
	return o, nil
}

// key is what the heads are signed with; nil for none.
func (c *serveCommand) key() (ed25519.PrivateKey, error) {
	if c.Key == "" {
		return nil, nil
	}
	text, err := read(c.Key)
	if err != nil {
		return nil, err
	}
	key, err := receipts.ParseKey(text)
	if err != nil {
		return nil, fmt.Errorf("--key %s: %w", c.Key, err)
	}
	return key, nil
}

// started writes down where the server listens.
func (c *serveCommand) started(l *slog.Logger) func(site, admin string) {
	return func(site, admin string) {
		behind := "nothing: only Octroi's own files and endpoints"
		switch {
		case c.Site != "":
			behind = "the folder " + c.Site
		case c.Upstream != "":
			behind = "the server at --upstream"
		}
		l.Info("listening", "site", "http://"+site, "behind", behind, "rewrite", c.Rewrite)
		if admin != "" {
			l.Info("listening for the owner", "admin", "http://"+admin)
		}
		if host, _, err := net.SplitHostPort(c.Admin); err == nil && c.AdminBehindAuth && host != "127.0.0.1" && host != "localhost" && host != "::1" {
			l.Warn("the owner's page asks nobody who they are: whoever reaches it reads it", "admin", admin)
		}
	}
}

// replaySentences has the engine make a receipt's choice again, and tells what differs.
func replaySentences(r receipts.Receipt, declaration []byte) (list []string, err error) {
	result, err := replay(declaration, &r)
	if err != nil {
		return nil, err
	}
	answer := map[bool]string{true: "granted", false: "not granted"}
	for _, d := range result.Decisions {
		if d.Receipt != d.Replayed {
			list = append(list, fmt.Sprintf("%s: %s by the receipt, %s by the engine.", strings.TrimSpace(d.Category+" "+d.Service), answer[d.Receipt], answer[d.Replayed]))
		}
	}
	if result.Same {
		list = append(list, "The engine decides the same, by the declaration as archived: Octroi "+result.Engine+".")
	} else if len(list) == 0 {
		list = append(list, "The engine has the choice end at "+result.Until+", before the receipt does.")
	}
	return list, nil
}

// settled is how long a file has to stay as it is to be read: what writes one often does so in
// several steps.
const settled = 200 * time.Millisecond

// changes tells when the declaration may have changed: its file did, or SIGHUP came.
func (c *serveCommand) changes(ctx context.Context) <-chan struct{} {
	told := make(chan struct{}, 1)
	hang := make(chan os.Signal, 1)
	signal.Notify(hang, syscall.SIGHUP)
	files, err := changesOf(c.Declaration)
	if err != nil {
		files = nil // a system that watches no files: SIGHUP still comes
	}
	go func() {
		defer signal.Stop(hang)
		quiet := time.NewTimer(0)
		quiet.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case err, open := <-files:
				if !open {
					files = nil
				} else if err == nil {
					quiet.Reset(settled)
				}
			case <-hang:
				quiet.Reset(0)
			case <-quiet.C:
				select {
				case told <- struct{}{}:
				default: // it is going to be read anyway
				}
			}
		}
	}()
	return told
}

// probe asks the server that runs at --listen whether it is ready.
func (c *serveCommand) probe(s streams) error {
	host, port, err := net.SplitHostPort(c.Listen)
	if err != nil {
		return unable{fmt.Errorf("--listen %s is no address: write one as 127.0.0.1:8080", c.Listen)}
	}
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	soon, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	asked, err := http.NewRequestWithContext(soon, http.MethodGet, "http://"+net.JoinHostPort(host, port)+"/-/ready", nil)
	if err != nil {
		return unable{err}
	}
	answer, err := http.DefaultClient.Do(asked)
	if err != nil {
		return fmt.Errorf("%w: nothing answers at %s", errNotReady, c.Listen)
	}
	defer answer.Body.Close()
	sentence, _ := io.ReadAll(io.LimitReader(answer.Body, 1<<10))
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("%w: %s", errNotReady, strings.TrimSpace(string(sentence)))
	}
	fmt.Fprintln(s.out, strings.TrimSpace(string(sentence)))
	return nil
}
