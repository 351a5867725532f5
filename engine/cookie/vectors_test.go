package cookie

import (
	"encoding/json"
	"errors"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// vectors reads a file of the shared oracles, which stand beside the repository.
func vectors(t *testing.T, name string, into any) {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("..", "..", "..", "shared", "oracles", "cookies", name))
	if errors.Is(err, fs.ErrNotExist) {
		t.Skip("the oracles beside the repository are not there")
	}
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(b, into))
}

func TestDateVectors(t *testing.T) { // R7.04, R7.60
	var list []struct {
		Test     string
		Expected *string
	}
	vectors(t, "dates.vectors.json", &list)
	require.Len(t, list, 70)
	for _, v := range list {
		at, ok := ParseDate(v.Test)
		if v.Expected == nil {
			assert.False(t, ok, v.Test)
			continue
		}
		want, err := time.Parse(time.RFC1123, *v.Expected)
		require.NoError(t, err)
		assert.True(t, ok, v.Test)
		assert.Equal(t, want.UnixMilli(), at, v.Test)
	}
}

// differs are the vectors of 2011 that RFC 6265bis has overtaken, with the reason.
var differs = map[string]string{
	"0021":                  nameless,
	"0023":                  nameless,
	"0025":                  nameless,
	"0027":                  nameless,
	"chromium0009":          nameless,
	"mozilla0012":           nameless,
	"mozilla0014":           nameless,
	"mozilla0016":           nameless,
	"name0017":              nameless,
	"name0023":              nameless,
	"name0025":              nameless,
	"name0031":              nameless,
	"name0033":              nameless,
	"disabled-chromium0022": "a control character makes the whole string void, where it once ended it",
	"disabled-path0029":     "paths are compared as they are, %6F is not o",
}

const nameless = "a string without a name is a cookie with an empty name, where it once was none"

func TestParserVectors(t *testing.T) { // R7.60
	var list []struct {
		Test     string
		Set      []string `json:"set_cookie"`
		Location *string
		SentTo   *string `json:"sent_to"`
		Expected *string `json:"expected_cookie_header"`
	}
	vectors(t, "parser.vectors.json", &list)
	require.Len(t, list, 111)
	now := time.Date(2010, 10, 1, 0, 0, 0, 0, time.UTC).UnixMilli() // R7.61
	for _, v := range list {
		j := &jar{}
		for _, s := range v.Set {
			j.set(s, "home.example.org", "/cookie-parser", now)
		}
		host, to := "home.example.org", "/cookie-parser-result"
		if v.SentTo != nil {
			u, err := url.Parse(*v.SentTo)
			require.NoError(t, err)
			to = u.EscapedPath()
			if u.Host != "" {
				host = u.Hostname()
			}
		}
		want := ""
		if v.Expected != nil {
			want = *v.Expected
		}
		if reason, known := differs[v.Test]; known {
			assert.NotEqual(t, want, j.header(host, to, now), "%s: no longer differs: %s", v.Test, reason)
			continue
		}
		assert.Equal(t, want, j.header(host, to, now), "%s %q", v.Test, v.Set)
	}
}

// jar stores what is set over HTTP as RFC 6265bis section 5.7 says, for the tests.
type jar struct{ cookies []stored }

type stored struct {
	Cookie
	hostOnly bool
}

func (j *jar) set(assignment, host, path string, now int64) {
	c, ok := Parse(assignment, now)
	if !ok || c.Secure {
		return
	}
	s := stored{c, c.Domain == ""}
	if s.hostOnly {
		s.Domain = host
	} else if !under(host, s.Domain) {
		return
	}
	if s.Path == "" {
		s.Path = path[:max(strings.LastIndexByte(path, '/'), 1)]
	}
	same := func(o stored) bool {
		return o.Name == s.Name && o.Domain == s.Domain && o.Path == s.Path && o.hostOnly == s.hostOnly
	}
	if i := slices.IndexFunc(j.cookies, same); i >= 0 {
		j.cookies[i] = s
	} else {
		j.cookies = append(j.cookies, s)
	}
	j.cookies = slices.DeleteFunc(j.cookies, func(o stored) bool { return o.Persistent && o.End <= now })
}

func under(host, domain string) bool { return host == domain || strings.HasSuffix(host, "."+domain) }

func (j *jar) header(host, path string, now int64) string {
	var sent []stored
	for _, c := range j.cookies {
		onPath := path == c.Path || strings.HasPrefix(path, c.Path) && (strings.HasSuffix(c.Path, "/") || path[len(c.Path)] == '/')
		if onPath && (c.hostOnly && host == c.Domain || !c.hostOnly && under(host, c.Domain)) {
			sent = append(sent, c)
		}
	}
	slices.SortStableFunc(sent, func(a, b stored) int { return len(b.Path) - len(a.Path) }) // R7.06
	var pairs []string
	for _, c := range sent {
		if c.Name == "" {
			pairs = append(pairs, c.Value)
		} else {
			pairs = append(pairs, c.Name+"="+c.Value)
		}
	}
	return strings.Join(pairs, "; ")
}
