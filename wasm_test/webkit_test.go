package wasmtest

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

// webkit is WebKitGTK's MiniBrowser, driven by W3C WebDriver. A driver holds one session,
// so each visitor has a driver and a browser of its own; they share a display.
type webkit struct {
	binary  string
	folder  string
	display string
	stop    func()
}

func startWebKit() (browser, error) {
	found, _ := filepath.Glob("/usr/lib/*/webkit2gtk-4.1/MiniBrowser")
	if len(found) == 0 {
		return nil, errors.New("there is no MiniBrowser")
	}
	folder, err := os.MkdirTemp("", "webkit")
	if err != nil {
		return nil, err
	}
	display, stop, err := virtualDisplay()
	if err != nil {
		return nil, err
	}
	return &webkit{found[0], folder, display, func() {
		stop()
		os.RemoveAll(folder)
	}}, nil
}

// virtualDisplay starts an X server without a screen, and tells its name.
func virtualDisplay() (name string, stop func(), err error) {
	read, write, err := os.Pipe()
	if err != nil {
		return "", nil, err
	}
	cmd := exec.Command("Xvfb", "-displayfd", "3", "-screen", "0", "1400x1200x24", "-nolisten", "tcp", "-noreset")
	cmd.ExtraFiles = []*os.File{write}
	if err := cmd.Start(); err != nil {
		return "", nil, err
	}
	write.Close()
	line, err := bufio.NewReader(read).ReadString('\n')
	return ":" + strings.TrimSpace(line), func() {
		cmd.Process.Kill()
		cmd.Wait()
	}, err
}

func (b *webkit) close() { b.stop() }

// environment is what a WebKit needs beside the display: it draws without a graphics card,
// and in a container its own sandbox cannot be built.
func (b *webkit) environment() []string {
	here := []string{"DISPLAY=" + b.display, "HOME=" + b.folder, "XDG_RUNTIME_DIR=" + b.folder, "GDK_BACKEND=x11", "WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS=1", "LIBGL_ALWAYS_SOFTWARE=1", "NO_AT_BRIDGE=1", "GSETTINGS_BACKEND=memory"}
	if !pictured() {
		here = append(here, "WEBKIT_DISABLE_DMABUF_RENDERER=1")
	}
	return here
}

// pictured reports whether pictures can be had: a page that shares no buffers with its window
// takes a third less of the processor's time, and then there is none.
func pictured() bool { return running != "webkit" || whole }

func (b *webkit) visitor(l *life) (pane, error) {
	s, stop, err := b.start()
	for again := 2; err != nil && again > 0; again-- {
		stop()
		l.t.Logf("started once more: %v", err)
		s, stop, err = b.start()
	}
	l.end = stop
	if err != nil {
		return nil, err
	}
	l.end = func() {
		s.call("DELETE", "", nil, nil)
		stop()
	}
	if err := s.call("POST", "/timeouts", map[string]any{"script": stepTimeout.Milliseconds(), "pageLoad": stepTimeout.Milliseconds()}, nil); err != nil {
		return nil, err
	}
	var handle string
	err = s.call("GET", "/window", nil, &handle)
	return &webkitPane{session: s, handle: handle, of: l}, err
}

// start starts a driver and its browser. The driver chooses a port for the two to speak by,
// lets it go, and waits for ever where somebody else has taken it by then, as servers and
// connections of another suite beside this one may.
func (b *webkit) start() (s *session, stop func(), err error) {
	port := freePort()
	_, stop, err = command(b.environment(), "WebKitWebDriver", fmt.Sprintf("--port=%d", port))
	if err != nil {
		return nil, func() {}, err
	}
	if err := dial(port); err != nil {
		return nil, stop, err
	}
	s = &session{url: fmt.Sprintf("http://127.0.0.1:%d/session", port), client: starting}
	var made struct{ SessionID string }
	err = s.call("POST", "", map[string]any{"capabilities": map[string]any{"alwaysMatch": map[string]any{
		"webkitgtk:browserOptions": map[string]any{"binary": b.binary, "args": []string{"--automation"}},
	}}}, &made)
	s.url += "/" + made.SessionID
	s.client = answering
	return s, stop, err
}

// answering bounds a command; the driver itself ends scripts and loads after half of it.
var answering = &http.Client{Timeout: 2 * stepTimeout}

// starting bounds the start of a session, which takes a second: a driver that has lost its
// port does not answer at all.
var starting = &http.Client{Timeout: 20 * time.Second}

// session is one of WebDriver's, with one window in front at a time.
type session struct {
	url    string
	client *http.Client
	mu     sync.Mutex
	front  string
}

func (s *session) call(method, path string, body map[string]any, result any) error {
	text := []byte("{}")
	if body != nil {
		text, _ = json.Marshal(body)
	}
	var payload *bytes.Reader = bytes.NewReader(text)
	if method != "POST" {
		payload = bytes.NewReader(nil)
	}
	request, err := http.NewRequest(method, s.url+path, payload)
	if err != nil {
		return err
	}
	response, err := s.client.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	var out struct{ Value json.RawMessage }
	if err := json.NewDecoder(response.Body).Decode(&out); err != nil {
		return err
	}
	if response.StatusCode != http.StatusOK {
		return s.means(fmt.Errorf("%s %s: %s", method, path, out.Value))
	}
	if result != nil {
		return json.Unmarshal(out.Value, result)
	}
	return nil
}

