package cookie

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/octroi-consent/octroi/engine/calendar"
)

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC).UnixMilli()

func TestParse(t *testing.T) {
	for assignment, want := range map[string]Cookie{
		"a=b":        {Name: "a", Value: "b"},
		" a = b ; ":  {Name: "a", Value: "b"},
		"a=b=c":      {Name: "a", Value: "b=c"},
		"a=":         {Name: "a"},
		"=b":         {Value: "b"},
		"b":          {Value: "b"},
		"a=%3B\tx":   {Name: "a", Value: "%3B\tx"}, // R7.03
		"é=\xff\xfe": {Name: "é", Value: "\xff\xfe"},
		"a=b; Max-Age=60; expires=Wed, 01 Jan 2031 00:00:00 GMT": {Name: "a", Value: "b", Persistent: true, End: noon + 60_000}, // R7.05
		"a=b; max-age=60; MAX-AGE=120":                           {Name: "a", Value: "b", Persistent: true, End: noon + 120_000},
		"a=b; max-age=0":                                         {Name: "a", Value: "b", Persistent: true},
		"a=b; max-age=-1":                                        {Name: "a", Value: "b", Persistent: true},
		"a=b; max-age=99999999999999999999":                      {Name: "a", Value: "b", Persistent: true, End: noon + 400*calendar.Day}, // R7.10
		"a=b; expires=Wed, 01 Jan 2031 00:00:00 GMT":             {Name: "a", Value: "b", Persistent: true, End: noon + 400*calendar.Day},
		"a=b; max-age=1x; expires=soon; max-age=":                {Name: "a", Value: "b"},
		"a=b; max-age=0; max-age=x":                              {Name: "a", Value: "b"},
		"a=b; max-age=60; max-age=+60":                           {Name: "a", Value: "b"},
		"a=b; max-age=60; max-age":                               {Name: "a", Value: "b"},
		"a=b; expires=Thu, 01 Jan 1970 00:00:00 GMT; expires=x":  {Name: "a", Value: "b"},
		"a=b; expires=Thu, 01 Jan 1970 00:00:00 GMT; max-age=x":  {Name: "a", Value: "b", Persistent: true},
		"a=b; max-age=60; expires=Thu, 01 Jan 1970 00:00:00 GMT": {Name: "a", Value: "b", Persistent: true, End: noon + 60_000},
		"a=b; expires=Wed, 1st Sep 2032 00:00:00 GMT":            {Name: "a", Value: "b"},
		"a=b; expires=Thu, 01 Jan 1970 00:00:00x GMT":            {Name: "a", Value: "b"},
		"a=b; expires=Wed, 01 Jan 20310 00:00:00 GMT":            {Name: "a", Value: "b"},
		"a=b; expires=11/23/2027, 12:00:00 PM":                   {Name: "a", Value: "b"},
		"a=b; Domain=.Shop.EXAMPLE; Path=/x; Secure; HttpOnly; SameSite=none; Partitioned": {
			Name: "a", Value: "b", Domain: "shop.example", Path: "/x", Secure: true, HTTPOnly: true, SameSite: None, Partitioned: true},
		"a=b; path=/x; path=y; domain=x; domain=; samesite=lax; samesite=odd": {Name: "a", Value: "b"},
		"a=b; samesite=Strict; unknown=1; ;;":                                 {Name: "a", Value: "b", SameSite: Strict},
		"a=b; path=/" + strings.Repeat("x", MaxAttribute):                     {Name: "a", Value: "b"}, // R7.02
	} {
		got, ok := Parse(assignment, noon)
		assert.True(t, ok, assignment)
		assert.Equal(t, want, got, assignment)
	}
	for _, void := range []string{"", ";", "=", " = ; path=/", "a=\x00", "a=b\x7f", "a=b; \n", strings.Repeat("a", MaxPair+1), "a=" + strings.Repeat("b", MaxPair)} { // R7.01
		_, ok := Parse(void, noon)
		assert.False(t, ok, "%.20q", void)
	}
	_, ok := Parse("a="+strings.Repeat("b", MaxPair-1), noon)
	assert.True(t, ok)
}

