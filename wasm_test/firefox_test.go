package wasmtest

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/coder/websocket"
)

// prefs keep a Firefox from calling home, and from work that no test asks for: without the second
// line it took a quarter more of the processor's time.
const prefs = `user_pref("browser.shell.checkDefaultBrowser", false); user_pref("datareporting.policy.dataSubmissionEnabled", false); user_pref("network.captive-portal-service.enabled", false); user_pref("network.connectivity-service.enabled", false); user_pref("app.normandy.enabled", false); user_pref("remote.active-protocols", 1);
user_pref("dom.ipc.processPrelaunch.enabled", false); user_pref("gfx.webrender.software", true); user_pref("layout.frame_rate", 20); user_pref("browser.startup.page", 0); user_pref("browser.newtabpage.enabled", false); user_pref("browser.newtab.preload", false); user_pref("browser.sessionstore.interval", 3600000);`

// command starts a program that ends with all that it has started.
func command(env []string, name string, args ...string) (*exec.Cmd, func(), error) {
	cmd := exec.Command(name, args...)
	cmd.Env = append(os.Environ(), env...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := cmd.Start(); err != nil {
		return nil, nil, err
	}
	return cmd, func() {
		syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
		cmd.Wait()
	}, nil
}

// freePort is one that nobody listens at, below those that are handed out to whoever asks
// for any: another suite beside this one, and each connection, would take it meanwhile.
func freePort() int {
	for {
		port := 10000 + rand.IntN(20000)
		if l, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", port)); err == nil {
			l.Close()
			return port
		}
	}
}

