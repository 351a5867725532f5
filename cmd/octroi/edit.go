package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"github.com/octroi-consent/octroi/internal/octroijson"
	"io"
	"strings"
)

// object is where an object stands in a JSON text: offsets in bytes.
type object struct {
	open, close int // behind its "{", and of its "}"
	first, last int // where its first member begins, and behind its last; 0 where it is empty
}

// objectsOf finds the outermost object of a JSON text and those that are its members' values.
func objectsOf(text []byte) (root object, members map[string]object, err error) {
	begin := len(text) - len(bytes.TrimPrefix(text, []byte(octroijson.Mark)))
	d := json.NewDecoder(bytes.NewReader(text[begin:]))
	members = map[string]object{}
	// next reads a token and returns where it begins.
	next := func() (token json.Token, at int) {
		at = begin + int(d.InputOffset())
		for at < len(text) && strings.IndexByte(" \t\r\n,:", text[at]) >= 0 {
			at++
		}
		if err == nil {
			token, err = d.Token()
		}
		return token, at
	}
	end := func() int { return begin + int(d.InputOffset()) }
	var value func(path string) object
	value = func(path string) (o object) {
		token, _ := next()
		switch token {
		case json.Delim('{'):
			o.open = end()
			for err == nil && d.More() {
				name, at := next()
				if o.first == 0 {
					o.first = at
				}
				inner := value(path + "." + fmt.Sprint(name))
				if o.last = end(); path == "" && inner.open > 0 {
					members[fmt.Sprint(name)] = inner
				}
			}
			_, o.close = next()
		case json.Delim('['):
			for err == nil && d.More() {
				value(path + "[]")
			}
			next()
		}
		return o
	}
	root = value("")
	if err == io.EOF {
		err = nil
	}
	return root, members, err
}

// insert adds a member at the end of an object, as those before it are written: each on a line of
// its own and as far in, or all on one line.
func (o object) insert(text []byte, name, value string) []byte {
	member := fmt.Sprintf("%q: %s", name, value)
	if o.last == 0 {
		return splice(text, o.open, o.close, member)
	}
	before := text[o.open:o.first] // what stands between "{" and the first member
	if at := bytes.LastIndexByte(before, '\n'); at >= 0 {
		return splice(text, o.last, o.last, ","+lineEnd(text)+string(before[at+1:])+member)
	}
	return splice(text, o.last, o.last, ", "+member)
}

// splice puts a text in the place of a part of another.
func splice(text []byte, from, to int, with string) []byte {
	return append(append(append([]byte{}, text[:from]...), with...), text[to:]...)
}

// lineEnd is what ends a line of a text.
func lineEnd(text []byte) string {
	if bytes.Contains(text, []byte("\r\n")) {
		return "\r\n"
	}
	return "\n"
}

// setMember adds a member to an object that is a member of a declaration, and that object at the
// declaration's end where it is not there.
func setMember(text []byte, of, name, value string) ([]byte, error) {
	root, members, err := objectsOf(text)
	if err != nil {
		return nil, err
	}
	if o, there := members[of]; there {
		return o.insert(text, name, value), nil
	}
	before := string(text[root.open:max(root.open, root.first)])
	end := lineEnd(text)
	if at := strings.LastIndexByte(before, '\n'); at >= 0 {
		indent := before[at+1:]
		return root.insert(text, of, fmt.Sprintf("{%s%s%s%q: %s%s%s}", end, indent, indent, name, value, end, indent)), nil
	}
	return root.insert(text, of, fmt.Sprintf("{%q: %s}", name, value)), nil
}

// change is the lines in which two texts differ, with what stands around them, as a terminal shows it.
func change(before, after []byte) string {
	one, other := lines(before), lines(after)
	head := 0
	for head < len(one) && head < len(other) && one[head] == other[head] {
		head++
	}
	tail := 0
	for tail < len(one)-head && tail < len(other)-head && one[len(one)-1-tail] == other[len(other)-1-tail] {
		tail++
	}
	var w strings.Builder
	line := func(number int, sign, text string) { fmt.Fprintf(&w, "%5d %s %s\n", number, sign, text) }
	if head > 0 {
		line(head, " ", one[head-1])
	}
	for i := head; i < len(one)-tail; i++ {
		line(i+1, "-", one[i])
	}
	for i := head; i < len(other)-tail; i++ {
		line(i+1, "+", other[i])
	}
	if tail > 0 {
		line(len(other)-tail+1, " ", other[len(other)-tail])
	}
	return w.String()
}

func lines(text []byte) []string {
	return strings.Split(strings.TrimSuffix(strings.ReplaceAll(string(text), "\r\n", "\n"), "\n"), "\n")
}
