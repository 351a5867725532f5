// Package declaration writes a declaration as people read it: its keys in the order in which
// the documentation has them, and what fits into a line on one.
package declaration

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// order is that of the keys in all objects; others come behind them, by the alphabet.
var order = strings.Fields(`$schema id category required name from ids cookie domain controller contact authority language provider purpose purposeId site policy layout theme
	ui tab lifetimes sessionIdle unknown enforce onWithdraw gpc erase worker receipts inherit app signals debug use
	categories services url revision updated file scope label text renewAfter urls inline poster plays
	life onEnd cookies storage databases caches workers path httpOnly en`)

// rank is where a key stands, from 1.
var rank = func() map[string]int {
	ranks := map[string]int{}
	for i, key := range order {
		ranks[key] = i + 1
	}
	return ranks
}()

const width = 140

// Write writes a declaration, which is made of what encoding/json can read.
func Write(declaration any) ([]byte, error) {
	plain, err := json.Marshal(declaration)
	if err != nil {
		return nil, err
	}
	d := json.NewDecoder(bytes.NewReader(plain))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		return nil, err
	}
	var w bytes.Buffer
	write(&w, v, 0, 0)
	w.WriteByte('\n')
	return w.Bytes(), nil
}

// write writes a value, which stands behind so many characters of its line.
func write(w *bytes.Buffer, v any, depth, behind int) {
	line := oneLine(v)
	if depth > 0 && len([]rune(line))+behind+2*depth <= width {
		w.WriteString(line)
		return
	}
	indent := "\n" + strings.Repeat("  ", depth+1)
	switch v := v.(type) {
	case map[string]any:
		w.WriteByte('{')
		for i, key := range keys(v) {
			if i > 0 {
				w.WriteByte(',')
			}
			name := Quoted(key) + ": "
			w.WriteString(indent + name)
			write(w, v[key], depth+1, len([]rune(name))+1)
		}
		w.WriteString(indent[:len(indent)-2] + "}")
	case []any:
		w.WriteByte('[')
		for i, one := range v {
			if i > 0 {
				w.WriteByte(',')
			}
			w.WriteString(indent)
			write(w, one, depth+1, 1)
		}
		w.WriteString(indent[:len(indent)-2] + "]")
	default:
		w.WriteString(line)
	}
}

func oneLine(v any) string {
	var parts []string
	switch v := v.(type) {
	case map[string]any:
		for _, key := range keys(v) {
			parts = append(parts, Quoted(key)+": "+oneLine(v[key]))
		}
		if parts == nil {
			return "{}"
		}
		return "{ " + strings.Join(parts, ", ") + " }"
	case []any:
		for _, one := range v {
			parts = append(parts, oneLine(one))
		}
		return "[" + strings.Join(parts, ", ") + "]"
	case string:
		return Quoted(v)
	case nil:
		return "null"
	}
	return fmt.Sprint(v)
}

// Quoted is a text as JSON, in which HTML stays as it is.
func Quoted(s string) string {
	var w bytes.Buffer
	e := json.NewEncoder(&w)
	e.SetEscapeHTML(false)
	if err := e.Encode(s); err != nil {
		return `""`
	}
	return strings.TrimSuffix(w.String(), "\n")
}

// keys are an object's, in order.
func keys(object map[string]any) []string {
	return slices.SortedFunc(maps.Keys(object), func(a, b string) int {
		if x, y := at(a), at(b); x != y {
			return x - y
		}
		return strings.Compare(a, b)
	})
}

func at(key string) int {
	if n, is := rank[key]; is {
		return n
	}
	return len(order) + 1
}