// dial waits until somebody listens at a port.
func dial(port int) error {
	deadline := time.Now().Add(stepTimeout)
	for {
		c, err := net.DialTimeout("tcp", fmt.Sprintf("127.0.0.1:%d", port), time.Second)
		if err == nil {
			return c.Close()
		}
		if time.Now().After(deadline) {
			return err
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// firefox is driven over WebDriver BiDi (https://w3c.github.io/webdriver-bidi/); each
// visitor is a user context of its own.
type firefox struct {
	socket *websocket.Conn
	stop   func()
	mu     sync.Mutex
	last   int
	waits  map[int]chan reply
	met    map[string]func(string) // by tab
}

var exception = regexp.MustCompile(`^(\w*Error|\w*Exception|uncaught exception)\b.*:`)

type reply struct {
	ID      int
	Result  json.RawMessage
	Error   string
	Message string
	Method  string
	Params  json.RawMessage
}

func startFirefox() (browser, error) {
	folder, err := os.MkdirTemp("", "firefox")
	if err != nil {
		return nil, err
	}
	if err := os.WriteFile(filepath.Join(folder, "user.js"), []byte(prefs), 0o600); err != nil {
		return nil, err
	}
	port := freePort()
	_, stop, err := command([]string{"HOME=" + folder, "MOZ_CRASHREPORTER_DISABLE=1"}, "firefox-esr", "--headless", "--no-remote", "--remote-debugging-port", fmt.Sprint(port), "--profile", folder)
	if err != nil {
		return nil, err
	}
	b := &firefox{waits: map[int]chan reply{}, met: map[string]func(string){}, stop: func() {
		stop()
		os.RemoveAll(folder)
	}}
	if err := dial(port); err != nil {
		b.stop()
		return nil, err
	}
	b.socket, _, err = websocket.Dial(context.Background(), fmt.Sprintf("ws://127.0.0.1:%d/session", port), nil)
	if err != nil {
		b.stop()
		return nil, err
	}
	b.socket.SetReadLimit(-1)
	go b.listen()
	if err := b.call("session.new", map[string]any{"capabilities": map[string]any{}}, nil); err != nil {
		b.stop()
		return nil, err
	}
	return b, b.call("session.subscribe", map[string]any{"events": []string{"log.entryAdded"}}, nil)
}

func (b *firefox) close() { b.stop() }

// listen hands each answer to whom waits for it.
func (b *firefox) listen() {
	for {
		_, text, err := b.socket.Read(context.Background())
		if err != nil {
			return
		}
		var r reply
		json.Unmarshal(text, &r)
		if r.Method == "log.entryAdded" {
			var entry struct {
				Level, Text, Type string
				Source            struct{ Context string }
			}
			json.Unmarshal(r.Params, &entry)
			b.mu.Lock()
			met := b.met[entry.Source.Context]
			b.mu.Unlock()
			// What the browser finds fault with, as a request without CORS, is no exception.
			if met != nil && entry.Level == "error" && (entry.Type == "console" || exception.MatchString(entry.Text)) {
				met(entry.Text)
			}
			continue
		}
		b.mu.Lock()
		wait := b.waits[r.ID]
		delete(b.waits, r.ID)
		b.mu.Unlock()
		if wait != nil {
			wait <- r
		}
	}
}

// errNoAnswer is what a driver has not answered in time.
var errNoAnswer = errors.New("no answer")

func (b *firefox) call(method string, params map[string]any, result any) error {
	return b.callWithin(stepTimeout, method, params, result)
}

func (b *firefox) callWithin(limit time.Duration, method string, params map[string]any, result any) error {
	wait := make(chan reply, 1)
	b.mu.Lock()
	b.last++
	id := b.last
	b.waits[id] = wait
	b.mu.Unlock()
	text, err := json.Marshal(map[string]any{"id": id, "method": method, "params": params})
	if err != nil {
		return err
	}
	if err := b.socket.Write(context.Background(), websocket.MessageText, text); err != nil {
		return err
	}
	select {
	case r := <-wait:
		if r.Error != "" {
			return fmt.Errorf("%s: %s: %s", method, r.Error, r.Message)
		}
		if result != nil {
			return json.Unmarshal(r.Result, result)
		}
		return nil
	case <-time.After(limit):
		return fmt.Errorf("%s: %w", method, errNoAnswer)
	}
}

func (b *firefox) visitor(l *life) (pane, error) {
	var made struct{ UserContext string }
	if err := b.call("browser.createUserContext", map[string]any{}, &made); err != nil {
		return nil, err
	}
	remove := func() {
		b.call("browser.removeUserContext", map[string]any{"userContext": made.UserContext}, nil)
	}
	l.end = remove
	p, err := b.tab(l, made.UserContext)
	if err != nil {
		return nil, err
	}
	l.end = func() {
		p.close()
		remove()
	}
	return p, nil
}

func (b *firefox) tab(l *life, profile string) (*firefoxPane, error) {
	context, err := b.create(l.t, profile)
	if err != nil {
		return nil, err
	}
	b.mu.Lock()
	b.met[context] = l.tells
	b.mu.Unlock()
	return &firefoxPane{b, l, profile, context}, nil
}

func (p *firefoxPane) close() {
	p.browser.call("browsingContext.close", map[string]any{"context": p.context}, nil)
}

func (p *firefoxPane) life() *life { return p.of }

func (p *firefoxPane) alone() bool {
	var tree struct {
		Contexts []struct{ UserContext string }
	}
	if p.browser.call("browsingContext.getTree", map[string]any{"maxDepth": 0}, &tree) != nil {
		return false
	}
	tabs := 0
	for _, one := range tree.Contexts {
		if one.UserContext == p.profile {
			tabs++
		}
	}
	return tabs == 1
}

// create opens a tab. A busy Firefox may open it and never answer: then the tab is found
// among those that there are, or another is asked for.
func (b *firefox) create(t testing.TB, profile string) (string, error) {
	var err error
	for range 3 {
		var made struct{ Context string }
		if err = b.callWithin(stepTimeout/2, "browsingContext.create", map[string]any{"type": "tab", "userContext": profile}, &made); err == nil || !errors.Is(err, errNoAnswer) {
			return made.Context, err
		}
		var tree struct {
			Contexts []struct{ Context, UserContext string }
		}
		if err := b.call("browsingContext.getTree", map[string]any{"maxDepth": 0}, &tree); err != nil {
			return "", err
		}
		t.Logf("a tab was opened and not answered for: %d tabs", len(tree.Contexts))
		for _, one := range tree.Contexts {
			b.mu.Lock()
			_, known := b.met[one.Context]
			b.mu.Unlock()
			if one.UserContext == profile && !known {
				return one.Context, nil
			}
		}
	}
	return "", err
}

type firefoxPane struct {
	browser *firefox
	of      *life
	profile string
	context string
}

func (p *firefoxPane) call(method string, params map[string]any, result any) error {
	params["context"] = p.context
	return p.browser.call(method, params, result)
}

func (p *firefoxPane) navigate(url string) error {
	return p.call("browsingContext.navigate", map[string]any{"url": url, "wait": "complete"}, nil)
}

func (p *firefoxPane) evaluate(js string) (string, error) {
	var out struct {
		Type             string
		Result           struct{ Value any }
		ExceptionDetails struct{ Text string }
	}
	err := p.browser.call("script.evaluate", map[string]any{"expression": js, "awaitPromise": true, "target": map[string]any{"context": p.context}}, &out)
	if err != nil {
		return "", err
	}
	if out.Type != "success" {
		return "", errors.New(out.ExceptionDetails.Text)
	}
	return fmt.Sprint(out.Result.Value), nil
}

// actions are WebDriver's, whose numbers for special keys stand in its section 17.4.2.
func pointerActions(x, y float64) []any {
	return []any{map[string]any{"type": "pointer", "id": "mouse", "actions": []any{
		map[string]any{"type": "pointerMove", "x": int(x), "y": int(y), "duration": 0},
		map[string]any{"type": "pointerDown", "button": 0},
		map[string]any{"type": "pointerUp", "button": 0},
	}}}
}

var special = strings.NewReplacer("\t", "\ue004", "\r", "\ue006", "\x1b", "\ue00c", arrowRight, "\ue014")

func keyActions(text string) []any {
	var list []any
	for _, key := range special.Replace(text) {
		list = append(list, map[string]any{"type": "keyDown", "value": string(key)}, map[string]any{"type": "keyUp", "value": string(key)})
	}
	return []any{map[string]any{"type": "key", "id": "keyboard", "actions": list}}
}

func (p *firefoxPane) tap(x, y float64) error {
	return p.call("input.performActions", map[string]any{"actions": pointerActions(x, y)}, nil)
}

func (p *firefoxPane) keys(text string) error {
	return p.call("input.performActions", map[string]any{"actions": keyActions(text)}, nil)
}

func (p *firefoxPane) before(js string) error {
	return p.browser.call("script.addPreloadScript", map[string]any{"functionDeclaration": "() => {" + js + "\n}", "contexts": []string{p.context}}, nil)
}

func (p *firefoxPane) jar() (list []crumb, err error) {
	var out struct {
		Cookies []struct {
			Name, Domain, Path string
			Value              struct{ Value string }
			Expiry             *float64
			HTTPOnly           bool
		}
	}
	err = p.browser.call("storage.getCookies", map[string]any{"partition": map[string]any{"type": "storageKey", "userContext": p.profile}}, &out)
	for _, c := range out.Cookies {
		one := crumb{Name: c.Name, Value: c.Value.Value, Domain: c.Domain, Path: c.Path, Session: c.Expiry == nil, HTTPOnly: c.HTTPOnly}
		if c.Expiry != nil {
			one.Expires = *c.Expiry
		}
		list = append(list, one)
	}
	return list, err
}

func (p *firefoxPane) size(width, height int64, phone bool) error {
	return p.call("browsingContext.setViewport", map[string]any{"viewport": map[string]any{"width": width, "height": height}, "devicePixelRatio": 2}, nil)
}

func (p *firefoxPane) picture() ([]byte, error) {
	var out struct{ Data string }
	if err := p.call("browsingContext.captureScreenshot", map[string]any{}, &out); err != nil {
		return nil, err
	}
	return base64.StdEncoding.DecodeString(out.Data)
}

func (p *firefoxPane) another() (pane, error) {
	other, err := p.browser.tab(&life{t: p.of.t, met: p.of.met}, p.profile)
	if err == nil {
		p.of.t.Cleanup(other.close)
	}
	return other, err
}
