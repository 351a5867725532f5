package cookie

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestReadingDocumentCookie(t *testing.T) { // R7.06
	header := "a=1; b=2;a = 3 ; lone;  ; empty=; x=y=z"
	assert.Equal(t, []string{"1", "3"}, Values(header, "a"))
	assert.Equal(t, []string{"y=z"}, Values(header, "x"))
	assert.Equal(t, []string{""}, Values(header, "empty"))
	assert.Equal(t, []string{"lone"}, Values(header, ""))
	assert.Equal(t, []string{"a", "b", "", "empty", "x"}, Names(header))
	assert.Empty(t, Names(""))
}

func TestErasuresReachEveryVariant(t *testing.T) { // R7.21
	got := Erasures("_ga", "shop.example.org", "/a/b")
	for _, want := range []string{
		"_ga=;Max-Age=0;Path=/",
		"_ga=;Max-Age=0;Path=/a",
		"_ga=;Max-Age=0;Path=/a/",
		"_ga=;Max-Age=0;Path=/a/b",
		"_ga=;Max-Age=0;Path=/;Domain=shop.example.org",
		"_ga=;Max-Age=0;Path=/a;Domain=example.org",
		"_ga=;Max-Age=0;Path=/;Domain=example.org;Secure;Partitioned",
	} {
		assert.Contains(t, got, want)
	}
	for _, a := range got {
		assert.NotContains(t, a+";", "Domain=org;", "a top level alone is never tried (R7.23)")
	}
	for _, a := range Erasures("_ga", "127.0.0.1", "/") {
		assert.NotContains(t, a, "Domain")
	}
	assert.Equal(t, []string{"__Host-x=;Max-Age=0;Path=/;Secure", "__Host-x=;Max-Age=0;Path=/;Secure;Partitioned"},
		Erasures("__Host-x", "shop.example", "/a")) // R7.25
	deep := Erasures("x", strings.Repeat("a.", 200)+"org", strings.Repeat("/a", 2000))
	assert.LessOrEqual(t, len(deep), 3*maxSteps*maxPath)
	assert.Equal(t, "_ga=;Max-Age=0;Path=/", Erasures("_ga", "localhost", "")[0])
}
