package shop

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"
)

// Entry is one request that the third parties got, or a choice of the visitor's.
type Entry struct {
	Time    int64  `json:"time"` // Unix ms
	Method  string `json:"method"`
	URL     string `json:"url"`
	Referer string `json:"referer"`
	Cookies string `json:"cookies"`
	Choice  string `json:"choice,omitempty"`
}

// Log is what the third parties got, in order.
type Log struct {
	mu      sync.Mutex
	entries []Entry
	changed chan struct{} // closed at each change
	cleared int           // times that it was cleared
}

// NewLog returns an empty log.
func NewLog() *Log { return &Log{changed: make(chan struct{})} }

func (l *Log) add(e Entry) {
	l.mu.Lock()
	defer l.mu.Unlock()
	e.Time = time.Now().UnixMilli()
	l.entries = append(l.entries, e)
	l.wake()
}

func (l *Log) wake() {
	close(l.changed)
	l.changed = make(chan struct{})
}

// Clear empties the log.
func (l *Log) Clear() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.entries = nil
	l.cleared++
	l.wake()
}

// Requests returns the requests, without the choices.
func (l *Log) Requests() (requests []Entry) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, e := range l.entries {
		if e.Choice == "" {
			requests = append(requests, e)
		}
	}
	return requests
}

// Changed returns a channel that is closed when something is next written.
func (l *Log) Changed() <-chan struct{} {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.changed
}

func (l *Log) choice(services map[string]bool) {
	var on []string
	for id, granted := range services {
		if granted && id != "choices" && id != "account" && id != "basket" {
			on = append(on, id)
		}
	}
	text := "The visitor allows nothing that is not essential."
	if len(on) > 0 {
		text = "The visitor allows: " + strings.Join(on, ", ")
	}
	l.add(Entry{Choice: text})
}

// events sends the log as server-sent events, as it grows.
func (l *Log) events(w http.ResponseWriter, r *http.Request) {
	flush := http.NewResponseController(w)
	w.Header().Set("Content-Type", "text/event-stream")
	sent, cleared := 0, 0
	for {
		l.mu.Lock()
		changed := l.changed
		if l.cleared != cleared {
			sent, cleared = 0, l.cleared
			fmt.Fprint(w, "event: clear\ndata: \n\n")
		}
		for ; sent < len(l.entries); sent++ {
			b, _ := json.Marshal(l.entries[sent])
			fmt.Fprintf(w, "data: %s\n\n", b)
		}
		l.mu.Unlock()
		flush.Flush()
		select {
		case <-changed:
		case <-r.Context().Done():
			return
		}
	}
}

// gif is a transparent pixel.
const gif = "GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff!\xf9\x04\x01\x00\x00\x00\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;"

