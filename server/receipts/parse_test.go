package receipts_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/octroi-consent/octroi/server/receipts"
	"github.com/octroi-consent/octroi/server/receipts/storetest"
)

func ExampleParse() {
	r, err := receipts.Parse(storetest.Body(1, storetest.Noon))
	fmt.Println(r.At, r.Method, r.Granted, err)
	// Output: 2026-11-27T12:00Z select [{statistics true [] } {video false [film] } {ads false [] }] <nil>
}

var good = string(storetest.Body(1, storetest.Noon))

func TestParse(t *testing.T) {
	r, err := receipts.Parse([]byte(good))
	require.NoError(t, err)
	assert.Equal(t, good, string(r.JSON()), "as the engine writes it")
	for _, c := range []struct{ name, old, new string }{
		{"blanks", `,"id"`, ",\n\t\"id\""},
		{"of a file", `"shop.example"`, `""`},
		{"of a host of numbers", `"shop.example"`, `"[::1]"`},
		{"nothing was decided", `{"statistics":true,"video":["film"],"ads":false}`, `{}`},
		{"an undone choice", `"until":"2027-05-27T12:00Z"`, `"until":"2026-11-27T12:00Z"`},
		{"an escape", `"film"`, `"f\u0069lm"`},
		{"an early version", `"2.0.0"`, `"2.0.0-rc.1+5"`},
	} {
		require.Contains(t, good, c.old)
		_, err := receipts.Parse([]byte(strings.Replace(good, c.old, c.new, 1)))
		assert.NoError(t, err, c.name)
	}
}

