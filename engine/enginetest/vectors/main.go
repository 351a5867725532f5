// Command vectors writes docs/record-vectors.json: what a reader of the record on a server has to
// answer, as the engine does.
//
//	go run ./engine/enginetest/vectors         writes the file
//	go run ./engine/enginetest/vectors check   fails where it is not as the engine has it
package main

import (
	"bytes"
	"encoding/json"

	"github.com/octroi-consent/octroi/engine/enginetest"
	"github.com/octroi-consent/octroi/internal/generated"
)

const (
	from  = "the engine"
	again = "go run ./engine/enginetest/vectors"
)

func main() { generated.Run(files(), from, again) }

// files are what is generated, by its path.
func files() map[string][]byte {
	return map[string][]byte{"docs/record-vectors.json": encode(&document{Format: 2, Declarations: declarations(), Vectors: all()})}
}

// document is the file.
type document struct {
	Format       int                        `json:"format"` // of the record
	Declarations map[string]json.RawMessage `json:"declarations"`
	Vectors      []vector                   `json:"vectors"`
}

// vector is one request, and what has to be answered.
type vector struct {
	Name        string              `json:"name"`
	Declaration string              `json:"declaration"`   // its name in the document
	Cookie      string              `json:"cookie"`        // the request's header
	Now         int64               `json:"now"`           // Unix ms
	GPC         bool                `json:"gpc,omitempty"` // the request has "Sec-GPC: 1"
	Want        enginetest.Standing `json:"want"`
}

// encode writes a line for each declaration and for each vector.
func encode(d *document) []byte {
	var b bytes.Buffer
	line := func(v any) {
		w := json.NewEncoder(&b)
		w.SetEscapeHTML(false)
		if err := w.Encode(v); err != nil {
			panic(err)
		}
		b.Truncate(b.Len() - 1)
	}
	b.WriteString("{\n  \"format\": ")
	line(d.Format)
	b.WriteString(",\n  \"declarations\": {")
	for i, name := range names() {
		b.WriteString(separator(i) + "    ")
		line(name)
		b.WriteString(": ")
		line(d.Declarations[name])
	}
	b.WriteString("\n  },\n  \"vectors\": [")
	for i := range d.Vectors {
		b.WriteString(separator(i) + "    ")
		line(&d.Vectors[i])
	}
	b.WriteString("\n  ]\n}\n")
	return b.Bytes()
}

func separator(i int) string {
	if i == 0 {
		return "\n"
	}
	return ",\n"
}
