package main

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var some = map[string][]byte{
	"package.json": []byte("{}\n"), "bin/octroi.js": []byte("#!/usr/bin/env node\n"), "bin/octroi.wasm": {0}, "dist/locales/fr.json": []byte(`{"title":"é"}`),
	"dist/" + strings.Repeat("a", 90) + ".js": bytes.Repeat([]byte("x"), 5000),
}

// An archive hangs on its files alone: not on the moment, the zone, or an order.
func TestArchivesAreTheSameBytes(t *testing.T) {
	here := time.Local
	defer func() { time.Local = here }()
	for name, pack := range map[string]func(map[string][]byte) ([]byte, error){"zip": zipped, "tgz": packedPackage} {
		var first []byte
		for i := range 5 {
			time.Local = time.FixedZone("there", i*3600)
			files := map[string][]byte{}
			for name, content := range some {
				files[name] = content
			}
			archive, err := pack(files)
			require.NoError(t, err)
			if first == nil {
				first = archive
			}
			assert.True(t, bytes.Equal(first, archive), name)
		}
	}
}

// A tarball is as npm has it, and what is in bin/ can be run.
func TestTarball(t *testing.T) {
	archive, err := packedPackage(some)
	require.NoError(t, err)
	plain, err := gzip.NewReader(bytes.NewReader(archive))
	require.NoError(t, err)
	files := map[string][]byte{}
	for r := tar.NewReader(plain); ; {
		header, err := r.Next()
		if err == io.EOF {
			break
		}
		require.NoError(t, err)
		name, found := strings.CutPrefix(header.Name, "package/")
		require.True(t, found, header.Name)
		assert.Equal(t, name == "bin/octroi.js", header.Mode == 0o755, "%s %o", name, header.Mode)
		assert.Zero(t, header.Uid+header.Gid)
		assert.Empty(t, header.Uname+header.Gname)
		files[name], err = io.ReadAll(r)
		require.NoError(t, err)
	}
	assert.Equal(t, some, files)
}

func TestZip(t *testing.T) {
	archive, err := zipped(some)
	require.NoError(t, err)
	r, err := zip.NewReader(bytes.NewReader(archive), int64(len(archive)))
	require.NoError(t, err)
	require.Len(t, r.File, len(some))
	for _, f := range r.File {
		content, err := f.Open()
		require.NoError(t, err)
		b, err := io.ReadAll(content)
		require.NoError(t, err)
		assert.Equal(t, some[f.Name], b, f.Name)
		assert.EqualValues(t, 0o644, f.Mode(), f.Name)
	}
}

func TestChecksums(t *testing.T) {
	assert.Equal(t, fmt.Sprintf("%x  a\n%x  b\n", sha256.Sum256([]byte("1")), sha256.Sum256([]byte("2"))), string(checksums(map[string][]byte{"b": []byte("2"), "a": []byte("1")})))
}

// The packages with native programs are of the package's version.
func TestManifestOfThePackage(t *testing.T) {
	text, err := os.ReadFile("../../../" + source + "/package.json")
	require.NoError(t, err)
	text, err = manifest(text, "2.1.0")
	require.NoError(t, err)
	var made struct {
		Name                 string
		OptionalDependencies map[string]string
		Files                []string
		Bin                  map[string]string
	}
	require.NoError(t, json.Unmarshal(text, &made))
	assert.Equal(t, "octroi", made.Name)
	require.Len(t, made.OptionalDependencies, len(platforms))
	command, err := os.ReadFile("../../../" + source + "/bin/node.js")
	require.NoError(t, err)
	for _, p := range platforms {
		assert.Equal(t, "2.1.0", made.OptionalDependencies[p.pkg()])
		assert.Contains(t, string(command), "'"+p.name()+"'", "the command looks for it")
	}
	assert.Subset(t, made.Files, []string{"bin", "dist", "docs", "lib", "THIRD-PARTY-LICENSES.txt"})
	_, err = manifest([]byte(`{"name": "octroi"}`), "2.1.0")
	assert.Error(t, err)
}

// All that is linked has a licence that is known, and a checksum.
func TestMaterials(t *testing.T) {
	t.Chdir("../../..")
	linked, err := modules()
	require.NoError(t, err)
	text, err := billOfMaterials(linked, "2.1.0")
	require.NoError(t, err)
	again, err := billOfMaterials(linked, "2.1.0")
	require.NoError(t, err)
	assert.Equal(t, string(text), string(again))
	var made struct {
		Components []struct {
			Name     string
			Ref      string `json:"bom-ref"`
			Hashes   []struct{ Content string }
			Licenses []any
		}
		Dependencies []struct {
			Ref       string
			DependsOn []string
		}
	}
	require.NoError(t, json.Unmarshal(text, &made))
	known := map[string]bool{"octroi": true}
	var names []string
	for _, c := range made.Components {
		known[c.Ref] = true
		names = append(names, c.Name)
		assert.NotEmpty(t, c.Licenses, c.Name)
		for _, h := range c.Hashes {
			assert.Len(t, h.Content, 64)
		}
	}
	assert.Subset(t, names, []string{"octroi.js", "octroi command", "github.com/tetratelabs/wazero", "github.com/chromedp/chromedp", "github.com/syumai/tinyutil"})
	assert.NotContains(t, names, "github.com/stretchr/testify", "tests are not linked")
	for _, d := range made.Dependencies {
		for _, ref := range append(d.DependsOn, d.Ref) {
			assert.True(t, known[ref], ref)
		}
		if d.Ref == "visitors" {
			assert.Len(t, d.DependsOn, 2, "what visitors load has no dependency but its language's")
		}
	}
}
