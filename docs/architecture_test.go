package docs

import (
	"go/parser"
	"go/token"
	"os"
	"path"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const module = "github.com/octroi-consent/octroi"

// room is a row of the table in architecture.md.
type room struct {
	paths []string // folders, with a slash at their end, or files
	may   []string // the same; "everything" for all
}

// covers reports how much of a path one of several folders or files covers: 0 for nothing.
func covers(paths []string, file string) (most int) {
	for _, p := range paths {
		if p == "./" && !strings.Contains(file, "/") || strings.HasPrefix(file, p) {
			most = max(most, len(p))
		}
	}
	return most
}

// rooms reads the table.
func rooms(t *testing.T) (all []room) {
	t.Helper()
	text, err := os.ReadFile("architecture.md")
	require.NoError(t, err)
	_, table, found := strings.Cut(string(text), "| folder | holds | may import |\n")
	require.True(t, found, "the table of rooms")
	table, _, _ = strings.Cut(table, "\n\n")
	quoted := regexp.MustCompile("`([^`]+)`")
	for line := range strings.Lines(table) {
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|")
		require.Len(t, cells, 3, line)
		if strings.HasPrefix(strings.TrimSpace(cells[0]), "-") {
			continue
		}
		var r room
		for _, name := range quoted.FindAllStringSubmatch(cells[0], -1) {
			r.paths = append(r.paths, name[1])
			_, err := os.Stat(path.Join(root, name[1]))
			assert.NoError(t, err, "a room that is on the map")
		}
		require.NotEmpty(t, r.paths, line)
		for _, name := range quoted.FindAllStringSubmatch(cells[2], -1) {
			r.may = append(r.may, name[1])
		}
		switch strings.TrimSpace(cells[2]) {
		case "everything":
			r.may = []string{"everything"}
		case "nothing":
		default:
			require.NotEmpty(t, r.may, line)
		}
		all = append(all, r)
	}
	require.NotEmpty(t, all)
	return all
}

// roomOf is the room that covers most of a file's path; nil for none.
func roomOf(all []room, file string) (of *room) {
	most := 0
	for i := range all {
		if n := covers(all[i].paths, file); n > most {
			most, of = n, &all[i]
		}
	}
	return of
}

// static finds what a script imports or exports from.
var static = regexp.MustCompile(`(?m)^(?:import|export|\})[^'"\n;]*?['"](\.{1,2}/[^'"]+)['"]`)

func TestNoRoomImportsWhatTheMapForbids(t *testing.T) {
	all := rooms(t)
	check := func(file, target string) {
		from, to := roomOf(all, file), roomOf(all, target)
		switch {
		case from == nil:
			assert.Fail(t, "no room on the map", "%s is in none", file)
		case to == nil:
			assert.Fail(t, "no room on the map", "%s, which %s imports, is in none", target, file)
		case from != to && (len(from.may) == 0 || from.may[0] != "everything" && covers(from.may, target) < covers(to.paths, target)):
			assert.Fail(t, "a forbidden import", "%s imports %s, which docs/architecture.md does not allow to %s", file, target, from.paths)
		}
	}
	seen := map[string]int{}
	sources(t, []string{".go", ".js"}, func(file, text string) {
		if strings.Contains(file, "testdata/") {
			return
		}
		if strings.HasSuffix(file, ".js") {
			if !strings.HasPrefix(file, "web/") && !strings.HasPrefix(file, "jsbridge/") {
				return
			}
			for _, found := range static.FindAllStringSubmatch(text, -1) {
				seen["js"]++
				check(file, path.Join(path.Dir(file), found[1]))
			}
			return
		}
		// Tests may use whatever they need.
		if strings.HasSuffix(file, "_test.go") {
			return
		}
		// Every file counts, whatever it is built for.
		parsed, err := parser.ParseFile(token.NewFileSet(), file, text, parser.ImportsOnly)
		if !assert.NoError(t, err) {
			return
		}
		for _, one := range parsed.Imports {
			target := strings.Trim(one.Path.Value, `"`)
			if target != module && !strings.HasPrefix(target, module+"/") {
				continue
			}
			seen["go"]++
			check(file, path.Join(strings.TrimPrefix(strings.TrimPrefix(target, module), "/"), "import.go"))
		}
	})
	assert.Greater(t, seen["go"], 50, "Go's imports were read")
	assert.Greater(t, seen["js"], 50, "JavaScript's imports were read")
}

// Whoever follows the walk, or looks for a rule, finds the file.
func TestFilesOnTheMapAreThere(t *testing.T) {
	text, err := os.ReadFile("architecture.md")
	require.NoError(t, err)
	named := regexp.MustCompile("`([a-z]+/[a-z/.-]+\\.(?:js|go))`").FindAllStringSubmatch(string(text), -1)
	require.NotEmpty(t, named)
	for _, found := range named {
		_, err := os.Stat(path.Join(root, found[1]))
		assert.NoError(t, err, "a file that is on the map")
	}
}
