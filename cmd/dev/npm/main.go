// Command npm writes the npm package's files, as they are packed, into a folder, which it empties
// first.
//
//	npm FOLDER [PROGRAM]
//
// PROGRAM is a folder that cmd/dev/cli has written into.
package main

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/octroi-consent/octroi"
	"github.com/octroi-consent/octroi/internal/npm"
)

func main() {
	if len(os.Args) != 2 && len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "npm FOLDER [PROGRAM]")
		os.Exit(2)
	}
	program := ""
	if len(os.Args) == 3 {
		program = os.Args[2]
	}
	if err := write(os.Args[1], program); err != nil {
		fmt.Fprintln(os.Stderr, "npm:", err)
		os.Exit(1)
	}
}

func write(folder, program string) error {
	files, err := npm.Files(".", octroi.Version(), program)
	if err != nil {
		return err
	}
	if err := os.RemoveAll(folder); err != nil {
		return err
	}
	for name, content := range files {
		file := filepath.Join(folder, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
			return err
		}
		mode := os.FileMode(0o666)
		if name == "bin/octroi.js" {
			mode = 0o777
		}
		if err := os.WriteFile(file, content, mode); err != nil {
			return err
		}
	}
	return nil
}
