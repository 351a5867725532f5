package setup

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/aymanbagabas/go-udiff"
)

// Diff shows a plan's changes as a unified diff. Files that the build makes are not in it.
func (p *Plan) Diff() (text string) {
	for _, e := range p.Edits {
		if e.Made {
			continue
		}
		before := "a/" + e.Path
		if e.Before == nil {
			before = "/dev/null"
		}
		text += udiff.Unified(before, "b/"+e.Path, string(e.Before), string(e.After))
	}
	return text
}

// Built counts the files that the build makes, their bytes, and how many of them change.
func (p *Plan) Built() (folder string, files, bytes int) {
	for _, e := range p.Edits {
		if e.Made {
			files++
			bytes += len(e.After)
			if folder == "" || len(filepath.Dir(e.Path)) < len(folder) {
				folder = filepath.ToSlash(filepath.Dir(e.Path))
			}
		}
	}
	return folder, files, bytes
}

// Half is what the names of files and folders end with that are not written to their end.
const Half = ".octroi-half"

// Write writes all of a plan's files below a folder, or none: each stands beside its place first,
// and what was changed already is put back where a later one fails.
func (p *Plan) Write(root string) (err error) {
	at := func(e Edit) string { return filepath.Join(root, filepath.FromSlash(e.Path)) }
	var made []string // folders, those around others first
	defer func() {
		if err == nil {
			return
		}
		for _, e := range p.Edits {
			os.Remove(at(e) + Half)
		}
		for i := len(made) - 1; i >= 0; i-- {
			os.Remove(made[i]) // only where it is empty
		}
		err = fmt.Errorf("nothing was written: %w", err)
	}()
	for _, e := range p.Edits {
		// What somebody has changed since it was shown is not written over.
		now, readErr := os.ReadFile(at(e))
		if readErr != nil && !os.IsNotExist(readErr) {
			return readErr
		}
		if (readErr == nil) != (e.Before != nil) || string(now) != string(e.Before) {
			return fmt.Errorf("%s has changed since it was read", e.Path)
		}
		if err := makeFolders(filepath.Dir(at(e)), &made); err != nil {
			return err
		}
		mode := os.FileMode(0o666)
		if info, err := os.Stat(at(e)); err == nil {
			mode = info.Mode().Perm()
		}
		if err := os.WriteFile(at(e)+Half, e.After, mode); err != nil {
			return err
		}
	}
	for i, e := range p.Edits {
		if err := os.Rename(at(e)+Half, at(e)); err != nil {
			return errors.Join(err, p.putBack(root, i))
		}
	}
	return nil
}

// putBack undoes the first of a plan's edits.
func (p *Plan) putBack(root string, count int) (err error) {
	for _, e := range p.Edits[:count] {
		name := filepath.Join(root, filepath.FromSlash(e.Path))
		if e.Before == nil {
			err = errors.Join(err, os.Remove(name))
			continue
		}
		err = errors.Join(err, os.WriteFile(name, e.Before, 0o666))
	}
	return err
}

// makeFolders makes a folder and those around it, and notes which it has made.
func makeFolders(folder string, made *[]string) error {
	if _, err := os.Stat(folder); err == nil || folder == filepath.Dir(folder) {
		return nil
	}
	if err := makeFolders(filepath.Dir(folder), made); err != nil {
		return err
	}
	if err := os.Mkdir(folder, 0o777); err != nil && !os.IsExist(err) {
		return err
	}
	*made = append(*made, folder)
	return nil
}