func TestSettable(t *testing.T) { // R7.15, R7.16
	for assignment, want := range map[string][2]bool{ // on http, on https
		"a=b":                            {true, true},
		"a=b; secure":                    {false, true},
		"a=b; httponly":                  {false, false},
		"a=b; samesite=none":             {false, false},
		"a=b; samesite=none; secure":     {false, true},
		"a=b; partitioned":               {false, false},
		"a=b; partitioned; secure":       {false, true},
		"a=b; domain=example.org":        {true, true},
		"a=b; domain=shop.example.org":   {true, true},
		"a=b; domain=hop.example.org":    {false, false},
		"a=b; domain=a.shop.example.org": {false, false},
		"__Secure-a=b":                   {false, false},
		"__SECURE-a=b; secure":           {false, true},
		"__Host-a=b; secure; path=/":     {false, true},
		"__host-a=b; secure; path=/x":    {false, false},
		"__Host-a=b; secure":             {false, false},
		"__Host-a=b; secure; path=/; domain=shop.example.org": {false, false},
		"__Http-a=b; secure":              {false, false},
		"__Host-Http-a=b; secure; path=/": {false, false},
		"=__Host-a; secure; path=/":       {false, false},
		"__secure-a":                      {false, false},
	} {
		c, ok := Parse(assignment, noon)
		assert.True(t, ok)
		assert.Equal(t, want, [2]bool{c.Settable("shop.example.org", false), c.Settable("shop.example.org", true)}, assignment)
	}
	c, _ := Parse("a=b; domain=0.1", noon)
	assert.False(t, c.Settable("10.0.0.1", true), "an address has no parent")
}

// FuzzParse compares with net/http's parser wherever that one takes a string: it
// knows fewer names, values and dates, passes over attributes that are not ASCII
// or have a space before "=", and strips quotes.
func FuzzParse(f *testing.F) {
	for _, s := range []string{"a=b; Max-Age=60; path=/; secure; httponly; samesite=lax; partitioned", "a=\"b\"; domain=.x.org", "=x", "\x00"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		c, ok := Parse(s, noon)
		assert.LessOrEqual(t, len(c.Name)+len(c.Value), MaxPair)
		assert.LessOrEqual(t, c.End, noon+Cap)
		c.Settable("shop.example.org", true)
		other, err := http.ParseSetCookie(s)
		if err != nil || !ok || len(s) > MaxAttribute || strings.Contains(s, " =") || strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r > '~' }) {
			return
		}
		assert.Equal(t, other.Name, c.Name, "%q", s)
		value := other.Value
		if other.Quoted {
			value = `"` + value + `"`
		}
		assert.Equal(t, strings.Trim(value, " "), c.Value, "%q", s) // which net/http does not trim
		assert.Equal(t, [3]bool{other.Secure, other.HttpOnly, other.Partitioned}, [3]bool{c.Secure, c.HTTPOnly, c.Partitioned}, "%q", s)
		if other.MaxAge > 0 && strings.Count(strings.ToLower(s), "max-age") == 1 && !strings.Contains(s, "+") {
			assert.Equal(t, noon+min(int64(other.MaxAge), Cap/1000)*1000, c.End, "%q", s)
		}
	})
}

