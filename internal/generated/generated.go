// Package generated writes files that are made from a table, and finds those that are stale.
package generated

import (
	"bytes"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
)

// Run is the main function of a generator. Without an argument it writes the files, by
// their path in the repository; with "check" it fails where one is not as it would be
// written. From is the table's file, again the command that writes.
func Run(files map[string][]byte, from, again string) {
	root, err := Root()
	if err == nil && len(os.Args) == 2 && os.Args[1] == "check" {
		err = Check(root, files, from, again)
	} else if err == nil {
		err = Write(root, files)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "generate:", err)
		os.Exit(1)
	}
}

// Root is the folder of go.mod, for go generate runs in the package's own.
func Root() (string, error) {
	folder, err := os.Getwd()
	for ; err == nil; folder = filepath.Dir(folder) {
		if _, missing := os.Stat(filepath.Join(folder, "go.mod")); missing == nil {
			return folder, nil
		}
		if folder == filepath.Dir(folder) {
			return "", fmt.Errorf("there is no go.mod above")
		}
	}
	return "", err
}

// Write writes the files.
func Write(root string, files map[string][]byte) error {
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(root, name), content, 0o666); err != nil {
			return err
		}
	}
	return nil
}

// Check names a file that is stale.
func Check(root string, files map[string][]byte, from, again string) error {
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if is, err := os.ReadFile(filepath.Join(root, name)); err != nil || !bytes.Equal(is, files[name]) {
			return fmt.Errorf("%s is not what %s says: run %s", name, from, again)
		}
	}
	return nil
}