// Each of these bodies is refused, in one sentence that has nothing of the body in it.
func TestParseRefuses(t *testing.T) {
	for _, c := range []struct{ old, new, want string }{
		{good, ``, "byte 0: this is no JSON: a value is missing"},
		{good, `[]`, "a receipt is a JSON object"},
		{good, `"x"`, "a receipt is a JSON object"},
		{`}}`, `}`, "this is no JSON"},
		{`}}`, `}}x`, "this is no JSON: more text after the end"},
		{`"format":1`, `"format":2`, "format: it is not 1"},
		{`"format":1`, `"format":"1"`, "format: it is not 1"},
		{`"format":1`, `"format":1.0`, "format: it is not 1"},
		{`"format":1,`, ``, "format: it is not 1"},
		{`"format":1`, `"format":1,"format":1`, "byte 12: a name stands twice"},
		{`"format":1`, `"format":1,"evil":"<script>"`, "member 2: a receipt has no such member; it has format, id, at"},
		{`"method":"select",`, ``, "method: it is missing"},
		{`"method":"select"`, `"method":true`, "method: it is no string"},
		{`"method":"select"`, `"method":"Select"`, "method: it is not one of accept, refuse, select"},
		{`"layer":"first"`, `"layer":"third"`, "layer: it is not one of first, second"},
		{`"layout":"bar"`, `"layout":""`, "layout: it is not one of corner, bar, dialog"},
		{`-4`, `-1`, "id: it is not a UUID of version 4 in lower case"},
		{storetest.ID(1), strings.ToUpper(storetest.ID(1)), "id: it is not a UUID"},
		{storetest.ID(1), strings.ReplaceAll(storetest.ID(1), "-", ""), "id: it is not a UUID"},
		{storetest.ID(1), storetest.ID(1)[:8] + "0" + storetest.ID(1)[9:], "id: it is not a UUID"},
		{`"at":"2026-11-27T12:00Z"`, `"at":"2026-11-27T12:00:00Z"`, "at: it is not a minute, as 2026-11-27T17:33Z"},
		{`"at":"2026-11-27T12:00Z"`, `"at":"2026-11-27T12:00+00:00"`, "at: it is not a minute"},
		{`"at":"2026-11-27T12:00Z"`, `"at":"2026-02-30T12:00Z"`, "at: it is not a minute"},
		{`"at":"2026-11-27T12:00Z"`, `"at":"1969-02-20T12:00Z"`, "at: it is not a minute"},
		{`"at":"2026-11-27T12:00Z"`, `"at":"2026-11-27T7:00Z"`, "at: it is not a minute"},
		{`"until":"2027-05-27T12:00Z"`, `"until":"2026-11-27T11:59Z"`, "until: it is not between at and 13 months after it"},
		{`"until":"2027-05-27T12:00Z"`, `"until":"2028-05-27T12:00Z"`, "until: it is not between"},
		{`"shop.example"`, `"Shop.example"`, "host: it is not a host in lower case"},
		{`"shop.example"`, `"shop.example/<b>"`, "host: it is not a host in lower case"},
		{`"shop.example"`, `"` + strings.Repeat("a", 254) + `"`, "host: it is not a host in lower case, of at most 253"},
		{`"2.0.0"`, `"` + strings.Repeat("1", 33) + `"`, "octroi: it is not a version"},
		{`"2.0.0"`, `""`, "octroi: it is not a version"},
		{`"declaration":"`, `"declaration":"0`, "declaration: it is not a SHA-256 in 64 digits"},
		{`"texts":"`, `"texts":"x`, "texts: it is not a SHA-256"},
		{`"language":"en"`, `"language":"e"`, "language: it is not a language's tag"},
		{`"language":"en"`, `"language":"en_GB"`, "language: it is not a language's tag"},
		{`"language":"en"`, `"language":"en-` + strings.Repeat("a", 40) + `"`, "language: it is not"},
		{`"granted":{"statistics":true,"video":["film"],"ads":false}`, `"granted":[]`, "granted: it is no object"},
		{`,"granted":{"statistics":true,"video":["film"],"ads":false}`, ``, "granted: it is no object"},
		{`"statistics":true`, `"statistics":1`, "granted, category 1: it is neither true nor false nor a list"},
		{`["film"]`, `[]`, "granted, category 2: it is neither true nor false nor a list"},
		{`["film"]`, `["film","film"]`, "granted, category 2, service 2: it is not an id"},
		{`["film"]`, `["film",1]`, "granted, category 2, service 2: it is not an id"},
		{`["film"]`, `["é"]`, "granted, category 2, service 1: it is not an id"},
		{`"ads":false`, `"ads":false,"ads":true`, "a name stands twice"},
		{`"ads":false`, `"":false`, "granted, category 3: its id is not of 1 to 64"},
		{`"ads":false`, `"` + strings.Repeat("a", 65) + `":false`, "granted, category 3: its id"},
		{`"ads":false`, `"<img>":false`, "granted, category 3: its id"},
	} {
		require.Contains(t, good, c.old)
		_, err := receipts.Parse([]byte(strings.Replace(good, c.old, c.new, 1)))
		if assert.Error(t, err, "%s → %s", c.old, c.new) {
			assert.Contains(t, err.Error(), c.want)
			assert.NotContains(t, err.Error(), "\n")
			for _, mark := range []string{"<", "é", storetest.ID(1)} {
				assert.NotContains(t, err.Error(), mark)
			}
		}
	}
}

// Whatever a body is, what is read of it can be written and read again, and no error has any of it.
func FuzzParse(f *testing.F) {
	f.Add([]byte(good))
	f.Add([]byte(`{"format":1,"id":`))
	f.Add([]byte(`{"é<":1,"é<":2}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		r, err := receipts.Parse(body)
		blank, wrong := receipts.Parse(append([]byte(" "), body...))
		assert.Equal(t, r, blank, "a blank ahead makes no difference")
		assert.Equal(t, err == nil, wrong == nil)
		if err != nil {
			assert.NotContains(t, err.Error(), "<")
			assert.Equal(t, receipts.Receipt{}, r)
			return
		}
		again, err := receipts.Parse(r.JSON())
		require.NoError(t, err)
		assert.Equal(t, r, again)
	})
}

func BenchmarkParse(b *testing.B) {
	for b.Loop() {
		receipts.Parse([]byte(good))
	}
}