// means tells what an error of the driver's means where it says something else. The process that
// runs a page may be exchanged with the page, or crash: its answer is an empty text then, which the
// driver cannot parse. What it says next tells which.
func (s *session) means(err error) error {
	switch text := err.Error(); {
	case strings.Contains(text, "page crash or hang"):
		return fmt.Errorf("%w: %w", errCrashed, err)
	case strings.Contains(text, "Could not parse script result"):
		if next := s.call("GET", "/url", nil, nil); errors.Is(next, errCrashed) {
			return next
		}
		return fmt.Errorf("%w: %w", errGone, err)
	}
	return err
}

type webkitPane struct {
	session *session
	handle  string
	site    *site
	of      *life
}

// call does a command in this pane's window.
func (p *webkitPane) call(method, path string, body map[string]any, result any) error {
	p.session.mu.Lock()
	defer p.session.mu.Unlock()
	if p.session.front != p.handle {
		if err := p.session.call("POST", "/window", map[string]any{"handle": p.handle}, nil); err != nil {
			return err
		}
		p.session.front = p.handle
	}
	return p.session.call(method, path, body, result)
}

func (p *webkitPane) navigate(url string) error {
	return p.call("POST", "/url", map[string]any{"url": url}, nil)
}

func (p *webkitPane) evaluate(js string) (string, error) {
	var out []string
	err := p.call("POST", "/execute/async", map[string]any{"args": []any{}, "script": `const done = arguments[0];
		(async () => { try { done(['', '' + (await (` + js + `))]); } catch (error) { done(['' + error, '']); } })()`}, &out)
	if err == nil && len(out) == 2 && out[0] != "" {
		err = errors.New(out[0])
	}
	if err != nil || len(out) < 2 {
		return "", err
	}
	return out[1], nil
}

func (p *webkitPane) tap(x, y float64) error {
	return p.call("POST", "/actions", map[string]any{"actions": pointerActions(x, y)}, nil)
}

func (p *webkitPane) keys(text string) error {
	return p.call("POST", "/actions", map[string]any{"actions": keyActions(text)}, nil)
}

// before: WebDriver has nothing like it, so the site puts the script into its pages.
func (p *webkitPane) before(js string) error {
	p.site.insert(js)
	return nil
}

// jar holds what the page in front may be sent, since WebDriver tells no more.
func (p *webkitPane) jar() (list []crumb, err error) {
	var out []struct {
		Name, Value, Domain, Path string
		Expiry                    *float64
		HTTPOnly                  bool
	}
	err = p.call("GET", "/cookie", nil, &out)
	for _, c := range out {
		one := crumb{Name: c.Name, Value: c.Value, Domain: c.Domain, Path: c.Path, Session: c.Expiry == nil, HTTPOnly: c.HTTPOnly}
		if c.Expiry != nil {
			one.Expires = *c.Expiry
		}
		list = append(list, one)
	}
	return list, err
}

// miniBrowser is what its window is like, once a page has told: how much higher it is than its
// page, and how narrow a page may be.
var miniBrowser struct{ bars, narrowest int64 }

// size has the window resized, since there is no viewport to set, until its page has a size. The page learns of it later than the
// command ends, so each try waits for that.
func (p *webkitPane) size(width, height int64, phone bool) error {
	var w, h int64
	for range 4 {
		if err := p.call("POST", "/window/rect", map[string]any{"width": width, "height": height + miniBrowser.bars}, nil); err != nil {
			return err
		}
		narrow := max(width, miniBrowser.narrowest)
		text, err := p.evaluate(fmt.Sprintf(`new Promise((done) => {
			const end = performance.now() + 2000;
			const look = () => ((innerWidth === %d && innerHeight === %d) || performance.now() > end ? done(innerWidth + ' ' + innerHeight) : setTimeout(look, 20));
			look();
		})`, narrow, height))
		if err != nil {
			return err
		}
		fmt.Sscan(text, &w, &h)
		if w == narrow && h == height {
			return nil
		}
		miniBrowser.bars += height - h
		if w > width {
			miniBrowser.narrowest = w
		}
	}
	return fmt.Errorf("the page is %d by %d, not %d by %d", w, h, width, height)
}

func (p *webkitPane) picture() ([]byte, error) {
	var data string
	if err := p.call("GET", "/screenshot", nil, &data); err != nil {
		return nil, err
	}
	return base64.StdEncoding.DecodeString(data)
}

func (p *webkitPane) another() (pane, error) {
	var made struct{ Handle string }
	err := p.call("POST", "/window/new", map[string]any{"type": "tab"}, &made)
	return &webkitPane{p.session, made.Handle, p.site, p.of}, err
}

func (p *webkitPane) life() *life { return p.of }

func (p *webkitPane) alone() bool {
	var handles []string
	return p.session.call("GET", "/window/handles", nil, &handles) == nil && len(handles) == 1
}
