package digest_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math/rand"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/octroi-consent/octroi/engine/digest"
)

func Example() {
	fmt.Println(digest.Hex(digest.Declaration(`{ "site": { "name": "My shop" } }`)))
	fmt.Println(digest.Hex(digest.Declaration([]byte("{\n  \"site\": {\"name\": \"My shop\"}\n}\n"))))
	// Output:
	// c211d506440fd51c1827794bdc057994f8c1da1157583e323c828ca38939261c
	// c211d506440fd51c1827794bdc057994f8c1da1157583e323c828ca38939261c
}

// Strings of every length around the block's, in which nothing is a blank outside a string: the
// digest is the plain SHA-256.
func TestSHA256(t *testing.T) {
	random := rand.New(rand.NewSource(1))
	for length := range 300 {
		text := make([]byte, length)
		for i := range text {
			for text[i] <= ' ' || text[i] == '"' {
				text[i] = byte(random.Intn(256))
			}
		}
		if bytes.HasPrefix(text, []byte("\xef\xbb\xbf")) {
			continue
		}
		require.Equal(t, sha256.Sum256(text), digest.Declaration(text), "%q", text)
		require.Equal(t, sha256.Sum256(text), digest.Texts(string(text)), "%q", text)
	}
	long := strings.Repeat("octroi", 100_000)
	assert.Equal(t, sha256.Sum256([]byte(long)), digest.Declaration(long))
}

// What stands outside strings is left out as encoding/json leaves it out, of all that this
// repository has.
func TestBlanks(t *testing.T) {
	files, err := filepath.Glob("../../web/locales/*.json")
	require.NoError(t, err)
	more, err := filepath.Glob("../../examples/*/*.json")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	texts := [][]byte{
		[]byte(`{"a": "b  c", "d\"  e\\": " \\\" ", "f": [ 1 , 2 ]}`),
		[]byte("\t{\r\n\"a\" :\ttrue}\n"),
		[]byte(`"\\" `),
	}
	for _, name := range append(files, more...) {
		text, err := os.ReadFile(name)
		require.NoError(t, err)
		texts = append(texts, text)
	}
	for _, text := range texts {
		var compacted, indented bytes.Buffer
		require.NoError(t, json.Compact(&compacted, text))
		require.NoError(t, json.Indent(&indented, text, " ", "\t"))
		want := sha256.Sum256(compacted.Bytes())
		assert.Equal(t, want, digest.Declaration(text), "%.60s", text)
		assert.Equal(t, want, digest.Declaration(indented.Bytes()), "%.60s", text)
		assert.Equal(t, want, digest.Texts(append([]byte("\ufeff"), text...)), "%.60s", text)
		assert.Equal(t, hex.EncodeToString(want[:]), digest.Hex(want))
	}
}

// Anything is hashed, whether or not it is JSON.
func FuzzDeclaration(f *testing.F) {
	f.Add(`{"a": "b c"}`)
	f.Add(`"\`)
	f.Fuzz(func(t *testing.T, text string) {
		var compacted bytes.Buffer
		if json.Compact(&compacted, []byte(text)) != nil {
			digest.Declaration(text)
			return
		}
		assert.Equal(t, sha256.Sum256(compacted.Bytes()), digest.Declaration(text))
	})
}
