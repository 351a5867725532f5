package wasmtest

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// A form that is held tells the visitor, the page and its developer; once it is granted, it
// can be sent with what was typed.
func TestHeldFormsAreToldOf(t *testing.T) {
	paired(t, "webkit")
	s := newSite(t)
	declaration := measuring("", `"urls": ["`+s.Third+`/form/"],`)
	s.keeper("/form", declaration, strings.ReplaceAll(`
		<iframe name="sink" width="10" height="10"></iframe>
		<form id="sign" action="THIRD/form/sign" target="sink"><input id="mail" name="mail" size="40"><button id="send">Send</button></form>
		<form id="silent" action="THIRD/form/silent" target="sink" style="display: none"><button id="hidden">x</button></form>
		<form id="other" action="/own" target="sink" onsubmit="event.preventDefault()"><button id="stopped" formaction="THIRD/form/stopped">Stopped</button></form>
		<form id="code" action="THIRD/form/code" target="sink"><input><button id="own" type="button" onclick="code.submit()">Own</button></form>
		<a id="link" href="THIRD/form/link" target="sink">link</a>`, "THIRD", s.Third))
	_, tab := visit(t, s)
	tab.before(`window.said = []; console.warn = (...all) => said.push(all[0]); window.blocked = []; document.addEventListener('octroi:blocked', ({ detail }) => blocked.push([detail.id, detail.element && detail.element.id, detail.address].join()));`)
	tab.open("/form")
	const box = `document.querySelector('dialog.octroi-preferences [data-octroi-switch="pixel"]')`
	tab.truth(`(mail.value = 'a@b.example', true)`)
	tab.press("refuse")
	tab.until(`!document.querySelector('dialog.octroi')`)
	tab.click("#send")
	tab.until(box + ` && document.activeElement === ` + box + ` && ` + box + `.checkVisibility()`)
	assert.Equal(t, []string{`octroi: held: a form to ` + s.Third + `/form/sign: "pixel" is not granted`}, tab.said())
	assert.True(t, tab.truth(`blocked.join() === 'pixel,sign,`+s.Third+`/form/sign'`))
	tab.shot("held-form")
	tab.key("\x1b")
	tab.until(`!document.querySelector('dialog.octroi')`)

	// What nobody waits for asks nobody.
	tab.truth(`(document.querySelector('#hidden').click(), silent.submit(), stopped.click(), true)`)
	assert.Empty(t, tab.requests())
	assert.True(t, tab.truth(`!document.querySelector('dialog.octroi') && blocked.length >= 2 && blocked.slice(1).every((one) => /silent/.test(one))`))

	tab.click("#own")
	tab.until(box)
	tab.flip("pixel")
	tab.press("save")
	tab.until(`!document.querySelector('dialog.octroi-preferences')`)
	tab.truth(`(window.blocked.length = 0, true)`)
	tab.click("#send")
	tab.arrived("/form/sign")
	assert.Condition(t, func() bool {
		for _, r := range s.Log.Requests() {
			if r.URL == "/form/sign?mail=a%40b.example" {
				return true
			}
		}
		return false
	}, "what was typed is still there")
	assert.True(t, tab.truth(`blocked.length === 0`))
}

// Links and windows that scripts open are told of likewise.
func TestHeldLinksAreToldOf(t *testing.T) {
	paired(t, "firefox")
	s := newSite(t)
	declaration := measuring("", `"urls": ["`+s.Third+`/form/"],`)
	s.keeper("/links", declaration, strings.ReplaceAll(`<iframe name="sink" width="10" height="10"></iframe>
		<a id="link" href="THIRD/form/link" target="sink">link</a>`, "THIRD", s.Third))
	_, tab := visit(t, s)
	tab.before(`window.said = []; console.warn = (...all) => said.push(all[0]); window.blocked = []; document.addEventListener('octroi:blocked', ({ detail }) => blocked.push([detail.id, detail.element && detail.element.id, detail.address].join()));`)
	tab.open("/links")
	assert.True(t, tab.truth(`window.open('`+s.Third+`/form/window', 'sink') === null`))
	tab.truth(`(link.click(), true)`)
	assert.Equal(t, []string{`octroi: held: a window to ` + s.Third + `/form/window: "pixel" is not granted`, `octroi: held: a link to ` + s.Third + `/form/link: "pixel" is not granted`}, tab.said())
	assert.True(t, tab.truth(`blocked.join(' ') === 'pixel,,`+s.Third+`/form/window pixel,link,`+s.Third+`/form/link'`))
	assert.Empty(t, tab.requests())
}
