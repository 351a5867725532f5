package wasmtest

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/octroi-consent/octroi/engine/digest"
)

// depot is a site's endpoint of receipts. Like the real one it keeps each id once, and answers
// 202 where it has.
type depot struct {
	mu       sync.Mutex
	status   int           // 202 where it works, 0 where its connections break
	held     chan struct{} // what comes is answered once this is closed; nil for at once
	attempts []attempt
	kept     []string // bodies, each once
}

// attempt is one request that has come.
type attempt struct {
	body   string
	header http.Header
}

// depot serves one under /consent.
func (s *site) depot() *depot {
	d := &depot{status: http.StatusAccepted}
	s.pages.HandleFunc("POST /consent", func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return
		}
		d.mu.Lock()
		d.attempts = append(d.attempts, attempt{string(body), r.Header.Clone()})
		status, held := d.status, d.held
		d.mu.Unlock()
		if held != nil {
			<-held
		}
		if status == 0 {
			panic(http.ErrAbortHandler)
		}
		if status == http.StatusAccepted {
			d.mu.Lock()
			d.keep(string(body))
			d.mu.Unlock()
		}
		w.WriteHeader(status)
	})
	return d
}

func (d *depot) keep(body string) {
	for _, other := range d.kept {
		if other == body {
			return
		}
	}
	d.kept = append(d.kept, body)
}

// answers sets what it answers from now on.
func (d *depot) answers(status int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.status = status
}

// holds leaves what comes from now on without an answer until this is closed; nil for at once.
func (d *depot) holds(until chan struct{}) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.held = until
}

// tried returns how many requests have come.
func (d *depot) tried() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return len(d.attempts)
}

// has waits for so many receipts, and returns them.
func (d *depot) has(t *testing.T, count int) []string {
	t.Helper()
	var got []string
	await(t, fmt.Sprint(count, " receipts"), func() bool {
		d.mu.Lock()
		defer d.mu.Unlock()
		got = append([]string{}, d.kept...)
		return len(got) >= count
	})
	require.Len(t, got, count)
	return got
}