func TestAnew(t *testing.T) {
	type lives struct{ minute, session, gone string } // by the life that is written anew
	for text, want := range map[string]lives{
		"a=b":                                   {minute: "a=b;Max-Age=60", session: "a=b", gone: "a=;Max-Age=0"},
		"a=b;max-age=99":                        {minute: "a=b;Max-Age=60", session: "a=b", gone: "a=;Max-Age=0"},
		" a = b ; Expires=x ; Path=/":           {minute: " a = b ;Max-Age=60; Path=/", session: " a = b ; Path=/", gone: "a=;Max-Age=0; Path=/"},
		"a=max-age=9;MAX-AGE=1;max-age = 2;;x=": {minute: "a=max-age=9;Max-Age=60", session: "a=max-age=9", gone: "a=;Max-Age=0"},
		"a=b; DOMAIN=.x; secure ;SameSite=odd;x; Priority=High;=;partitioned;path":            {minute: "a=b;Max-Age=60; DOMAIN=.x; secure ;SameSite=odd; Priority=High;partitioned;path", session: "a=b; DOMAIN=.x; secure ;SameSite=odd; Priority=High;partitioned;path", gone: "a=;Max-Age=0; DOMAIN=.x; secure ;SameSite=odd; Priority=High;partitioned;path"},
		"a=b;path secure=1;\u00a0max-age=9;max-age\u00a0=9;Path=" + strings.Repeat("x", 1025): {minute: "a=b;Max-Age=60", session: "a=b", gone: "a=;Max-Age=0"},
		"a":    {minute: "a;Max-Age=60", session: "a", gone: "a;Max-Age=0"},
		"=a=b": {minute: "=a=b;Max-Age=60", session: "=a=b", gone: "=a=b;Max-Age=0"},
	} {
		assert.Equal(t, want, lives{minute: Anew(text, 60), session: Anew(text, Session), gone: Anew(text, 0)}, text)
	}
}

func TestWhatErasesInEveryBrowser(t *testing.T) {
	for text, want := range map[string]bool{
		"a=b\té;path=é": true, "a": true, "=a=b": true, " a\t=": true,
		"a\té=b": false, "é=": false, "é": false, "=a\tb": false, "a,b=": false, "a\x80=": false,
	} {
		assert.Equal(t, want, Erases(text), text)
	}
}

func TestWhatMayHaveAnEnd(t *testing.T) {
	for text, want := range map[string]bool{
		"expires=max-age": false, "a=b;path=/": false, "a=b;": false, "a=b;max-ag": false,
		"a=b;Max-Age": true, "a=b;path=/;x EXPIRES": true, "a=b;max-age": true, "a=b;path=/max-age": true, "a=b;\u00a0expires\u00a0=": true,
	} {
		assert.Equal(t, want, Timed(text), text)
	}
}

// Whatever is assigned, what Anew makes of it ends when it was told to, and is the
// same cookie otherwise.
func FuzzAnew(f *testing.F) {
	for _, seed := range []string{"a=b;max-age=9", "a=b; Expires=Fri, 01 Jan 2038 00:00:00 GMT; secure", "a;;max-age=\t9 ;=", "=", ";max-age", "a=b; Max-Age=0; Max-Age=+34560000", "=a=b;domain=.x;path"} {
		f.Add(seed, int16(60))
	}
	f.Fuzz(func(t *testing.T, text string, seconds int16) {
		before, ok := Parse(text, noon)
		if !ok {
			return // it is never written
		}
		seconds = max(seconds, Session)
		written := Anew(text, int64(seconds))
		after, ok := Parse(written, noon)
		if !assert.True(t, ok) {
			return
		}
		assert.LessOrEqual(t, strings.Count(strings.ToLower(written[strings.IndexByte(written+";", ';'):]), ";max-age"), 1)
		before.Persistent, before.End = seconds >= 0, 0
		if seconds > 0 {
			before.End = noon + int64(seconds)*1000
		}
		if seconds == 0 && before.Name != "" {
			before.Value = ""
		}
		assert.Equal(t, before, after)
		if before, _ := Parse(text, noon); !before.Persistent && Timed(text) {
			assert.Equal(t, before, must(Parse(Anew(text, Session), noon)))
		} else if !Timed(text) {
			assert.False(t, before.Persistent, "%q", text)
		}
	})
}

func must(c Cookie, _ bool) Cookie { return c }

func FuzzParseDate(f *testing.F) {
	f.Add("Wed, 01 Jan 2031 00:00:00 GMT")
	f.Add("1:2:3 4 feb 70")
	f.Fuzz(func(t *testing.T, s string) {
		at, ok := ParseDate(s)
		if want, err := http.ParseTime(s); err == nil && want.Year() >= 1601 && strings.HasSuffix(s, "GMT") && len(s) == 29 {
			assert.True(t, ok, s)
			assert.Equal(t, want.UnixMilli(), at, s)
		}
	})
}
