package octroijson

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/octroi-consent/octroi/engine/config"
)

// Places tells where in a JSON text each value stands, by its path as faults have it: a
// member where its name begins.
type Places struct {
	at       map[string]Position
	services int // how many are written out in the text
	cursor   cursor
}

// Mark is what a file may begin with (a byte order mark), which is no part of its JSON.
const Mark = "\ufeff"

// FindPlaces reads a text.
func FindPlaces(text []byte) *Places {
	p := &Places{at: map[string]Position{}, cursor: newCursor(text)}
	begin := 0
	if bytes.HasPrefix(text, []byte(Mark)) {
		begin = len(Mark)
	}
	d := json.NewDecoder(bytes.NewReader(text[begin:]))
	// next returns the next token and where it begins.
	next := func() (json.Token, Position) {
		at := begin + int(d.InputOffset())
		for at < len(text) && strings.IndexByte(" \t\r\n,:", text[at]) >= 0 {
			at++
		}
		token, err := d.Token()
		if err != nil {
			token = nil
		}
		return token, p.cursor.to(at)
	}
	var value func(path string)
	value = func(path string) {
		token, at := next()
		if _, member := p.at[path]; !member {
			p.at[path] = at
		}
		switch token {
		case json.Delim('{'):
			for d.More() {
				name, at := next()
				key, is := name.(string)
				if !is {
					return
				}
				p.at[path+"."+key] = at
				value(path + "." + key)
			}
			next()
		case json.Delim('['):
			n := 0
			for ; d.More(); n++ {
				value(path + "[" + strconv.Itoa(n) + "]")
			}
			next()
			if path == "$.services" {
				p.services = n
			}
		}
	}
	value("$")
	return p
}

// Locate gives each fault its place: that of what is around, where it is about something
// that is missing. Services behind those of the text itself are the used ones.
func (p *Places) Locate(faults []config.Fault, used []string) (list []Located) {
	for _, f := range faults {
		if n := serviceOf(f.Path) - p.services; n >= 0 && n < len(used) {
			f.Path = "$.use." + used[n]
		}
		list = append(list, Located{f, p.around(f.Path)})
	}
	return list
}

// around returns the place of a path, or that of the nearest around it.
func (p *Places) around(path string) Position {
	for {
		if at, there := p.at[path]; there {
			return at
		}
		end := strings.LastIndexAny(path, ".[")
		if end < 0 {
			return Position{1, 1}
		}
		path = path[:end]
	}
}

// serviceOf returns which service a path is about or leads into; -1 where it is none.
func serviceOf(path string) int {
	rest, is := strings.CutPrefix(path, "$.services[")
	number, inside, closed := strings.Cut(rest, "]")
	n, err := strconv.Atoi(number)
	if !is || !closed || err != nil || inside != "" && inside[0] != '.' {
		return -1
	}
	return n
}

// Position is one in a text as people count, from 1, columns in characters.
type Position struct{ Line, Column int }

// cursor goes through a text, from its beginning and never back: what has many places is read
// once for all of them.
type cursor struct {
	text []byte
	at   int // offset in bytes
	here Position
	read int // characters, in all its steps
}

func newCursor(text []byte) cursor {
	c := cursor{text: text, here: Position{1, 1}}
	if bytes.HasPrefix(text, []byte(Mark)) {
		c.at = len(Mark)
	}
	return c
}

// to steps to an offset ahead, and returns where that is.
func (c *cursor) to(offset int) Position {
	for end := min(offset, len(c.text)); c.at < end; c.read++ {
		r, size := utf8.DecodeRune(c.text[c.at:end])
		c.at += size
		c.here.Column++
		if r == '\n' {
			c.here = Position{c.here.Line + 1, 1}
		}
	}
	return c.here
}
