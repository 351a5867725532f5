package bundle

import (
	"bytes"
	"os"
	"strings"
	"testing"

	"github.com/andybalholm/brotli"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/octroi-consent/octroi/web"
)

// The figures are of the best level up to 1 MB, and of a quicker one above; the same files have
// the same figures, in whatever order they are squeezed.
func TestFiguresOfLargeFiles(t *testing.T) {
	squeezed := func(content []byte, level int) int {
		var b bytes.Buffer
		w := brotli.NewWriterLevel(&b, level)
		_, _ = w.Write(content)
		_ = w.Close()
		return b.Len()
	}
	texts, err := web.Texts("fr")
	require.NoError(t, err)
	more := append(make([]byte, 1<<20+1-len(texts)), texts...)
	most := more[1:]
	assert.NotEqual(t, squeezed(most, brotli.BestCompression), squeezed(most, 6), "else nothing is told apart")
	s := Site{Files: map[string][]byte{"octroi.js": []byte("1"), "most": most, "more": more}}
	m := s.describe("/octroi/")
	assert.Equal(t, squeezed(most, brotli.BestCompression), m.Files["most"].Brotli)
	assert.Equal(t, squeezed(more, 6), m.Files["more"].Brotli)
	assert.Equal(t, m, s.describe("/octroi/"))

	s.Unmeasured = true
	unmeasured := s.describe("/octroi/")
	assert.Zero(t, unmeasured.Files["most"].Brotli)
	assert.Equal(t, m.Files["most"].Integrity, unmeasured.Files["most"].Integrity)
}

// What would end a script in markup, or hide its end, is written otherwise there, and means the same.
func TestAScriptInMarkupEndsWhereItsTagDoes(t *testing.T) {
	s := &Site{Files: map[string][]byte{"octroi.js": []byte(`a('<!--</ScRipt>')`)}}
	s.Inline("/o/")
	assert.Equal(t, `<script data-base="/o/">a('\x3c!--\x3c/ScRipt>')</script>`+"\n", string(s.Files[InlineFile]))
	assert.Equal(t, Integrity([]byte(`a('\x3c!--\x3c/ScRipt>')`)), s.InlineHash())
}

// A site's engine has what was read of the declaration, and nothing of its text: that took 3 of 47 KB.
func TestAnEngineHasNoDeclaration(t *testing.T) {
	text, err := os.ReadFile("../../examples/shop/octroi.json")
	require.NoError(t, err)
	site, err := Build(text)
	require.NoError(t, err)
	var engine []byte
	for name, content := range site.Files {
		if strings.HasPrefix(name, "engine.") {
			engine = content
		}
	}
	require.NotEmpty(t, engine)
	declaration := site.Files["declaration.json"]
	const piece = 60
	for i := 0; i+piece <= len(declaration); i++ {
		part := declaration[i : i+piece]
		// A text of the declaration's is there, as it may be shown.
		if bytes.Count(part, []byte(`":`)) > 1 {
			require.False(t, bytes.Contains(engine, part), "%s", part)
		}
	}
}
