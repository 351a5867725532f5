package site

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
)

// managers are those that octroi migrate reads, by the files that its own tests read.
var managers = []struct{ id, name, test string }{
	{"vanilla-cookieconsent", "vanilla-cookieconsent", "vanilla3"},
	{"klaro", "klaro", "klaro"},
	{"tarteaucitron", "tarteaucitron", "tarteaucitron"},
	{"orejime", "Orejime", "orejime3"},
	{"cookiebot", "Cookiebot", "cookiebot"},
	{"onetrust", "OneTrust", "onetrust"},
}

// migratePages show, for each manager, a page before and the declaration after.
func migratePages(string) (pages []entry, err error) {
	for _, m := range managers {
		pages = append(pages, entry{path: "migrate/" + m.id, name: m.name, make: func(root string) ([]byte, error) {
			var b bytes.Buffer
			fmt.Fprintf(&b, "# How do I move from %s to Octroi?\n\n`octroi migrate` reads what you have for %s and writes `octroi.json`; you answer what only you can know.\n\n", m.name, m.name)
			fmt.Fprintf(&b, "It lists these questions as it runs, and says for each line of your pages whether it works as it is or what to write in its place. [Coming from another consent manager](page:migrate/index) says what is carried over, and what cannot be.\n\n")
			folder := filepath.Join(root, "internal/migrate/testdata")
			files := ""
			for _, part := range []struct{ ext, language, title string }{{".js", "js", "The configuration before"}, {".html", "html", "The page before"}} {
				text, err := os.ReadFile(filepath.Join(folder, m.test+part.ext))
				if os.IsNotExist(err) {
					continue
				} else if err != nil {
					return nil, err
				}
				files += " " + m.test + part.ext
				fmt.Fprintf(&b, "## %s\n\n```%s\n%s\n```\n\n", part.title, part.language, bytes.TrimSpace(text))
			}
			golden, err := os.ReadFile(filepath.Join(folder, m.test+".golden.json"))
			if err != nil {
				return nil, err
			}
			fmt.Fprintf(&b, "## The command\n\n```sh\noctroi migrate%s -o octroi.json\n```\n\n## The declaration after\n\nWhat `$comment` asks is for you to answer.\n\n```json\n%s\n```\n", files, bytes.TrimSpace(golden))
			return b.Bytes(), nil
		}})
	}
	return pages, nil
}
