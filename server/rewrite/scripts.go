package rewrite

import (
	"encoding/json"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// maxLiteral is how much of a literal is read: the beginning of an address names its service.
const maxLiteral = 8192

// before are the words after which a slash begins a pattern.
var before = strings.Fields("return typeof case in of delete void throw new else do await yield instanceof")

// literals reads a script's literals one by one, as web/core/scripts-text.js does. Found gets
// each, and what stands before it: "import", "from", "import(", "importScripts(", another word,
// or "". It may take a pattern for a division or the reverse, and is right again in the next
// line.
func literals(script string, found func(literal, before string)) {
	const word, open = 'a', '('
	var nested []int // for each open "${" of a template, how many braces are open in it
	var last byte    // neither space nor comment; a word counts as one, or as "(" where a pattern may follow
	said := ""
	length := len(script)
	for i := 0; i < length; i++ {
		c := script[i]
		var next byte
		if i+1 < length {
			next = script[i+1]
		}
		closes := c == '}' && len(nested) > 0 && nested[len(nested)-1] == 0
		switch {
		case c == ' ' || c == '\n' || c == '\t' || c == '\r':
		case c == '/' && next == '/':
			for i < length && script[i] != '\n' && script[i] != '\r' {
				i++
			}
		case c == '/' && next == '*':
			end := strings.Index(script[i+2:], "*/")
			if end < 0 {
				return
			}
			i += end + 3
		case c == '\'' || c == '"' || c == '`' || closes:
			quote, from := c, i+1
			if closes {
				quote = '`'
				nested = nested[:len(nested)-1]
			}
			i = literalEnd(script, from, quote)
			if !closes {
				found(cooked(script[from:min(i, from+maxLiteral)]), said)
			}
			last, said = quote, ""
			if quote == '`' && i < length && script[i] == '$' {
				nested = append(nested, 0)
				last = '{'
				i++
			}
		case inWord(c):
			from := i
			for i+1 < length && inWord(script[i+1]) {
				i++
			}
			name := "a"
			if i-from < 15 {
				name = script[from : i+1]
			}
			switch {
			case last != '.':
				said = name
			case said == "import.":
				said = "import"
			default:
				said = ""
			}
			last = word
			if slices.Contains(before, name) {
				last = open
			}
		case c == '/' && last != word && last != ')' && last != ']' && last != '\'' && last != '"' && last != '`':
			i = patternEnd(script, i+1)
			last, said = word, ""
		default:
			if len(nested) > 0 && c == '{' {
				nested[len(nested)-1]++
			}
			if len(nested) > 0 && c == '}' {
				nested[len(nested)-1]--
			}
			switch {
			case c == '(' && (said == "import" || said == "importScripts"):
				said += "("
			case c == '.' && said == "import":
				said = "import."
			default:
				said = ""
			}
			last = c
		}
	}
}

func inWord(c byte) bool {
	return c >= 0x80 || c == '_' || c == '$' || '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'z'
}

// literalEnd is where a literal ends, or a template's text before "${".
func literalEnd(script string, i int, quote byte) int {
	for ; i < len(script); i++ {
		c := script[i]
		if c == '\\' {
			i++
		} else if c == quote || quote == '`' && c == '$' && i+1 < len(script) && script[i+1] == '{' || quote != '`' && (c == '\n' || c == '\r') {
			return i
		}
	}
	return len(script)
}

// patternEnd is where a pattern ends that begins before i.
func patternEnd(script string, i int) int {
	class := false
	for ; i < len(script); i++ {
		switch c := script[i]; {
		case c == '\\':
			i++
		case c == '\n' || c == '\r':
			return i
		case c == '[':
			class = true
		case c == ']':
			class = false
		case c == '/' && !class:
			return i
		}
	}
	return i
}

var escapes = regexp.MustCompile(`(?is)\\(?:x([\da-f]{2})|u([\da-f]{4})|u\{0*([\da-f]{1,6})\}|(\r\n|.))`)

// cooked resolves the escapes of a literal (ECMA-262, section 12.9.4).
func cooked(raw string) string {
	if strings.IndexByte(raw, '\\') < 0 {
		return raw
	}
	return escapes.ReplaceAllStringFunc(raw, func(escape string) string {
		m := escapes.FindStringSubmatch(escape)
		if code := m[1] + m[2] + m[3]; code != "" {
			n, _ := strconv.ParseUint(code, 16, 32)
			if n > utf8.MaxRune {
				return ""
			}
			return string(rune(n))
		}
		switch m[4] {
		case "\r\n", "\r", "\n", "\u2028", "\u2029":
			return ""
		}
		return m[4]
	})
}

// isPlace reports whether a specifier is an address, and no bare name such as "react".
func isPlace(text string) bool {
	if strings.HasPrefix(text, "/") || strings.HasPrefix(text, "./") || strings.HasPrefix(text, "../") {
		return true
	}
	_, _, schemed := cutScheme(strings.Trim(text, controls))
	return schemed
}

// imports lists the addresses that a script imports, as they are written in it.
func imports(script string) (list []string) {
	if !strings.Contains(script, "import") && !strings.Contains(script, "export") {
		return nil
	}
	literals(script, func(literal, before string) {
		switch before {
		case "import", "from", "import(", "importScripts(":
			if isPlace(literal) {
				list = append(list, literal)
			}
		}
	})
	return list
}

// written finds an address in a text.
var written = regexp.MustCompile("(?i)(?:(?:https?|wss?):)?[\\\\/]{2}[^\\s\"'`<>\\\\]+")

// spoken lists all addresses in a script's literals.
func spoken(script string) (list []string) {
	literals(script, func(literal, _ string) { list = append(list, written.FindAllString(literal, -1)...) })
	return list
}

// mapped lists the addresses in an import map; none where it is no JSON.
func mapped(text string) []string {
	return texts(text, func(_, text string) bool { return isPlace(text) })
}

// speculated lists the addresses that speculation rules name.
func speculated(text string) []string {
	return texts(text, func(member, _ string) bool { return member == "urls" })
}

// texts lists the texts in JSON that are wanted, by the name of the member that they are in.
func texts(text string, wanted func(member, text string) bool) (list []string) {
	var value any
	if json.Unmarshal([]byte(text), &value) != nil {
		return nil
	}
	var walk func(member string, value any)
	walk = func(member string, value any) {
		switch value := value.(type) {
		case string:
			if wanted(member, value) {
				list = append(list, value)
			}
		case []any:
			for _, one := range value {
				walk(member, one)
			}
		case map[string]any:
			for name, one := range value {
				walk(name, one)
			}
		}
	}
	walk("", value)
	slices.Sort(list)
	return list
}
