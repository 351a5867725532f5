package setup

import (
	"bytes"
	"encoding/json"
	"regexp"
	"strings"

	"github.com/octroi-consent/octroi/internal/declaration"
)

var (
	imports   = regexp.MustCompile(`(?m)^import\b(?:[^'";]*?\bfrom\s*)?\s*['"][^'"\n]+['"][ \t]*;?[ \t]*$`)
	directive = regexp.MustCompile(`^\s*(?:#![^\n]*\n)?(?:['"]use [a-z]+['"];?[ \t]*\n)*`)
)

// addImport adds an import behind the last one, in the file's own style.
func addImport(text, line string) string {
	if at := imports.FindAllStringIndex(text, -1); at != nil {
		last := text[at[len(at)-1][0]:at[len(at)-1][1]]
		if strings.Contains(last, `"`) {
			line = strings.ReplaceAll(line, "'", `"`)
		}
		if !strings.HasSuffix(strings.TrimSpace(last), ";") {
			line = strings.TrimSuffix(line, ";")
		}
		end := at[len(at)-1][1]
		return text[:end] + "\n" + line + text[end:]
	}
	at := directive.FindStringIndex(text)[1]
	gap := "\n\n"
	if strings.HasPrefix(text[at:], "\n") {
		gap = "\n"
	}
	return text[:at] + line + gap + text[at:]
}

// addRequire adds a line of CommonJS behind the last of its kind at the top.
func addRequire(text, line string) string {
	all := requires.FindAllStringIndex(text, -1)
	if all == nil {
		at := directive.FindStringIndex(text)[1]
		return text[:at] + line + "\n\n" + text[at:]
	}
	end := all[len(all)-1][1]
	return text[:end] + "\n" + line + text[end:]
}

var requires = regexp.MustCompile(`(?m)^(?:const|var|let)\s[^=\n]+=\s*require\([^)\n]+\)[^\n]*$`)

// addToList puts an entry first into the one list of a name, as plugins: [ … ], or adds the list
// behind the one place where an object begins, as defineConfig({. Not done where there are
// several, or none.
func addToList(text, name, entry string, beginnings ...string) (changed string, done bool) {
	lists := regexp.MustCompile(`\b`+name+`\s*:\s*\[`).FindAllStringIndex(text, -1)
	switch len(lists) {
	case 1:
		at := lists[0][1]
		rest := text[at:]
		trimmed := strings.TrimLeft(rest, " \t\r\n")
		switch {
		case strings.HasPrefix(trimmed, "]"):
			return text[:at] + entry + rest, true
		case strings.HasPrefix(strings.TrimLeft(rest, " \t"), "\n"):
			indent := rest[:len(rest)-len(trimmed)]
			indent = indent[strings.LastIndex(indent, "\n")+1:]
			return text[:at] + "\n" + indent + entry + "," + rest, true
		}
		return text[:at] + entry + ", " + rest, true
	case 0:
	default:
		return text, false
	}
	for _, beginning := range beginnings {
		if strings.Count(text, beginning) != 1 {
			continue
		}
		before, behind, _ := strings.Cut(text, beginning)
		line := "\n  " + name + ": [" + entry + "],"
		if rest := strings.TrimLeft(behind, " \t"); !strings.HasPrefix(rest, "\n") {
			line += "\n"
			behind = rest
			if !strings.HasPrefix(rest, "}") {
				line += "  "
			}
		}
		return before + beginning + line + behind, true
	}
	return text, false
}

var (
	charset = regexp.MustCompile(`(?i)<meta\s+charset\s*=\s*["']?[a-z0-9-]+["']?\s*/?>|<meta\s[^>]*http-equiv\s*=\s*["']?content-type["']?[^>]*>`)
	headTag = regexp.MustCompile(`(?i)<head(?:\s[^>]*)?>`)
	ownTag  = regexp.MustCompile(`(?i)<script\b[^>]*\ssrc\s*=\s*["']?[^"'\s>]*octroi(?:\.split|\.rest|\.[0-9a-f]{16})?\.js(?:\?[^"'\s>]*)?["'\s>][^>]*>?\s*</script>`)
	comment = regexp.MustCompile(`(?s)<!--.*?-->`)
)

// addTag puts the tag of octroi.js right behind a page's <meta charset>, else first into its
// head. A tag that is there already becomes this one. Not done where there is no head.
func addTag(text, tag string) (changed string, done bool) {
	hidden := comment.FindAllStringIndex(text, -1)
	find := func(re *regexp.Regexp) []int {
		for _, at := range re.FindAllStringIndex(text, -1) {
			out := true
			for _, c := range hidden {
				out = out && (at[0] < c[0] || at[0] >= c[1])
			}
			if out {
				return at
			}
		}
		return nil
	}
	if at := find(ownTag); at != nil {
		return text[:at[0]] + tag + text[at[1]:], true
	}
	at := find(charset)
	if at == nil {
		at = find(headTag)
	}
	if at == nil {
		return text, false
	}
	line := "\n"
	if start := strings.LastIndex(text[:at[0]], "\n") + 1; strings.TrimSpace(text[start:at[0]]) == "" {
		line += text[start:at[0]]
		if strings.HasPrefix(strings.ToLower(text[at[0]:]), "<head") {
			line += "  "
		}
	}
	if strings.Contains(text[:at[0]], "\r\n") {
		line = "\r" + line
	}
	return text[:at[1]] + line + tag + text[at[1]:], true
}

// addMember adds a member to an object of package.json, as "scripts", which it makes where it is
// not there; nothing else of the text changes. Not done where the text is no object with members,
// or has the member with another value.
func addMember(text []byte, object, key, value string) (changed []byte, done bool) {
	d := json.NewDecoder(bytes.NewReader(text))
	if token, err := d.Token(); err != nil || token != json.Delim('{') {
		return text, false
	}
	indent := "  "
	if found := indented.FindSubmatch(text); found != nil {
		indent = string(found[1])
	}
	member := declaration.Quoted(key) + ": " + declaration.Quoted(value)
	end := 0
	for d.More() {
		name, err := d.Token()
		var of json.RawMessage
		if err != nil || d.Decode(&of) != nil {
			return text, false
		}
		if end = int(d.InputOffset()); name != object {
			continue
		}
		var members map[string]string
		if json.Unmarshal(of, &members) != nil {
			return text, false
		}
		if had, has := members[key]; has {
			return text, had == value
		}
		body := bytes.TrimRight(of[:len(of)-1], " \t\r\n")
		comma := ","
		if len(members) == 0 {
			comma = ""
		}
		added := comma + "\n" + indent + indent + member + "\n" + indent + "}"
		return join(text[:end-len(of)], body, []byte(added), text[end:]), true
	}
	if end == 0 {
		return text, false
	}
	added := ",\n" + indent + declaration.Quoted(object) + ": {\n" + indent + indent + member + "\n" + indent + "}"
	return join(text[:end], []byte(added), text[end:]), true
}

var indented = regexp.MustCompile(`\n([ \t]+)"`)

func join(parts ...[]byte) []byte { return bytes.Join(parts, nil) }
