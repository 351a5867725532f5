package markup

import (
	"strings"

	"github.com/octroi-consent/octroi/engine/ascii"
)

// urls returns what a style sheet asks for by url() and @import.
func urls(css string) (list []string) {
	lower := ascii.Lower(css) // of the same length
	for at := 0; ; {
		n := strings.Index(lower[at:], "url(")
		if n < 0 {
			break
		}
		at += n + len("url(")
		end := strings.IndexByte(css[at:], ')')
		if end < 0 {
			break
		}
		if one := strings.Trim(strings.TrimSpace(css[at:at+end]), `"'`); !strings.HasPrefix(one, "#") {
			list = append(list, one)
		}
		at += end
	}
	for at := 0; ; {
		n := strings.Index(lower[at:], "@import")
		if n < 0 {
			return list
		}
		at += n + len("@import")
		rest := strings.TrimLeft(css[at:], " \t\r\n")
		if rest != "" && (rest[0] == '"' || rest[0] == '\'') {
			if one, _, closed := strings.Cut(rest[1:], rest[:1]); closed {
				list = append(list, one)
			}
		}
	}
}
