package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A test whose browser crashed runs once more; a second test, the same one again, and whatever
// else fails beside it have failed.
func TestOneCrashIsForgiven(t *testing.T) {
	const passed, failed, panicked = "--- PASS: TestB (0.00s)\nPASS\n", "    a_test.go:1: no\n--- FAIL: TestB (0.00s)\nFAIL\n", "panic: no\n"
	const fell, fellToo = "=== RUN   TestA\n    a_test.go:1: the browser crashed: x\n--- FAIL: TestA (0.00s)\n=== RUN   TestB\n", "    a_test.go:1: the browser crashed: x\n--- FAIL: TestB (0.00s)\nFAIL\n"
	const alone = "=== RUN   TestA\n--- PASS: TestA (0.00s)\nPASS\n"
	for name, row := range map[string]struct {
		first, second string
		ok            bool
		told          []string
	}{
		"none":            {first: "=== RUN   TestB\n" + passed, ok: true, told: []string{"TestB pass"}},
		"one":             {first: fell + passed + "FAIL\n", second: alone, ok: true, told: []string{"TestB pass", "TestA pass"}},
		"one, twice":      {first: fell + passed + "FAIL\n", second: fell + "FAIL\n", told: []string{"TestB pass", "TestA the browser crashed"}},
		"two":             {first: fell + fellToo, second: alone, told: []string{"TestB the browser crashed", "TestA pass"}},
		"one and a fault": {first: fell + failed, second: alone, told: []string{"TestB fail", "TestA pass"}},
		"one and a panic": {first: fell + panicked, second: alone, told: []string{"TestB fail", "TestA pass"}},
	} {
		t.Run(name, func(t *testing.T) {
			folder := t.TempDir()
			for file, text := range map[string]string{"first": row.first, "second": row.second, "program": `#!/bin/sh
cd ` + folder + `
[ -e ran ] && cat second || cat first
touch ran
grep -q 'FAIL\|panic' "$([ -e again ] && echo second || echo first)" && { touch again; exit 1; }
exit 0
`} {
				require.NoError(t, os.WriteFile(filepath.Join(folder, file), []byte(text), 0o700))
			}
			t.Chdir("../../..")
			var told []string
			ok := run(filepath.Join(folder, "program"), pass{engine: "chromium"}, func(test, outcome, why string, _ float64) {
				told = append(told, test+" "+outcome)
			})
			assert.Equal(t, row.ok, ok)
			assert.Equal(t, row.told, told)
		})
	}
}
