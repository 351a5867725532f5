package main

import (
	"strings"
	"time"

	"github.com/octroi-consent/octroi/engine"
	"github.com/octroi-consent/octroi/engine/calendar"
	"github.com/octroi-consent/octroi/engine/consent"
	"github.com/octroi-consent/octroi/engine/enginetest"
	"github.com/octroi-consent/octroi/engine/packed"
)

var noon = enginetest.Noon.UnixMilli()

// made is the record of a visitor who does something on a site's page at an instant.
func made(declaration string, at int64, does func(*enginetest.Tab)) string {
	name := "octroi"
	if declaration == "renamed" {
		name = "choices"
	}
	b := enginetest.NewBrowser(time.UnixMilli(at).UTC())
	does(b.Open(&engine.Engine{}, enginetest.Page{Config: string(declarations()[declaration]), Languages: "en"}))
	record := enginetest.RecordIn(b.Cookies[name].Value)
	if !enginetest.IsRecord(record) {
		panic("no record was made")
	}
	return record
}

func press(acts ...string) func(*enginetest.Tab) {
	return func(t *enginetest.Tab) {
		for _, act := range acts {
			t.Act(act)
		}
	}
}

// choose answers by the page's code, as "matomo 1 ga 0 ads visit".
func choose(words string) func(*enginetest.Tab) {
	return func(t *enginetest.Tab) {
		var answers []enginetest.Answer
		list := strings.Fields(words)
		for i := 0; i < len(list); i += 2 {
			answers = append(answers, enginetest.Answer{ID: list[i], Answer: strings.TrimPrefix(list[i+1], "0")})
		}
		t.Choose(answers...)
	}
}

// sealed are bytes with a right checksum, as a forger would write them.
func sealed(parts ...string) string {
	w := packed.Writer{}
	w.Raw(strings.Join(parts, ""))
	return w.Encode()
}

// instant is one as the record has it.
func instant(at int64) string {
	w := packed.Writer{}
	w.Instant(at, packed.Minutes)
	return w.String()
}

func varint(n uint64) string {
	w := packed.Writer{}
	w.Varint(n)
	return w.String()
}

func uint(n uint32, bytes int) string {
	w := packed.Writer{}
	w.Uint(n, bytes)
	return w.String()
}