// proof serves a page that asks, whose declaration wants receipts, and returns that declaration;
// more stands in its head.
func (s *site) proof(path, endpoint, more string) string {
	declaration := strings.Replace(s.Declaration(), `"erase"`, `"receipts": { "endpoint": "`+endpoint+`" }, "erase"`, 1)
	s.raw(path, "text/html; charset=utf-8", func() string {
		return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>test</title>` + more +
			`<script type="application/json" id="octroi-config">` + declaration + `</script>` + dropIn + `</head><body><a href="#octroi" id="tab">Cookies</a></body></html>`
	})
	return declaration
}

// onDevice are the receipts that a browser keeps: those that wait, and the ids that it has noted.
type onDevice struct {
	Databases []string
	Waiting   []string // bodies
	Latest    string
	Journal   string
	Tries     int // that have failed in a row
}

// device looks into the browser's stores by a page of the site that has no Octroi, in a tab of its own.
func (v *visitor) device() func() onDevice {
	v.t.Helper()
	v.site.raw("/look", "text/html; charset=utf-8", func() string {
		return `<!doctype html><html lang="en"><title>look</title><script>
const look = async () => {
	const all = (await indexedDB.databases()).filter(({ name }) => name === 'octroi-receipts');
	const found = { Databases: all.map(({ name }) => name), Waiting: [], Latest: '', Tries: 0, Journal: localStorage.getItem('octroi-receipts') ?? '' };
	if (!all[0]?.version) return found;
	const db = await new Promise((done, failed) => {
		const request = indexedDB.open('octroi-receipts');
		request.onsuccess = () => done(request.result);
		request.onerror = failed;
		request.onupgradeneeded = () => request.transaction.abort();
	}).catch(() => null);
	if (!db) return { ...found, Databases: [] };
	try {
		const note = (name) => new Promise((done) => (db.transaction('notes').objectStore('notes').get(name).onsuccess = ({ target }) => done(target.result)));
		const waiting = await new Promise((done) => (db.transaction('waiting').objectStore('waiting').getAll().onsuccess = ({ target }) => done(target.result)));
		return { ...found, Waiting: waiting.map(({ text }) => text), Latest: (await note('latest'))?.id ?? '', Tries: (await note('pause'))?.tries ?? 0 };
	} finally {
		db.close();
	}
};
</script>`
	})
	tab := v.tab().open("/look")
	return func() (found onDevice) {
		v.t.Helper()
		tab.eval(`look()`, &found)
		return found
	}
}

// comesTo waits until what is looked at is so, returns it, and logs what it is where that never comes.
func comesTo[T any](t *testing.T, look func() T, what string, so func(T) bool) (found T) {
	t.Helper()
	done := false
	defer func() {
		if !done {
			t.Logf("there is %+v", found)
		}
	}()
	await(t, what, func() bool {
		found = look()
		done = so(found)
		return done
	})
	return found
}

func failedOnce(d onDevice) bool { return len(d.Waiting) == 1 && d.Journal == "" && d.Tries == 1 }

func delivered(d onDevice) bool { return len(d.Waiting) == 0 && d.Journal == "" }

func idOf(t *testing.T, receipt string) string {
	t.Helper()
	var r struct{ ID string }
	require.NoError(t, json.Unmarshal([]byte(receipt), &r))
	return r.ID
}

func TestEachChoiceSendsItsReceipt(t *testing.T) {
	paired(t, "webkit")
	s := newSite(t)
	d := s.depot()
	declaration := s.proof("/proof", "/consent", "")
	v, tab := visit(t, s)
	look := v.device()
	tab.open("/proof?what=private").until(`document.querySelector('.octroi-ask') && octroi.ready`)
	tab.whole()
	assert.Equal(t, onDevice{Databases: []string{}, Waiting: []string{}}, look(), "before a choice nothing is kept")
	assert.Zero(t, d.tried())
	assert.True(t, tab.truth(`octroi.receipt().then((id) => id === null)`))

	tab.press("accept")
	first := d.has(t, 1)[0]
	english, err := os.ReadFile("../web/locales/en.json")
	require.NoError(t, err)
	form := regexp.MustCompile(`^{"format":1,"id":"([0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12})","at":"\d{4}-\d\d-\d\dT\d\d:\d\dZ","until":"\d{4}-\d\d-\d\dT\d\d:\d\dZ","host":"localhost","octroi":"[^"]+",` +
		`"declaration":"` + digest.Hex(digest.Declaration(declaration)) + `","texts":"` + digest.Hex(digest.Texts(english)) + `","language":"en","layout":"corner","layer":"first","method":"accept","granted":{("\w+":true,?)+}}$`)
	require.Regexp(t, form, first)
	sent := d.attempts[0].header
	assert.Empty(t, sent["Cookie"], "nothing identifies the visitor")
	assert.NotContains(t, sent.Get("Referer"), "proof", "nor tells where the visitor was")
	assert.Equal(t, s.URL, sent.Get("Origin"))
	assert.Regexp(t, `^text/plain`, sent.Get("Content-Type"))
	id := form.FindStringSubmatch(first)[1]
	found := comesTo(t, look, "the receipt is delivered", delivered)
	assert.Equal(t, id, found.Latest, "by its id the visitor can ask for it")
	assert.True(t, tab.truth(`octroi.receipt().then((id) => id === '`+id+`')`))

	tab.open("/proof#octroi")
	tab.until(`document.querySelector('.octroi-preferences')?.textContent.includes('Proof of your choices: ` + id + `')`)
	tab.truth(`[...document.querySelectorAll('.octroi-preferences .octroi-fine')].pop().scrollIntoView()`)
	tab.shot("receipt")
	assert.True(t, tab.truth(`new Promise((done) => { const r = indexedDB.open('octroi-receipts'); r.onerror = () => done(true); r.onsuccess = () => done(false); })`), "no script of the page's can read it")
	tab.press("accept")
	second := idOf(t, d.has(t, 2)[1])
	assert.NotEqual(t, id, second)
	assert.Contains(t, d.has(t, 2)[1], `"layer":"second","method":"accept"`)
	comesTo(t, look, "the later one's id", func(now onDevice) bool { return delivered(now) && now.Latest == second })

	tab.truth(`octroi.refuseAll()`)
	assert.Regexp(t, `"layer":"page","method":"page","granted":{("\w+":false,?)+}}$`, d.has(t, 3)[2])
	comesTo(t, look, "of a refusal nothing stays", func(now onDevice) bool { return len(now.Databases) == 0 && now.Journal == "" })
	assert.True(t, tab.truth(`octroi.receipt().then((id) => id === null)`))
	tab.reload()
	tab.preferences()
	tab.until(`document.querySelector('.octroi-preferences')`)
	assert.False(t, tab.truth(`document.querySelector('.octroi-preferences').textContent.includes('Proof')`))
	assert.Equal(t, 3, d.tried(), "each is sent once")
}

func TestReceiptsOutlastWhatKeepsThemFromTheirServer(t *testing.T) {
	paired(t, "firefox")
	s := newSite(t)
	d := s.depot()
	s.proof("/proof", "/consent", "")
	v, tab := visit(t, s, "Failed to load resource", "access control checks", "NetworkError", "Load failed")
	look := v.device()
	d.answers(0)
	tab.open("/proof").whole()
	tab.press("accept")
	waiting := comesTo(t, look, "it waits", failedOnce).Waiting[0]
	d.answers(http.StatusInternalServerError)
	before := d.tried()
	tab.reload()
	await(t, "another on the next page", func() bool { return d.tried() == before+1 })
	assert.Equal(t, idOf(t, waiting), look().Latest, "the visitor can ask for it all the same")
	d.answers(http.StatusAccepted)
	comesTo(t, look, "it is kept", func(now onDevice) bool { return len(now.Waiting) == 1 && now.Tries == 2 })
	tab.reload()
	tab.preferences()
	assert.Equal(t, before+1, d.tried(), "a pause")
	tab.truth(`dispatchEvent(new Event('online'))`)
	assert.Equal(t, []string{waiting}, d.has(t, 1))
	comesTo(t, look, "it is delivered", delivered)

	d.answers(0)
	before = d.tried()
	tab.truth(`(octroi.withdraw(), location.reload(), true)`)
	await(t, "an attempt", func() bool { return d.tried() > before })
	tab.comes(`document.readyState === 'complete' && octroi.ready`)
	comesTo(t, look, "a refusal waits too", func(now onDevice) bool { return len(now.Waiting) == 1 && now.Journal == "" && now.Latest == "" })
	d.answers(http.StatusAccepted)
	tab.truth(`dispatchEvent(new Event('online'))`)
	d.has(t, 2)
	comesTo(t, look, "and nothing stays of it", func(now onDevice) bool { return len(now.Databases) == 0 })
}

// The network may come back while what was kept is still failing.
func TestANetworkThatComesBackWhileAReceiptFails(t *testing.T) {
	sampled(t, "what sends receipts is the same code in each")
	s := newSite(t)
	d := s.depot()
	s.proof("/proof", "/consent", "")
	v, tab := visit(t, s, "Failed to load resource")
	d.answers(0)
	tab.open("/proof").whole()
	tab.press("accept")
	comesTo(t, v.device(), "it waits", failedOnce)
	held := make(chan struct{})
	d.holds(held)
	before := d.tried()
	tab.reload()
	await(t, "another on the next page", func() bool { return d.tried() == before+1 })
	d.holds(nil)
	d.answers(http.StatusAccepted)
	// What is read for the id is read after what the event has read.
	tab.truth(`(dispatchEvent(new Event('online')), octroi.receipt().then(() => true))`)
	close(held)
	d.has(t, 1)
}

func TestAReceiptOutlastsATabThatIsClosedAtOnce(t *testing.T) {
	sampled(t, "requests outlast their pages in each")
	only(t, "WebKit opens no window without a press", "chromium", "firefox")
	s := newSite(t)
	d := s.depot()
	s.proof("/proof", "/consent", "")
	v, tab := visit(t, s, "Failed to load resource", "access control checks", "NetworkError", "Load failed")
	look := v.device()
	// closed has a window of the page's own closed in the task of the click.
	closed := func(action string) {
		t.Helper()
		tab.open("/left")
		require.True(t, tab.truth(`new Promise((done) => {
			const w = open('/proof');
			const wait = setInterval(async () => {
				if (!w.octroi?.ready || !w.document.querySelector('.octroi-ask')) return;
				clearInterval(wait);
				await w.octroi.whole();
				await w.octroi.receipt();
				w.document.querySelector('.octroi-ask [data-octroi-act=`+action+`]').click();
				w.close();
				done(true);
			}, 20);
		})`))
	}
	closed("accept")
	d.has(t, 1)
	tab.open("/proof")
	comesTo(t, look, "it is delivered", delivered)
	d.has(t, 1)
	tab.truth(`octroi.withdraw()`)
	d.has(t, 2)
	comesTo(t, look, "nothing is left", func(now onDevice) bool { return len(now.Databases) == 0 })

	tab.anew()
	d.answers(0)
	closed("refuse")
	comesTo(t, look, "it waits", func(now onDevice) bool { return len(now.Waiting) == 1 || now.Journal != "" })
	d.answers(http.StatusAccepted)
	tab.open("/proof")
	assert.Contains(t, d.has(t, 3)[2], `"method":"refuse"`)
	comesTo(t, look, "and nothing stays", func(now onDevice) bool { return len(now.Databases) == 0 && now.Journal == "" })
}

func TestTwoTabsDeliverAReceiptOnce(t *testing.T) {
	sampled(t, "the same code decides it")
	s := newSite(t)
	d := s.depot()
	s.proof("/proof", "/consent", "")
	v, tab := visit(t, s, "Failed to load resource")
	look := v.device()
	other := v.tab()
	d.answers(http.StatusServiceUnavailable)
	tab.open("/proof").whole()
	other.open("/proof").whole()
	tab.press("accept")
	comesTo(t, look, "it waits", func(now onDevice) bool { return len(now.Waiting) == 1 && now.Journal == "" })
	id := look().Latest
	other.until(`!document.querySelector('.octroi-ask')`)
	assert.True(t, other.truth(`octroi.receipt().then((id) => id === '`+id+`')`), "the other tab knows of it")
	other.preferences()
	other.until(`document.querySelector('.octroi-preferences')?.textContent.includes('` + id + `')`)
	d.answers(http.StatusAccepted)
	tab.truth(`dispatchEvent(new Event('online'))`)
	other.truth(`dispatchEvent(new Event('online'))`)
	d.has(t, 1)
	comesTo(t, look, "it is delivered", delivered)
	assert.Equal(t, id, look().Latest)
}

func TestWhatAServerWillNeverTakeIsGivenUp(t *testing.T) {
	sampled(t, "the same code decides it")
	s := newSite(t)
	d := s.depot()
	s.proof("/proof", "/consent", "")
	v, tab := visit(t, s, "Failed to load resource", "will never take a receipt of this page (status 409): it is given up")
	look := v.device()
	d.answers(http.StatusConflict)
	tab.open("/proof").whole()
	tab.press("refuse")
	said := v.console(1)
	assert.Contains(t, strings.Join(said, "\n"), "octroi: "+s.URL+"/consent will never take a receipt of this page (status 409): it is given up; see docs/receipts.md")
	comesTo(t, look, "nothing waits", func(now onDevice) bool { return len(now.Databases) == 0 && now.Journal == "" })
	tab.reload()
	tab.whole()
	assert.Equal(t, 1, d.tried())
}

func TestWithoutReceiptsNothingIsKeptOrSent(t *testing.T) {
	sampled(t, "the same code decides it")
	s := newSite(t)
	d := s.depot()
	s.page("/none", dropIn, "")
	v, tab := visit(t, s)
	look := v.device()
	tab.open("/none").whole()
	tab.press("accept")
	tab.until(`octroi.state().decided`)
	assert.True(t, tab.truth(`octroi.receipt().then((id) => id === null)`))
	assert.Zero(t, tab.truth(`performance.getEntriesByType('resource').some(({ name }) => name.includes('receipts'))`))
	assert.Zero(t, d.tried())
	assert.Equal(t, onDevice{Databases: []string{}, Waiting: []string{}}, look())
}

func TestAPolicyThatHoldsReceiptsIsTold(t *testing.T) {
	sampled(t, "the same code decides it")
	only(t, "WebKit's driver does not hear a page that has a policy", "chromium", "firefox")
	s := newSite(t)
	d := s.depot()
	s.proof("/proof", "/consent", `<meta http-equiv="Content-Security-Policy" content="connect-src `+s.URL+`/octroi/">`)
	v, tab := visit(t, s, "connect-src", "Content Security Policy", "Failed to load resource")
	look := v.device()
	tab.open("/proof").whole()
	tab.press("accept")
	await(t, "the console", func() bool {
		return strings.Contains(strings.Join(v.console(0), "\n"), "octroi: this page's Content-Security-Policy lets no receipt out: add "+s.URL+"/consent to its connect-src")
	})
	comesTo(t, look, "it waits", func(now onDevice) bool { return len(now.Waiting) == 1 })
	assert.Zero(t, d.tried())
}

func TestReceiptsWhereABrowserKeepsNothing(t *testing.T) {
	sampled(t, "the browser's stores are replaced by script")
	s := newSite(t)
	d := s.depot()
	s.proof("/full", "/consent", `<script>
		const { put } = IDBObjectStore.prototype;
		IDBObjectStore.prototype.put = function (value, ...key) { // as a browser does whose disk is full
			const request = put.call(this, value, ...key);
			this.transaction.abort();
			return request;
		};
	</script>`)
	s.proof("/private", "/consent", `<script>
		const denied = () => { throw new DOMException('', 'SecurityError'); };
		IDBFactory.prototype.open = Storage.prototype.setItem = denied;
		warned = []; console.warn = (text) => warned.push(text);
	</script>`)
	s.proof("/proof", "/consent", "")
	v, tab := visit(t, s, "Failed to load resource")
	look := v.device()

	d.answers(http.StatusServiceUnavailable)
	// A page with such a listener is not frozen but ends: frozen while it makes the database, it would
	// keep the next page from that for minutes.
	tab.open("/full").whole()
	tab.truth(`addEventListener('unload', () => {}), true`)
	tab.press("refuse")
	comesTo(t, look, "it waits where there is room", func(now onDevice) bool { return now.Journal != "" })
	await(t, "an attempt", func() bool { return d.tried() > 0 })
	d.answers(http.StatusAccepted)
	tab.open("/proof")
	d.has(t, 1)
	comesTo(t, look, "it is delivered", func(now onDevice) bool { return len(now.Databases) == 0 && now.Journal == "" })

	tab.anew()
	tab.open("/private").whole()
	tab.press("accept")
	d.has(t, 2)
	tab.until(`warned.some((text) => text.includes('octroi: this browser keeps no receipts'))`)
	assert.True(t, tab.truth(`octroi.receipt().then((id) => !!id)`))
}

// No grant is recorded before the code for its receipt is there; a refusal never waits for anything.
func TestAGrantWaitsForTheCodeOfItsReceipt(t *testing.T) {
	sampled(t, "the same code decides it")
	only(t, "WebKit's driver waits until nothing of a page is missing", "chromium", "firefox")
	s := newSite(t)
	d := s.depot()
	s.proof("/proof", "/consent", "")
	let := make(chan struct{})
	s.pages.HandleFunc("GET /octroi/octroi.rest.js", func(w http.ResponseWriter, r *http.Request) {
		select {
		case <-let:
			http.ServeFile(w, r, Dist+"/octroi.rest.js")
		case <-r.Context().Done():
		}
	})
	v, tab := visit(t, s)
	look := v.device()
	tab.open("/left")
	require.True(t, tab.truth(`(location.href = '/proof', true)`))
	tab.comes(`octroi.ready && document.querySelector('.octroi-ask')`)
	tab.press("accept")
	tab.until(`document.querySelector('.octroi-ask')`)
	assert.Empty(t, tab.cookies(), "it waits")
	tab.press("refuse")
	tab.until(`octroi.state().decided && !document.querySelector('.octroi-ask')`)
	assert.Equal(t, []string{"octroi"}, tab.cookies())
	assert.Zero(t, d.tried())
	close(let)
	assert.Contains(t, d.has(t, 1)[0], `"method":"refuse"`)
	comesTo(t, look, "it is delivered", delivered)
	tab.whole()
	assert.True(t, tab.truth(`octroi.state().decided && !octroi.allows('pixel')`), "the grant before it is overruled")
	d.has(t, 1)
}
