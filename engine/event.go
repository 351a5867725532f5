package engine

// EventKind says what happened outside. jsbridge/bridge.js has the same numbers.
type EventKind uint8

// The events and their arguments. Texts that a list of arguments ends with may
// repeat.
const (
	// Start: declaration; the page's host with its port, "" of a file, a space, and the
	// address of the folder that the drop-in came from; "1" on https, languages wanted (the page's, then
	// the browser's), languages that ship, language of the texts, texts as JSON, "1" in a frame of a page of
	// this origin that has the engine too.
	Start EventKind = 1 + iota
	// Stored: what document.cookie and the storage mirror hold now; what was seen of
	// the visitor: "start" of a page, "restored" where history brought it back, "here",
	// "hidden", "gone", else ""; what this tab remembers of its visit; when the page
	// was asked for, Unix ms; how many pages the tab's history has; the ids that a Reload
	// gave the page before. Sent when asked,
	// when the timer is due, when the page is shown or left, when storage changed.
	Stored
	// Act: what the two stores hold, for another tab may have chosen and what it
	// chose about other categories must not be undone; one of the banner's actions,
	// or "show"; "page" where the page's code asks, else ""; of an embed, its ids and its
	// token.
	Act
	// Toggle: id of a switch, "1" when it was switched on.
	Toggle
	// Choose: by the page's code: what the two stores hold; an id, "1" to grant, "visit"
	// to grant for this visit, else ""; and so on in pairs.
	Choose
	// Survey: answer to [Inventory]: its two arguments, the second with the digits of the
	// areas behind it that could not be looked at; host, path, document.cookie, then each
	// other name that is there behind the digit of its area.
	Survey
	// Texts: language, its texts as JSON ("" when they could not be had, or are late),
	// "1" while the visitor is at the layer that is open.
	Texts
	// Query: "state", "report", "policy", or "declaration"; "held" and the ids of markup that is held;
	// "debug" and the page's host: the developer's overlay is wanted;
	// "embed", its ids and its own poster: what stands for it, as a tree;
	// "ran" and the ids of a script that was let run;
	// "script", the address of a script that is granted, "" of one without, and on a page
	// with a nonce "own" or "other", for its origin: an answer if it may run;
	// "inline" and the text of a script, of which the answer is the ids of its services,
	// and "1" if it may run.
	Query
	// Write: a digit for a [config.Area]; the assignment to document.cookie, or the
	// name. The answer is a [Let], an [Again], or none.
	Write
	// Answer: "1" if the site's server has erased what it was asked to.
	Answer
	// Message: what the two stores hold; where a message of the app around the page came
	// in: "call", "global", "message", "hash", or the name of the global that a native kit
	// left; its origin, and of a "hash" "app" where there is an app; the message as JSON.
	Message
	// RestCame: the rest of the engine has come; the language that the drop-in brings, and
	// all its texts as JSON.
	RestCame
	// Speak: languages wanted, since the page's has changed, languages that ship, language of
	// the texts that the drop-in brings, all of these as JSON, "1" while the visitor is at the
	// layer that is open.
	Speak
)

// Event is something that happened.
type Event struct {
	Kind EventKind
	Now  int64 // Unix ms
	Args []string
}

// EffectKind says what is to be done outside. jsbridge/bridge.js has the same numbers.
type EffectKind uint8

// The effects and their arguments.
const (
	// Read: answer with Stored; the cookie's and the mirror's name.
	Read EffectKind = 1 + iota
	// Store: name, the assignment to document.cookie, the mirror's value, and what to
	// put there if storage is full; "" to remove it.
	Store
	// Gates: ask again for everything that is held or was let through.
	Gates
	// Emit: an event for the page: its name, its detail as JSON.
	Emit
	// Draw: "ask", "preferences" or "" for nothing; the tree as JSON; "1" when the
	// visitor asked for it and focus goes there.
	Draw
	// Switch: id, and a banner.State.
	Switch
	// Timer: milliseconds until Stored is wanted; it replaces the one before.
	Timer
	// Inventory: answer with Survey; the phase to hand back; "1" where databases,
	// caches and workers are wanted too, which takes time.
	Inventory
	// Cookie: an assignment to document.cookie.
	Cookie
	// Remove: the digit of an area, a name to remove there.
	Remove
	// Log: a sentence for the developer's console; "hint" where nothing is wrong.
	Log
	// Fetch: language whose texts are wanted; answer with Texts, and before that with none
	// where they take longer than so many ms.
	Fetch
	// Say: a status message for the visitor, and the label of the button that takes back
	// what it tells of, "" for none.
	Say
	// Reply: the answer to a Query, as JSON; to "script" and "inline" as these say.
	Reply
	// Let: what was asked by Write may be written: as it is, or as the assignment that
	// is given here, which ends after so many seconds, at once if 0, or with the session if "".
	Let
	// Mark: name, what this tab is to remember of its visit.
	Mark
	// Request: an address of the site, JSON to send there; answer with Answer.
	Request
	// Again: Write is to be asked once more, after what comes before this.
	Again
	// Reload: the record's name, ids of services: load the page again; its first Stored
	// hands the ids back.
	Reload
	// Load: a file that stands beside the drop-in, to run.
	Load
	// Style: the theme as CSS; the label of the tab that opens the choices on every page,
	// "" where there is to be none.
	Style
	// Rest: the rest of the engine is wanted, octroi.rest.js; "1" where the event is to be
	// sent again after [RestCame].
	Rest
	// Enforce: a Content-Security-Policy for this page, beside those that it has; what it
	// shuts stays shut for as long as the page is there.
	Enforce
)

// Effect is something to do.
type Effect struct {
	Kind EffectKind
	Args []string
}
