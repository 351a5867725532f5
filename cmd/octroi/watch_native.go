//go:build !js

package main

import (
	"path/filepath"

	"github.com/fsnotify/fsnotify"
)

// changesOf tells whenever a file may have changed, and errors of the watching.
func changesOf(file string) (<-chan error, error) {
	watcher, err := fsnotify.NewWatcher()
	if err != nil {
		return nil, err
	}
	// Editors put another file in the place of the one that was there: only its folder knows.
	if err := watcher.Add(filepath.Dir(file)); err != nil {
		return nil, err
	}
	changes := make(chan error)
	go func() {
		defer close(changes)
		for {
			select {
			case event, open := <-watcher.Events:
				if !open {
					return
				}
				if filepath.Clean(event.Name) == filepath.Clean(file) {
					changes <- nil
				}
			case err, open := <-watcher.Errors:
				if !open {
					return
				}
				changes <- err
			}
		}
	}()
	return changes, nil
}
