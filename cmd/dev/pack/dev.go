//go:build !kept

package main

import (
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/evanw/esbuild/pkg/api"

	"github.com/octroi-consent/octroi/examples/shop"
)

// engineSources are what the visitor's engine is compiled from.
var engineSources = []string{"engine", "jsbridge", "wasm/engine", "wasm/heap", "wasm/target.json", "go.mod"}

// emptyModule is the rest of an engine that was not split: magic number and version alone.
const emptyModule = "\x00asm\x01\x00\x00\x00"

// dev builds into a folder of its own whenever a source changes, and serves the demo with the
// drop-in; its pages then load again. The engine is that which is kept, until one of its sources
// changes: then it is compiled once, and neither split nor made smaller.
func dev(args []string) error {
	options := flag.NewFlagSet("dev", flag.ExitOnError)
	port := options.Int("port", 8420, "port of the shop; the third parties and the shop's bad twin get the next two")
	if len(args) < 1 {
		return errors.New("usage: pack dev FOLDER [-port N]")
	}
	folder := args[0]
	if err := options.Parse(args[1:]); err != nil {
		return err
	}
	last, err := newest(engineSources)
	if err != nil {
		return err
	}
	if err := first(folder); err != nil {
		return err
	}
	pages := shop.NewReload()
	stop, err := watchScripts(folder, pages.Now)
	if err != nil {
		return err
	}
	defer stop()
	go watchEngine(folder, last)
	return shop.Serve(*port, folder, true, pages.Handler)
}

// first writes the engine that a folder begins with: that which is kept of these sources, or one
// that is compiled.
func first(folder string) error {
	_, asKept, err := engineKept()
	if err != nil {
		return err
	}
	if !asKept {
		return compile(folder)
	}
	for _, name := range []string{"rest.wasm", "octroi.wasm"} {
		content, err := keptFile("engine/" + name)
		if err != nil {
			return err
		}
		if err := write(filepath.Join(folder, name), content); err != nil {
			return err
		}
	}
	return nil
}

// compile makes the folder's octroi.wasm, as build.sh does; it brings TinyGo if that is not there.
func compile(folder string) error {
	began := time.Now()
	out := filepath.Join(folder, "octroi.wasm")
	command := exec.Command("./build.sh", "engine", out+".new.wasm")
	command.Stdout, command.Stderr = os.Stderr, os.Stderr
	if err := command.Run(); err != nil {
		return fmt.Errorf("the engine does not compile: %w", err)
	}
	if err := write(filepath.Join(folder, "rest.wasm"), []byte(emptyModule)); err != nil {
		return err
	}
	if err := os.Rename(out+".new.wasm", out); err != nil {
		return err
	}
	report("the engine", began)
	return nil
}

// watchEngine compiles the engine whenever one of its sources is newer than the last.
func watchEngine(folder string, last time.Time) {
	for range time.Tick(100 * time.Millisecond) {
		now, err := newest(engineSources)
		// A file may be gone between being listed and being looked at.
		if err != nil || now.Equal(last) {
			continue
		}
		last = now
		if err := compile(folder); err != nil {
			fmt.Fprintln(os.Stderr, "dev:", err)
		}
	}
}

// newest is when the newest source among files and folders, or a folder itself, was written:
// a folder is when one of its files comes or goes.
func newest(paths []string) (time.Time, error) {
	var latest time.Time
	for _, path := range paths {
		err := filepath.WalkDir(path, func(name string, entry fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			if !entry.IsDir() && name != path && (filepath.Ext(name) != ".go" || strings.HasSuffix(name, "_test.go")) {
				return nil
			}
			info, err := entry.Info()
			if err == nil && info.ModTime().After(latest) {
				latest = info.ModTime()
			}
			return err
		})
		if err != nil {
			return latest, err
		}
	}
	return latest, nil
}

// watchScripts has esbuild follow web/ and the folder's engine: whatever changes there, the
// folder is built anew, and done is called. The first build has ended when it returns.
func watchScripts(folder string, done func()) (stop func(), err error) {
	first := make(chan struct{})
	begun := false
	entries := []string{dropinSource, restSource, shutSource, twiceSource}
	for _, name := range apart {
		if name != "nowasm" {
			entries = append(entries, apartSource(name))
		}
	}
	context, failed := api.Context(api.BuildOptions{
		EntryPoints: entries, Bundle: true, Define: map[string]string{"COMPILED": dropIn}, Format: api.FormatIIFE, Target: api.ES2022, Outdir: folder, LogLevel: api.LogLevelError,
		Plugins: []api.Plugin{{Name: "octroi", Setup: func(b api.PluginBuild) {
			began := time.Now()
			b.OnStart(func() (api.OnStartResult, error) {
				began = time.Now()
				return api.OnStartResult{}, nil
			})
			provide(b, func() (map[string]string, []string, error) {
				modules, err := virtual()
				if err != nil {
					return nil, nil, err
				}
				files, err := beside(folder)
				return modules, files, err
			})
			b.OnEnd(func(result *api.BuildResult) (api.OnEndResult, error) {
				if len(result.Errors) == 0 {
					if _, err := build(folder, "", asTheyAre); err != nil {
						fmt.Fprintln(os.Stderr, "dev:", err)
					} else {
						report("the page's half", began)
						done()
					}
				}
				if !begun {
					begun = true
					close(first)
				}
				return api.OnEndResult{}, nil
			})
		}}},
	})
	if failed != nil {
		return nil, failed
	}
	if err := context.Watch(api.WatchOptions{}); err != nil {
		context.Dispose()
		return nil, err
	}
	<-first
	return context.Dispose, nil
}

// beside are the files that modules of the build may be made from, for esbuild follows no
// others than it is told of: styles and texts, then the engine.
func beside(folder string) (files []string, err error) {
	err = filepath.WalkDir("web", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(name) != ".css" && filepath.Ext(name) != ".json" {
			return err
		}
		name, err = filepath.Abs(name)
		files = append(files, name)
		return err
	})
	if err != nil {
		return nil, err
	}
	engine, err := filepath.Abs(filepath.Join(folder, "octroi.wasm"))
	return append(files, engine), err
}

func report(what string, began time.Time) {
	fmt.Printf("%s  built %s in %s\n", time.Now().Format("15:04:05"), what, time.Since(began).Round(10*time.Millisecond))
}
