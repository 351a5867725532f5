package main

import (
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// What compiles to the same is the same source; a directive to the compiler is none of that.
func TestSourcesThatCompileToTheSame(t *testing.T) {
	const source = "package p\n\n// F is one.\n//go:noinline\nfunc F() int { return 1 }\n"
	for other, same := range map[string]bool{
		"package p\n\n//go:noinline\nfunc F() int { return 1 }":                          true,
		"package p\n// Else.\n\n//go:noinline\n\nfunc  F() int { return 1 } // F\n":      true,
		"package p\n\n// F is one.\nfunc F() int { return 1 }\n":                         false,
		"package p\n\n// F is one.\n//go:noinline\nfunc F() int { return 2 }\n":          false,
		"package p\n\n// F is one.\n//go:noinline\nfunc F() int { return 1 }\nvar _ = 1": false,
	} {
		assert.Equal(t, same, string(meant([]byte(source))) == string(meant([]byte(other))), "%s", other)
	}
}

// The checksum is of the sources alone, wherever they lie, and each of them counts.
func TestEngineSum(t *testing.T) {
	t.Chdir("../../..")
	first, err := engineSum()
	require.NoError(t, err)
	copied := t.TempDir()
	require.NoError(t, os.CopyFS(copied+"/engine", os.DirFS("engine")))
	for _, folder := range []string{"jsbridge", "wasm", "internal/wasmfile", "cmd/dev/pack", "cmd/dev/tools/toolchain"} {
		require.NoError(t, os.CopyFS(copied+"/"+folder, os.DirFS(folder)))
	}
	for _, file := range []string{"go.mod", "go.sum", "build.sh"} {
		content, err := os.ReadFile(file)
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(copied+"/"+file, content, 0o666))
	}
	t.Chdir(copied)
	second, err := engineSum()
	require.NoError(t, err)
	assert.Equal(t, first, second, "in another folder, with other times")
	add := func(file, more string) (undo func()) {
		before, err := os.ReadFile(file)
		require.NoError(t, os.WriteFile(file, append(before[:len(before):len(before)], more...), 0o666))
		return func() {
			if err != nil {
				require.NoError(t, os.Remove(file))
			} else {
				require.NoError(t, os.WriteFile(file, before, 0o666))
			}
		}
	}
	const more = "\nvar _ = 1\n"
	add("engine/engine_test.go", more)
	add("internal/wasmfile/more_test.go", "package wasmfile\n"+more)
	add("engine/engine.go", "\n// More.\n")
	add("jsbridge/bridge.js", more)
	add("cmd/dev/pack/main.go", more)
	add("cmd/dev/tools/toolchain/go.mod", "\n// More.\n")
	now, err := engineSum()
	require.NoError(t, err)
	assert.Equal(t, first, now, "what is not compiled, and comments")
	for file, text := range map[string]string{
		"engine/vendors/vendors.go": more,
		"engine/locale/more.go":     "package locale\n" + more,
		"internal/wasmfile/more.go": "package wasmfile\n" + more,
		"cmd/dev/pack/split.go":     more,
		"wasm/rest.txt":             "more\n",
		"build.sh":                  "\nwasm_opt_version=109\n",
	} {
		undo := add(file, text)
		now, err := engineSum()
		require.NoError(t, err)
		assert.NotEqual(t, first, now, file)
		undo()
	}
}