// all are the vectors.
func all() (list []vector) {
	texts := declarations()
	add := func(name, declaration, cookie string, now int64, gpc ...bool) {
		v := vector{Name: name, Declaration: declaration, Cookie: cookie, Now: now, GPC: len(gpc) > 0}
		v.Want = enginetest.OnServer(string(texts[declaration]), cookie, now, v.GPC)
		list = append(list, v)
	}
	later := noon + calendar.Day
	on := func(record string) string { return "octroi=" + record }
	accepted, refused := made("shop", noon, press("accept")), made("shop", noon, press("refuse"))
	some := made("shop", noon, choose("matomo 1 ga 0 ads 0 display 1"))
	visit := made("shop", noon, choose("audience visit ads 1 display 0"))

	add("no cookie", "shop", "", noon)
	add("no record among others", "shop", "a=b; octroi2=x; Octroi="+accepted+"; =octroi; octroi", noon)
	add("an empty record", "shop", on(""), noon)
	add("all is granted", "shop", on(accepted), later)
	add("all is refused", "shop", on(refused), later)
	add("some is granted", "shop", on(some), later)
	add("one category is decided", "shop", on(made("shop", noon, choose("ads 1"))), later)
	add("other cookies beside it", "shop", "a=1;\toctroi="+some+" ;b=\"2\"; c", later)
	add("the ledger behind it", "shop", on(some+".AQIDBA"), later)
	add("a ledger and a visit behind it", "shop", on(some+"..AQIDBA"), later)
	add("a ledger without a record", "shop", on(".AQIDBA"), later)
	add("granted for a visit", "shop", on(visit), noon+calendar.Minute)

	add("at the choice", "shop", on(accepted), noon)
	add("one deadline has passed", "shop", on(accepted), calendar.Add(noon, calendar.Span{Months: 3}))
	add("a moment before a deadline", "shop", on(accepted), calendar.Add(noon-noon%calendar.Minute, calendar.Span{Months: 3})-1)
	add("refusals end too", "shop", on(refused), calendar.Add(noon, calendar.Span{Months: 6}))
	add("two deadlines have passed", "shop", on(accepted), calendar.Add(noon, calendar.Span{Months: 12}))
	add("13 months have passed", "shop", on(accepted), calendar.Add(noon, calendar.Max))
	add("years have passed", "shop", on(accepted), calendar.Add(noon, calendar.Span{Months: 60}))
	add("from the future", "shop", on(accepted), noon-2*calendar.Minute)
	add("the clock differs by less than a minute", "shop", on(accepted), noon-noon%calendar.Minute-calendar.Minute)
	add("the clock differs by more", "shop", on(accepted), noon-noon%calendar.Minute-calendar.Minute-1)
	add("no clock", "shop", on(accepted), 0)
	leap := time.Date(2026, 8, 31, 5, 7, 42, 0, time.UTC).UnixMilli()
	for _, end := range []int64{time.Date(2027, 2, 28, 5, 7, 0, 0, time.UTC).UnixMilli() - 1, time.Date(2027, 2, 28, 5, 7, 0, 0, time.UTC).UnixMilli()} {
		add("six months after 31 August", "shop", on(made("shop", leap, press("accept"))), end)
	}
	january := time.Date(2027, 1, 31, 23, 59, 0, 0, time.UTC).UnixMilli()
	longest := made("shop", january, choose("display 1"))
	for _, end := range []int64{time.Date(2028, 2, 29, 23, 59, 0, 0, time.UTC).UnixMilli() - 1, time.Date(2028, 2, 29, 23, 59, 0, 0, time.UTC).UnixMilli()} {
		add("13 months after 31 January, in a leap year", "shop", on(longest), end)
	}

	for _, change := range []struct{ name, declaration string }{
		{"another revision", "revised"}, {"a new service", "added"}, {"a service less", "removed"}, {"a service in another category", "moved"},
		{"another provider", "provider"}, {"another purpose", "purpose"}, {"a category that is now essential", "needed"}, {"a new category", "category"},
		{"another purpose for two services", "reworded"},
	} {
		add(change.name+", where all was granted", change.declaration, on(accepted), later)
		add(change.name+", where all was refused", change.declaration, on(refused), later)
		add(change.name+", where some was granted", change.declaration, on(some), later)
	}
	add("another revision and past the deadline", "revised", on(accepted), calendar.Add(noon, calendar.Span{Months: 7}))
	add("a purpose in more languages", "worded", on(accepted), later)
	add("a purpose in the declaration's language, with letters beyond ASCII", "french", on(made("french", noon, press("accept"))), later)
	add("the language of the declaration has changed", "french", on(accepted), later)
	add("a purpose by its id, in other words", "reworded", on(made("named", noon, press("accept"))), later)

	add("the browser says no, and nobody has decided", "objects", "", noon, true)
	add("the browser says no to all", "objected", "", noon, true)
	add("the same browser, where it says nothing", "objected", "", noon)
	add("the browser says no, and the visitor has granted", "objected", on(accepted), later, true)
	add("the browser says no, and the grant has ended", "objected", on(accepted), calendar.Add(noon, calendar.Span{Months: 4}), true)
	add("the browser says no, and the record is from the future", "objected", on(accepted), noon-calendar.Day, true)
	add("the browser says no, and the policy is another", "objected", on(made("revised", noon, press("accept"))), later, true)

	add("a record that hosts share", "domain", on(made("shop", noon, press("accept"))+"..AQIDBA"), later)
	add("a record with another name", "renamed", "octroi="+refused+"; choices="+made("renamed", noon, press("accept")), later)
	add("two records that say the same", "shop", on(some)+"; "+on(some), later)
	add("two records: the narrower answers count", "shop", on(accepted)+"; "+on(some), later)
	add("two records: a refusal counts, wherever it stands", "shop", on(refused)+"; "+on(accepted), later)
	add("two records, of which one is damaged", "shop", on(accepted[1:])+"; "+on(accepted), later)
	add("two records, of which one has ended", "shop", on(accepted)+"; "+on(made("shop", noon-200*calendar.Day, press("accept"))), later)
	add("two records, of which one has ended and the other is of an older policy, and the browser says no", "objected", on(made("revised", noon-200*calendar.Day, press("accept")))+"; "+on(made("revised", noon, press("accept"))), later, true)
	add("two records of other categories", "shop", on(made("shop", noon, choose("ads 1")))+"; "+on(made("shop", noon, choose("audience 1"))), later)

	add("cut", "shop", on(accepted[:len(accepted)-1]), later)
	add("cut in half", "shop", on(accepted[:len(accepted)/2]), later)
	add("a letter more", "shop", on(accepted+"A"), later)
	add("padded", "shop", on(accepted+"="), later)
	add("twice in one", "shop", on(accepted+accepted), later)
	add("another letter in front", "shop", on("B"+accepted[1:]), later)
	add("in quotes", "shop", on(`"`+accepted+`"`), later)
	add("escaped", "shop", on("%41"+accepted), later)
	add("another manager's", "shop", on("%7B%22all%22%3Atrue%7D"), later)
	add("far too long", "shop", on(strings.Repeat("A", 5000)), later)
	add("another spelling of the same bytes", "shop", on(respelled()), later)

	head := "\x02\x01" + instant(noon) + "\x00"
	about := func(id string) string { return uint(consent.Hash(id), 4) }
	// What a choice made at noon for half a year says, against the first revision.
	rest := "\x01" + instant(noon) + varint(262_080) + "\x00" + uint(consent.Hash("r1"), 4)
	display := about("display") + "\x01" + rest + "\x00"
	ads := about("ads") + "\x01" + rest + "\x01" + about("pixel") + uint(consent.Fingerprint("Meta", "Measures ads.")|1<<23, 3)
	first, second := display, ads
	if consent.Hash("ads") < consent.Hash("display") {
		first, second = ads, display
	}
	add("rightly written by hand", "shop", on(sealed(head, display)), later)
	for _, forged := range []struct{ name, record string }{
		{"format 1", sealed("\x01\x01", instant(noon), "\x00", display)},
		{"format 3", sealed("\x03\x01", instant(noon), "\x00", display)},
		{"no choice", sealed(head)},
		{"the same category twice", sealed(head, display, display)},
		{"categories out of order", sealed(head, second, first)},
		{"the first choice is as the one before", sealed(head, about("display"), "\x03\x00")},
		{"a choice repeats what it could have left out", sealed(head, first, second)},
		{"an unknown flag", sealed(head, about("display"), "\x05", rest, "\x00")},
		{"an unknown method", sealed(head, about("display"), "\x01\x07", rest[1:], "\x00")},
		{"no method", sealed(head, about("display"), "\x01\x00", rest[1:], "\x00")},
		{"a life beyond 13 months", sealed(head, about("display"), "\x01\x01", instant(noon), varint(600_000), "\x00", uint(consent.Hash("r1"), 4), "\x00")},
		{"more services than there are", sealed(head, about("display"), "\x01", rest, "\x09")},
		{"services without end", sealed(head, about("display"), "\x01", rest, "\xff\xff\xff\xff\x7f")},
		{"the same service twice", sealed(head, ads[:len(ads)-8], "\x02", ads[len(ads)-7:], ads[len(ads)-7:])},
		{"a number that is longer than it need be", sealed("\x02\x81\x00", instant(noon), "\x00", display)},
		{"a number of more than 35 bits", sealed("\x02\xff\xff\xff\xff\xff\x01", instant(noon), "\x00", display)},
		{"a serial of more than 32 bits", sealed("\x02\xff\xff\xff\xff\x1f", instant(noon), "\x00", display)},
		{"bytes behind the last choice", sealed(head, display, "\x00")},
		{"no checksum", "AgE"},
	} {
		if enginetest.IsRecord(forged.record) {
			panic(forged.name + ": this is a record")
		}
		add("forged: "+forged.name, "shop", on(forged.record), later)
	}
	return list
}

// respelled is a record whose last letter has a bit more than its bytes need.
func respelled() string {
	const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	for _, does := range []string{"ads 1", "audience 1", "display 1", "ads 1 display 1"} {
		if record := made("shop", noon, choose(does)); len(record)%4 != 0 {
			last := strings.IndexByte(letters, record[len(record)-1])
			return record[:len(record)-1] + letters[last+1:last+2]
		}
	}
	panic("all of them end with whole bytes")
}
