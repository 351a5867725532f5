package admin

import (
	"context"
	"crypto/ed25519"
	"errors"
	"io"
	"iter"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/net/html"

	"github.com/octroi-consent/octroi/engine/digest"
	"github.com/octroi-consent/octroi/server/receipts"
	"github.com/octroi-consent/octroi/server/receipts/storetest"
)

// fourWeeks fills a store: 30 receipts a week of which all grant statistics, some of video's
// services and no ads, and 9 in the last week.
func fourWeeks(t *testing.T) *storetest.Memory {
	t.Helper()
	store := storetest.NewMemory()
	for week := range 5 {
		items := storetest.Items(30*week, 30*week+30, storetest.Noon.AddDate(0, 0, 7*(week-4)))
		if week == 4 {
			items = items[:9]
		}
		_, err := store.Append(t.Context(), "main", storetest.Noon.AddDate(0, 0, 7*(week-4)), items)
		require.NoError(t, err)
	}
	require.NoError(t, store.Archive(t.Context(), digest.Declaration(storetest.Declaration), []byte(storetest.Declaration)))
	_, err := receipts.SignHeads(t.Context(), store, storetest.Key, storetest.Noon)
	require.NoError(t, err)
	return store
}

func handler(store receipts.Store, change ...func(*Options)) http.Handler {
	o := Options{Store: store, Now: func() time.Time { return storetest.Noon }, Log: slog.New(slog.DiscardHandler)}
	for _, f := range change {
		f(&o)
	}
	return Handler(o)
}

// get asks for a page and returns its status and text, without tags.
func get(t *testing.T, h http.Handler, path string) (status int, text, markup string) {
	t.Helper()
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest("GET", path, nil))
	markup = w.Body.String()
	return w.Code, words(t, markup), markup
}

// words are what somebody reads of a page.
func words(t *testing.T, markup string) string {
	t.Helper()
	z := html.NewTokenizer(strings.NewReader(markup))
	var b strings.Builder
	for z.Next() != html.ErrorToken {
		if token := z.Token(); token.Type == html.TextToken {
			b.WriteString(token.Data + " ")
		}
	}
	require.ErrorIs(t, z.Err(), io.EOF)
	return strings.Join(strings.Fields(b.String()), " ")
}

func TestRatesAreToldWeekByWeek(t *testing.T) {
	status, text, markup := get(t, handler(fourWeeks(t)), "/")
	require.Equal(t, 200, status)
	assert.Contains(t, text, "129 receipts of the last 12 weeks")
	assert.Contains(t, text, "Numbers of statistics week of 7 September 2026: none")
	assert.Contains(t, text, "week of 2 November 2026: 100% of 30")
	assert.Contains(t, text, "week of 16 November 2026: 0% all of it, 100% some of it, of 30")
	assert.Contains(t, text, "Numbers of ads")
	// The last week has 9: what they chose is not told, not even how many they are.
	assert.Contains(t, text, "week of 23 November 2026: withheld")
	assert.NotRegexp(t, `% of 9\b|, of 9\b`, text)
	assert.Equal(t, 4, strings.Count(markup, `class="whole" x=`)/3)
}

// An answer that few gave is not told, nor what it could be worked out by.
func TestFewAnswersAreWithheld(t *testing.T) {
	for c, few := range map[tally]bool{{}: true, {9, 9, 0}: true, {10, 10, 0}: false, {10, 0, 0}: false, {100, 95, 0}: true, {100, 5, 0}: true, {100, 50, 3}: true, {100, 50, 40}: false, {30, 10, 10}: false, {29, 10, 10}: true} {
		assert.Equal(t, few, c.few(), c)
	}
}

func TestTheChainsStateIsTold(t *testing.T) {
	store := fourWeeks(t)
	_, text, _ := get(t, handler(store), "/")
	assert.Contains(t, text, "main Entries 129 Last received 2026-11-27 12:00:00 UTC")
	assert.Contains(t, text, "2026-11-20, entry 120, key "+receipts.KeyName(storetest.Key.Public().(ed25519.PublicKey)))
	_, err := store.Prune(t.Context(), storetest.Noon.AddDate(0, 0, -20))
	require.NoError(t, err)
	_, text, _ = get(t, handler(store), "/")
	assert.Contains(t, text, "Entries 129, pruned up to 60")
	_, text, _ = get(t, handler(storetest.NewMemory()), "/")
	assert.Contains(t, text, "There is no chain yet")
	assert.Contains(t, text, "There are no receipts of the last 12 weeks yet.")
	assert.Contains(t, text, "None was archived yet.")
}

