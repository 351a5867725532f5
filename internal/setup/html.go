package setup

import (
	"errors"
	"io/fs"
	"path"
	"slices"
	"strings"
)

var plainHTML = Framework{Name: "html", Title: "plain HTML", found: func(s *Site) string {
	if folder := publicFolder(s); folder != "" {
		return path.Join(folder, "index.html")
	}
	return ""
}, plan: planHTML}

// publicFolder is where a site of plain HTML has its pages; "" where it is none.
func publicFolder(s *Site) string {
	for _, folder := range []string{".", "public", "public_html", "www", "htdocs", "site", "html", "docs", "dist"} {
		if s.has(path.Join(folder, "index.html")) || s.has(path.Join(folder, "index.htm")) {
			return folder
		}
	}
	return ""
}

// mostPages bounds the pages that are edited: a site that has more of them has something that
// makes them.
const mostPages = 5000

var errManyPages = errors.New("more than 5,000 pages: something makes them; put the line of octroi build into its template")

func planHTML(s *Site, p *Plan) error {
	folder := publicFolder(s)
	if folder == "" {
		folder = "."
	}
	p.Folder = folder
	tag, err := s.made(p, folder)
	if err != nil {
		return err
	}
	count := 0
	err = fs.WalkDir(s.Root, folder, func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir():
			base := path.Base(name)
			if name != folder && (base == "node_modules" || base == "vendor" || strings.HasPrefix(base, ".") || name == path.Join(folder, "octroi")) {
				return fs.SkipDir
			}
			return nil
		case !slices.Contains([]string{".html", ".htm"}, strings.ToLower(path.Ext(name))):
			return nil
		}
		if count++; count > mostPages {
			return errManyPages
		}
		return s.edit(p, name, func(text string) (string, bool) {
			if !strings.Contains(strings.ToLower(text), "<html") && !strings.Contains(strings.ToLower(text), "<!doctype") {
				return text, true // a part of a page
			}
			return addTag(text, tag)
		}, Step{Why: "The page has neither <meta charset> nor <head>. First in its head, write:", Lines: []string{tag}})
	})
	if err != nil {
		return err
	}
	like := string(s.read(path.Join(folder, "index.html")))
	return s.addPage(p, path.Join(folder, "cookies", "index.html"), s.page(tag, like))
}