// answers are what the third parties send. HERE stands for their origin.
var answers = map[string]struct{ kind, body string }{
	"/gtag/js": {"text/javascript", `(function () {
	function set(name, value, days) { document.cookie = name + '=' + value + ';path=/;max-age=' + days * 86400 + ';samesite=lax'; }
	set('_ga', 'GA1.1.' + Math.random().toString().slice(2, 11) + '.' + Math.floor(Date.now() / 1000), 400);
	set('_ga_DEMO123', 'GS1.1.' + Date.now(), 400);
	new Image().src = 'HERE/gtag/collect?en=page_view&dl=' + encodeURIComponent(location.href);
})();`},
	"/gtag/collect": {"image/gif", gif},
	// What is known of Google's consent mode: what was never told is granted, a tag goes by what was told ahead of it.
	"/tags/gtag.js": {"text/javascript", `(function () {
	var layer = new URL(document.currentScript.src).searchParams.get('l') || 'dataLayer', read = false;
	var ics = ((window.google_tag_data = {}).ics = { entries: {}, usedDefault: false, usedUpdate: false, wasSetLate: false });
	function digit(type) { var one = ics.entries[type] || {}, state = one.update === undefined ? one.default : one.update; return state === undefined ? '-' : state ? 1 : 0; }
	function take(one) {
		if (Object.prototype.toString.call(one) !== '[object Arguments]') return;
		if (one[0] === 'config') { read = true; new Image().src = 'HERE/gtag/collect?gcs=G1' + digit('ad_storage') + digit('analytics_storage'); }
		if (one[0] !== 'consent') return;
		if (one[1] === 'default') { ics.usedDefault = true; ics.wasSetLate = ics.wasSetLate || read; } else ics.usedUpdate = true;
		for (var type in one[2]) (ics.entries[type] = ics.entries[type] || {})[one[1]] = one[2][type] === 'granted';
	}
	var queue = window[layer] = window[layer] || [];
	queue.forEach(take);
	queue.push = function (one) { take(one); return Array.prototype.push.call(queue, one); };
})();`},
	// What is known of Microsoft's UET: it stores until it is told not to.
	"/tags/bat.js": {"text/javascript", `(function () {
	var consent = { enabled: false, adStorageAllowed: true, enforced: false }, before = window.uetq || [];
	function push() {
		for (var i = 0; i < arguments.length; i++) if (arguments[i] === 'consent') { consent.enabled = true; consent.adStorageAllowed = arguments[i + 2].ad_storage === 'granted'; i += 2; }
	}
	window.uetq = { push: push, uetConfig: { consent: consent } };
	push.apply(null, before);
})();`},
	// A container with a tag for visits and one for advertising.
	"/gtm.js": {"text/javascript", `for (const src of ['HERE/gtag/js', 'HERE/ads/events.js']) document.head.append(Object.assign(document.createElement('script'), { src, async: true }));`},
	"/matomo/matomo.js": {"text/javascript", `(function () {
	document.cookie = '_pk_id.7.1fff=' + Math.random().toString(16).slice(2) + ';path=/;max-age=33955200;samesite=lax';
	document.cookie = '_pk_ses.7.1fff=1;path=/;max-age=1800;samesite=lax';
	navigator.sendBeacon('HERE/matomo/matomo.php?idsite=7&url=' + encodeURIComponent(location.href));
})();`},
	"/matomo/matomo.php":  {"text/plain", ""},
	"/display/device.css": {"text/css", `.hero h1 { text-wrap: balance; }`},
	"/ads/events.js": {"text/javascript", `(function () {
	document.cookie = '_fbp=fb.1.' + Date.now() + '.' + Math.random().toString().slice(2, 12) + ';path=/;max-age=7776000;samesite=lax';
	new Image().src = 'HERE/ads/tr?id=1234567890&ev=PageView';
})();`},
	"/ads/tr":        {"image/gif", gif},
	"/ads/pixel.gif": {"image/gif", gif},
	"/mail/crm.js": {"text/javascript", `document.cookie = 'crm_uid=' + Math.random().toString(36).slice(2) + ';path=/;max-age=33955200;samesite=lax';
localStorage.setItem('crm_profile', JSON.stringify({ seen: [location.pathname], at: Date.now() }));
fetch('HERE/mail/profile?path=' + encodeURIComponent(location.pathname), { mode: 'no-cors', credentials: 'include' });
export {};`},
	"/mail/profile": {"text/plain", ""},
	"/social/video.html": {"text/html; charset=utf-8", `<!doctype html><meta charset="utf-8"><title>Video</title>
<style>body { margin: 0; height: 100vh; display: grid; place-items: center; background: #223; color: #fff; font: 18px sans-serif; }</style>
<p>▶ Social Example plays its video here</p><script>document.cookie = 'watch=1;max-age=34560000;samesite=none;secure';</script>`},
	"/social/button.gif": {"image/gif", gif},
	"/social/share":      {"text/html; charset=utf-8", `<!doctype html><title>Share</title><p>Shared with nobody.</p>`},
	"/fraud/device.js": {"text/javascript", `(function () {
	var device = [navigator.userAgent, screen.width, screen.height, new Date().getTimezoneOffset()].join('|');
	document.cookie = 'device_id=' + btoa(device).slice(0, 24) + ';path=/;max-age=7776000;samesite=lax';
	navigator.sendBeacon('HERE/fraud/device', device);
})();`},
	"/fraud/device": {"text/plain", ""},
}

// ThirdParties serves the second origin. Every answer sets a cookie of session and
// one of persistent kind, as third parties do.
func (s *Shop) ThirdParties() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.Log.add(Entry{Method: r.Method, URL: r.URL.String(), Referer: r.Referer(), Cookies: r.Header.Get("Cookie")})
		answer, ok := answers[r.URL.Path]
		if !ok {
			http.NotFound(w, r)
			return
		}
		for _, c := range []http.Cookie{{Name: "tp_session", Value: "1"}, {Name: "tp_id", Value: "visitor", MaxAge: 400 * 86400}} {
			c.Path, c.SameSite, c.Secure = "/", http.SameSiteNoneMode, true
			http.SetCookie(w, &c)
		}
		w.Header().Set("Content-Type", answer.kind)
		w.Header().Set("Cache-Control", "no-store")
		w.Header().Set("Access-Control-Allow-Origin", "*")
		fmt.Fprint(w, strings.ReplaceAll(answer.body, "HERE", s.Third))
	})
}