func TestAReceiptIsFoundByItsID(t *testing.T) {
	h := handler(fourWeeks(t), func(o *Options) {
		o.Replay = func(r receipts.Receipt, declaration []byte) ([]string, error) {
			return []string{"replayed " + r.Method + " of " + string(declaration[:9])}, nil
		}
	})
	status, text, _ := get(t, h, "/receipt?id="+url.QueryEscape(" "+strings.ToUpper(storetest.ID(31))+"\n"))
	require.Equal(t, 200, status)
	for _, part := range []string{storetest.ID(31), "Chosen 2026-11-06 12:00 UTC", "select, on layer “first”, layout bar, in en", "statistics all of it", "video only film", "ads nothing",
		"Writer main Entry 32", "replayed select of {\"layout\"", `"granted":{"statistics":true,"video":["film"],"ads":false}}`, digest.Hex(digest.Declaration(storetest.Declaration))} {
		assert.Contains(t, text, part)
	}
	for _, c := range []struct {
		path, want string
		status     int
	}{
		{"/receipt?id=" + storetest.ID(9999), "No receipt has this id.", 404},
		{"/receipt", "That is no receipt’s id", 400},
		{"/receipt?id=7", "That is no receipt’s id", 400},
		{"/declaration?hash=7", "That names no declaration", 400},
		{"/declaration?hash=" + strings.Repeat("0", 64), "No declaration with this hash was archived.", 404},
		{"/declaration?hash=" + digest.Hex(digest.Declaration(storetest.Declaration)), `"controller": "Shop Ltd, 1 Lane"`, 200},
	} {
		status, text, _ := get(t, h, c.path)
		assert.Equal(t, c.status, status, c.path)
		assert.Contains(t, text, c.want, c.path)
	}
}

// Whatever a store holds, and whoever asks for what, the page has no element that is not its own.
func TestNothingIsShownAsMarkup(t *testing.T) {
	hostile := []string{`<script>alert(1)</script>`, `"><img src=x onerror=alert(1)>`, `'-alert(1)-'`, `</pre><svg onload=alert(1)>`, `<!--`, `]]>`, `{{.}}`, `javascript:alert(1)`, "\u202egnp.exe", "\x00\xff\x1b[31m", `</title><style>*{display:none}`, `&lt;b&gt;`}
	known := map[string]bool{}
	outline := func(markup string) (list []string) {
		z := html.NewTokenizer(strings.NewReader(markup))
		for z.Next() != html.ErrorToken {
			if token := z.Token(); token.Type == html.StartTagToken || token.Type == html.SelfClosingTagToken || token.Type == html.CommentToken {
				list = append(list, token.Data)
				for _, a := range token.Attr {
					list = append(list, token.Data+" "+a.Key)
				}
			}
		}
		return list
	}
	own, err := os.ReadFile("page.html")
	require.NoError(t, err)
	for _, part := range outline(string(own)) {
		known[part] = true
	}
	store := storetest.NewMemory()
	for i, text := range hostile {
		for j, body := range []string{text, `{"id":"` + text + `"}`, strings.Replace(string(storetest.Body(1, storetest.Noon)), "shop.example", text, 1), strings.Replace(string(storetest.Body(1, storetest.Noon)), "statistics", text, 1)} {
			_, err := store.Append(t.Context(), text, storetest.Noon, []receipts.Item{{ID: storetest.ID(10*i + j), At: receipts.MinuteOf(storetest.Noon), Body: []byte(body)}})
			require.NoError(t, err)
		}
		require.NoError(t, store.Archive(t.Context(), receipts.Hash{byte(i)}, []byte(text)))
		require.NoError(t, store.AddHead(t.Context(), receipts.Head{Writer: text, Day: text, Key: text}))
	}
	h := handler(store, func(o *Options) {
		o.Keys = receipts.Keys{"other": storetest.Key.Public().(ed25519.PublicKey)}
		o.Replay = func(receipts.Receipt, []byte) ([]string, error) { return hostile, nil }
	})
	press(t, h, "same-origin")
	paths := []string{"/"}
	for i, text := range hostile {
		paths = append(paths, "/receipt?id="+url.QueryEscape(text), "/declaration?hash="+url.QueryEscape(text), "/declaration?hash="+receipts.Hash{byte(i)}.String())
		for j := range 4 {
			paths = append(paths, "/receipt?id="+storetest.ID(10*i+j))
		}
	}
	for _, path := range paths {
		status, text, markup := get(t, h, path)
		require.Less(t, status, 500, path)
		for _, part := range outline(markup) {
			assert.True(t, known[part], "%s is on %s", part, path)
		}
		for _, unseen := range []string{"\x00", "\x1b"} {
			assert.NotContains(t, text, unseen, path)
		}
		if strings.HasPrefix(path, "/receipt?id="+storetest.ID(80)) {
			assert.Contains(t, text, `\u202egnp.exe`)
			assert.NotContains(t, text, "\u202e")
		}
	}
}

