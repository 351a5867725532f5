package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/octroi-consent/octroi/engine/config"
)

// places tells where in a JSON text each value stands, by its path as faults have it: a
// member where its name begins.
type places struct {
	text     []byte
	at       map[string]int // offsets in bytes
	services int            // how many are written out in the text
}

// mark is what a file may begin with (a byte order mark), which is no part of its JSON.
const mark = "\ufeff"

func findPlaces(text []byte) *places {
	p := &places{text: text, at: map[string]int{}}
	begin := 0
	if bytes.HasPrefix(text, []byte(mark)) {
		begin = len(mark)
	}
	d := json.NewDecoder(bytes.NewReader(text[begin:]))
	// next returns the next token and where it begins.
	next := func() (json.Token, int) {
		at := begin + int(d.InputOffset())
		for at < len(text) && strings.IndexByte(" \t\r\n,:", text[at]) >= 0 {
			at++
		}
		token, err := d.Token()
		if err != nil {
			token = nil
		}
		return token, at
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

// locate gives each fault its place: that of what is around, where it is about something
// that is missing. Services behind those of the text itself are the used ones.
func (p *places) locate(faults []config.Fault, used []string) (list []located) {
	for _, f := range faults {
		for i, id := range used {
			written := fmt.Sprintf("$.services[%d]", p.services+i)
			if f.Path == written || strings.HasPrefix(f.Path, written+".") {
				f.Path = "$.use." + id
			}
		}
		path := f.Path
		for {
			if at, there := p.at[path]; there {
				line, column := lineAndColumn(p.text, at)
				list = append(list, located{f, line, column})
				break
			}
			end := strings.LastIndexAny(path, ".[")
			if end < 0 {
				list = append(list, located{f, 1, 1})
				break
			}
			path = path[:end]
		}
	}
	return list
}

// lineAndColumn counts from 1, columns in characters.
func lineAndColumn(text []byte, offset int) (line, column int) {
	before := text[:min(offset, len(text))]
	line = 1 + bytes.Count(before, []byte("\n"))
	before = bytes.TrimPrefix(before[bytes.LastIndexByte(before, '\n')+1:], []byte(mark))
	return line, 1 + utf8.RuneCount(before)
}
