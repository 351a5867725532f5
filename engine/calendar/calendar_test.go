package calendar

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

func TestParseSpan(t *testing.T) {
	for text, want := range map[string]Span{
		"session":    {},
		"13 months":  {Months: 13},
		"1 month":    {Months: 1},
		"1 year":     {Months: 12},
		"30 days":    {Seconds: 30 * 86400},
		"2 weeks":    {Seconds: 14 * 86400},
		"24 hours":   {Seconds: 86400},
		"30 minutes": {Seconds: 1800},
		"1 second":   {Seconds: 1},
		"393 days":   {Seconds: 393 * 86400},
	} {
		got, ok := ParseSpan(text)
		assert.True(t, ok, text)
		assert.Equal(t, want, got, text)
		assert.True(t, got.WithinMax(), text)
	}
	for _, text := range []string{
		"", "0 days", "13", "13months", "13  months", "-1 days", "1.5 months", "months",
		"1 fortnight", "999999 days", "13 months ", " 13 months", "Session", "1 s", "1 ",
	} {
		_, ok := ParseSpan(text)
		assert.False(t, ok, text)
	}
	for _, text := range []string{"14 months", "2 years", "394 days", "400 days", "99999 years"} {
		got, ok := ParseSpan(text)
		assert.True(t, ok, text)
		assert.False(t, got.WithinMax(), text)
	}
}

func ms(y int, m time.Month, d, h int) int64 {
	return time.Date(y, m, d, h, 0, 0, 0, time.UTC).UnixMilli()
}

func TestAddMonthsClampsToTheMonthsEnd(t *testing.T) { // R1.52
	for _, c := range []struct {
		from   int64
		months int
		want   int64
	}{
		{ms(2026, 8, 31, 5), 6, ms(2027, 2, 28, 5)},
		{ms(2027, 8, 31, 5), 6, ms(2028, 2, 29, 5)},
		{ms(2028, 2, 29, 0), 12, ms(2029, 2, 28, 0)},
		{ms(2026, 11, 23, 12), 13, ms(2027, 12, 23, 12)},
		{ms(2026, 12, 1, 0), 1, ms(2027, 1, 1, 0)},
		{ms(2026, 10, 31, 23), 1, ms(2026, 11, 30, 23)},
		{ms(1969, 12, 31, 23), 2, ms(1970, 2, 28, 23)},
	} {
		assert.Equal(t, c.want, Add(c.from, Span{Months: c.months}))
	}
}

func TestThirteenMonthsAre393To397Days(t *testing.T) { // R1.56
	shortest, longest := int64(1<<62), int64(0)
	for day := ms(2024, 1, 1, 0); day < ms(2033, 1, 1, 0); day += Day {
		n := (Add(day, Max) - day) / Day
		shortest, longest = min(shortest, n), max(longest, n)
	}
	assert.Equal(t, int64(minMaxDays), shortest)
	assert.Equal(t, int64(397), longest)
}

func TestCivilAgreesWithTheStandardLibrary(t *testing.T) {
	for day := int64(-200_000); day < 200_000; day += 13 {
		y, m, d := civil(day)
		want := time.Unix(day*86400, 0).UTC()
		assert.Equal(t, want.Format("2006-01-02"), time.Date(int(y), time.Month(m), d, 0, 0, 0, 0, time.UTC).Format("2006-01-02"))
		assert.Equal(t, day, fromCivil(y, m, d))
		if y >= 0 && y <= 9999 {
			assert.Equal(t, want.Format("2006-01-02"), Date(day*Day+123))
		}
	}
}

func TestParseTime(t *testing.T) {
	for text, want := range map[string]string{
		"2026-11-23T12:00:31.000Z": "2026-11-23T12:00:00Z", "1999-02-28T23:59:59Z": "1999-02-28T23:59:00Z", "2028-02-29T00:00:00.1Z": "2028-02-29T00:00:00Z",
	} {
		at, ok := ParseTime(text)
		assert.True(t, ok, text)
		assert.Equal(t, want, time.UnixMilli(at).UTC().Format(time.RFC3339))
	}
	for _, text := range []string{"", "2026", "2026-11-23", "2026-11-23T12:00:31.000", "2026-13-01T00:00:00Z", "2027-02-29T00:00:00Z", "2026-11-23T24:00:00Z", "2026-11-23T12:60:00Z", "2026-11-23 12:00:00Z", "+026-11-23T12:00:00Z"} {
		_, ok := ParseTime(text)
		assert.False(t, ok, text)
	}
}