// press presses the button, as a browser does from a page of this or of another site.
func press(t *testing.T, h http.Handler, site string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequest("POST", "http://127.0.0.1:8081/verify", nil)
	r.Header.Set("Sec-Fetch-Site", site)
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

// tampered is a store whose entries are not what was kept.
type tampered struct {
	*storetest.Memory
	change func(*receipts.Entry)
	wait   func()
	failed error
}

func (s *tampered) Entries(ctx context.Context, q receipts.Query) iter.Seq2[receipts.Entry, error] {
	return func(yield func(receipts.Entry, error) bool) {
		if s.wait != nil {
			s.wait()
		}
		if s.failed != nil {
			yield(receipts.Entry{}, s.failed)
			return
		}
		for e, err := range s.Memory.Entries(ctx, q) {
			if s.change != nil {
				s.change(&e)
			}
			if !yield(e, err) {
				return
			}
		}
	}
}

func TestChainsAreVerifiedByAButton(t *testing.T) {
	store := &tampered{Memory: fourWeeks(t)}
	h := handler(store, func(o *Options) {
		o.Keys = receipts.Keys{}
		o.Keys[receipts.KeyName(storetest.Key.Public().(ed25519.PublicKey))] = storetest.Key.Public().(ed25519.PublicKey)
	})
	_, text, _ := get(t, h, "/")
	assert.Contains(t, text, "Not verified since this server was started.")
	for _, site := range []string{"cross-site", "same-site"} {
		assert.Equal(t, 403, press(t, h, site).Code, "another site's page cannot press it")
	}
	w := httptest.NewRecorder()
	old := httptest.NewRequest("POST", "http://127.0.0.1:8081/verify", nil)
	old.Header.Set("Origin", "http://evil.example")
	h.ServeHTTP(w, old)
	assert.Equal(t, 403, w.Code, "nor by an older browser")
	status, _, _ := get(t, h, "/verify")
	assert.Equal(t, 405, status, "no link does it")
	_, text, _ = get(t, h, "/")
	assert.Contains(t, text, "Not verified since this server was started.")

	done := press(t, h, "same-origin")
	assert.Equal(t, 303, done.Code)
	assert.Equal(t, "./#chains", done.Header().Get("Location"))
	_, text, _ = get(t, h, "/")
	assert.Contains(t, text, "Whole. Verified 2026-11-27 12:00:00 UTC")
	assert.Contains(t, text, "Entries: 129; none was changed, removed or moved. Signed heads: 4; each signature is right.")
	store.change = func(e *receipts.Entry) {
		if e.Seq == 7 {
			e.Body = []byte(strings.Replace(string(e.Body), `"statistics":true`, `"statistics":false`, 1))
		}
	}
	press(t, h, "same-origin")
	_, text, _ = get(t, h, "/")
	assert.Contains(t, text, "Not whole. Verified 2026-11-27 12:00:00 UTC")
	assert.Regexp(t, `entry 7\b`, text)
	store.failed = errors.New("postgres://owner:secret@db is gone")
	press(t, h, "same-origin")
	_, text, _ = get(t, h, "/")
	assert.Contains(t, text, "The verification of 2026-11-27 12:00:00 UTC could not be done; the log tells why.")
	assert.NotContains(t, text, "secret")
}

// A verification that takes long goes on while the page is there, and runs once.
func TestALongVerificationGoesOn(t *testing.T) {
	end, came := make(chan struct{}), make(chan struct{})
	c := new(checking)
	first := c.begin(func() *verdict { close(came); <-end; return &verdict{} })
	<-came
	assert.Equal(t, first, c.begin(func() *verdict { panic("twice") }))
	_, runs := c.state()
	assert.True(t, runs)
	close(end)
	<-first
	var last *verdict
	last, runs = c.state()
	assert.NotNil(t, last)
	assert.False(t, runs)
}

// broken is a store that does not answer.
type broken struct{ *storetest.Memory }

func (broken) Writers(context.Context) ([]string, error) {
	return nil, errors.New("dial db.internal: refused")
}
func (broken) Get(context.Context, string) (receipts.Entry, error) {
	return receipts.Entry{}, errors.New("dial db.internal: refused")
}

func TestAStoreThatDoesNotAnswer(t *testing.T) {
	h := handler(broken{storetest.NewMemory()})
	for _, path := range []string{"/", "/receipt?id=" + storetest.ID(1)} {
		status, text, _ := get(t, h, path)
		assert.Equal(t, 503, status)
		assert.Contains(t, text, "The store of receipts does not answer now; the log tells why.")
		assert.NotContains(t, text, "db.internal")
	}
}

// A browser is let do nothing but show the page: no script, no frame, nothing from elsewhere.
func TestBrowsersAreLetDoNothing(t *testing.T) {
	h := handler(storetest.NewMemory())
	for _, path := range []string{"/", "/receipt?id=1", "/page.css", "/none"} {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest("GET", path, nil))
		assert.Equal(t, "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'", w.Header().Get("Content-Security-Policy"), path)
		assert.Equal(t, []string{"no-store", "nosniff", "same-origin"}, []string{w.Header().Get("Cache-Control"), w.Header().Get("X-Content-Type-Options"), w.Header().Get("Referrer-Policy")}, path)
		for _, no := range []string{"<script", "style=", "://"} {
			if path != "/page.css" {
				assert.NotContains(t, w.Body.String(), no, path)
			}
		}
	}
}
