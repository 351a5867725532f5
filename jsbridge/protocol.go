package jsbridge

//go:generate go run ./generate

// Type says what a field's text means.
type Type uint8

// The types of fields. On the wire each is a text.
const (
	Text         Type = iota
	Flag              // "1" or ""
	Area              // the digit of a config.Area
	Number            // whole, in decimals
	Milliseconds      // likewise
	Seconds           // likewise
	JSON              // a value
	IDs               // ids of categories and services, apart by spaces
)

// Field is one argument of a message.
type Field struct {
	Name string // as JavaScript spells it
	Type Type
	Doc  string
	Many bool // the last field: any number of them
	Rare bool // it and those behind it may be missing
}

// Message is an event or an effect.
type Message struct {
	Name   string
	Number uint8
	Doc    string
	Fields []Field
	Answer bool // an effect that answers the event, or is about it: not one to perform
}

// Both stores arrive with what depends on them, for another tab may have chosen, and what
// it chose about other categories must not be undone.
var (
	cookies = Field{Name: "cookies", Doc: "what document.cookie holds now"}
	mirror  = Field{Name: "mirror", Doc: "what localStorage holds under the record's name"}
	begun   = Field{Name: "begun", Type: Flag, Doc: "the visitor is at the layer that is open"}
)

// AllEvents are what the page tells.
var AllEvents = []Message{
	{Name: "Start", Number: 1, Doc: "A page begins.", Fields: []Field{
		{Name: "declaration", Type: JSON, Doc: "the site's; \"\" where [Declare] has brought it"},
		{Name: "host", Doc: `of the page, with its port; "" of a file`},
		{Name: "folder", Doc: "the address of that which the drop-in came from"},
		{Name: "secure", Type: Flag, Doc: "the page is on https"},
		{Name: "wanted", Doc: "languages: the page's, then the browser's"},
		{Name: "languages", Doc: "languages that ship"},
		{Name: "language", Doc: "of the texts"},
		{Name: "texts", Type: JSON, Doc: "what the drop-in brings for the interface"},
		{Name: "framed", Type: Flag, Doc: "a page of this origin that has the engine too is around this one"},
		{Name: "objects", Type: Flag, Doc: "the browser says no for its visitor: Global Privacy Control"},
		{Name: "version", Doc: "of Octroi"},
	}},
	{Name: "StoresRead", Number: 2, Doc: "Answers [Read]; is sent too when the timer is due, when the page is shown or left, when storage has changed.", Fields: []Field{
		cookies, mirror,
		{Name: "sign", Doc: `what was seen of the visitor: "start" of a page, "restored" where history brought it back, "here", "hidden", "gone", else ""`},
		{Name: "mark", Doc: "what this tab remembers of its visit"},
		{Name: "born", Type: Milliseconds, Doc: "when the page was asked for, Unix time"},
		{Name: "depth", Type: Number, Doc: "how many pages the tab's history has"},
		{Name: "before", Type: IDs, Doc: "what a [Reload] gave the page before"},
	}},
	{Name: "Act", Number: 3, Doc: "Somebody uses the interface, or the page's code does the same.", Fields: []Field{
		cookies, mirror,
		{Name: "action", Doc: `one of the banner's, or "show"`},
		{Name: "from", Doc: `"page" where the page's code asks, else ""`},
		{Name: "ids", Type: IDs, Doc: "of an embed"},
		{Name: "token", Doc: "of that embed"},
	}},
	{Name: "Toggle", Number: 4, Doc: "A switch was moved.", Fields: []Field{
		{Name: "id", Doc: "of the switch"},
		{Name: "answer", Doc: `"on", "visit" where it is to be on for this visit, else ""`},
	}},
	{Name: "Choose", Number: 5, Doc: "The page's code chooses.", Fields: []Field{
		cookies, mirror,
		{Name: "pairs", Many: true, Doc: `an id, then "1" to grant, "visit" to grant for this visit, else ""; and so on`},
	}},
	{Name: "Survey", Number: 6, Doc: "Answers [Inventory].", Fields: []Field{
		{Name: "phase", Doc: "as Inventory gave it"},
		{Name: "wide", Type: Flag, Doc: "as Inventory gave it"},
		{Name: "unknown", Doc: "the digits of the areas that could not be looked at"},
		{Name: "host", Doc: "of the page"},
		{Name: "path", Doc: "of the page"},
		cookies,
		{Name: "names", Many: true, Doc: "of all else that is there, each behind the digit of its area"},
	}},
	{Name: "Texts", Number: 7, Doc: "Answers [Fetch].", Fields: []Field{
		{Name: "language", Doc: "as Fetch gave it"},
		{Name: "texts", Type: JSON, Doc: `"" when they could not be had, or are late`},
		begun,
	}},
	{Name: "ReceiptKept", Number: 8, Doc: "The browser keeps another receipt as the latest; see [Receipt].", Fields: []Field{
		{Name: "id", Doc: `of it; "" where it keeps none`},
	}},
	{Name: "Write", Number: 9, Doc: "Something is about to be stored; the answer is [AllowWrite], [RetryWrite], or none.", Fields: []Field{
		{Name: "area", Type: Area, Doc: "where"},
		{Name: "text", Doc: "the assignment to document.cookie, or the name"},
	}},
	{Name: "Answer", Number: 10, Doc: "Answers [Request].", Fields: []Field{
		{Name: "done", Type: Flag, Doc: "the site's server has erased what it was asked to"},
	}},
	{Name: "Message", Number: 11, Doc: "The app around the page has a message.", Fields: []Field{
		cookies, mirror,
		{Name: "where", Doc: `it came in: "call", "global", "message", "hash", or the name of the global that a native kit left`},
		{Name: "origin", Doc: `of the message; of a "hash" "app" where there is an app`},
		{Name: "message", Type: JSON, Doc: "what it says"},
	}},
	{Name: "RestCame", Number: 12, Doc: "The rest of the engine has come.", Fields: []Field{
		{Name: "language", Doc: "that the drop-in brings"},
		{Name: "texts", Type: JSON, Doc: "all of that language"},
	}},
	{Name: "Speak", Number: 13, Doc: "The page's language has changed.", Fields: []Field{
		{Name: "wanted", Doc: "languages"},
		{Name: "languages", Doc: "languages that ship"},
		{Name: "language", Doc: "of the texts"},
		{Name: "texts", Type: JSON, Doc: "all that the drop-in brings"},
		begun,
	}},
	{Name: "Held", Number: 14, Doc: "Markup is held.", Fields: []Field{
		{Name: "ids", Type: IDs, Doc: "that it names"},
	}},
	{Name: "Ran", Number: 15, Doc: "A script was let run.", Fields: []Field{
		{Name: "ids", Type: IDs, Doc: "whose it is"},
	}},
	{Name: "Debug", Number: 16, Doc: "The developer's overlay is wanted.", Fields: []Field{
		{Name: "host", Doc: "of the page, without its port"},
	}},
	{Name: "Colored", Number: 18, Doc: "A layer was drawn in colours that the site has set by custom property.", Fields: []Field{
		{Name: "colors", Doc: `of the theme, in the order of config.Colors, as "#1c1b1a", apart by spaces; what could not be read is missing`},
	}},
	{Name: "Pressed", Number: 19, Doc: "Where the page draws the interface, the visitor has pressed something.", Fields: []Field{
		{Name: "answer", Doc: `what the page says of it: "accept", "save", "refuse"; "" of all else`},
		{Name: "counts", Type: Flag, Doc: "it is a press of its own, and not the beginning of one"},
		{Name: "looks", Many: true, Doc: `how it looks, and how each refusal does: "seen", "hidden", "dead" or "silent", width, height and size of letters in CSS px, colours of letters and ground as "#1c1b1a" or "?", apart by spaces`},
	}},
	{Name: "Measured", Number: 20, Doc: "The page was looked at, for the theme that is made of its look.", Fields: []Field{
		{Name: "look", Doc: "how it looks, in lines that match in engine/banner reads"},
	}},
	{Name: "Misplaced", Number: 21, Doc: "The tag of octroi.js stands where it comes too late.", Fields: []Field{
		{Name: "how", Doc: `"async", "defer", "a module", "in body", "behind" and what, or "before its declaration"`},
	}},
	{Name: "Declare", Number: 17, Doc: "A declaration is read before any page begins. [Start] then brings none.", Fields: []Field{
		{Name: "declaration", Type: JSON, Doc: "the site's; one with a fault counts as none"},
	}},
}

// AllQuestions are what the page asks. Each is answered by one [Reply], or by none where
// there is no declaration that could be read, and changes nothing: what is refused is
// noted for the report alone.
var AllQuestions = []Message{
	{Name: "State", Number: 32, Doc: "How does the visitor's consent stand? JSON; octroi.d.ts describes it."},
	{Name: "Report", Number: 33, Doc: "What does the developer want to know? JSON; octroi.d.ts describes it."},
	{Name: "Policy", Number: 34, Doc: "What does the table of a cookie policy show? A tree, as JSON."},
	{Name: "Declaration", Number: 35, Doc: "What does the table of all that is declared show? A tree, as JSON."},
	{Name: "Embed", Number: 36, Doc: "What stands for an embed that is held? A tree, as JSON.", Fields: []Field{
		{Name: "ids", Type: IDs, Doc: "that it names"},
		{Name: "poster", Doc: "its own"},
		{Name: "title", Doc: "its own"},
		{Name: "lang", Doc: `of the title; "" where nothing says it`},
		{Name: "video", Type: Flag, Doc: "it is a video"},
	}},
	{Name: "Ask", Number: 39, Doc: "What does an interface of the page's own show? JSON; octroi.d.ts describes it."},
	{Name: "Script", Number: 37, Doc: "May a script run that is granted? No text; open if so. What may not is told to the developer.", Fields: []Field{
		{Name: "address", Doc: `"" of one without`},
		{Name: "origin", Doc: `on a page with a nonce "own" or "other", else ""`},
	}},
	{Name: "Inline", Number: 38, Doc: "May a script with this text run? The ids of its services; open if so.", Fields: []Field{
		{Name: "text", Doc: "of the script"},
	}},
}

// AllEffects are what the engine has done.
var AllEffects = []Message{
	{Name: "Read", Number: 1, Doc: "Answer with [StoresRead].", Fields: []Field{
		{Name: "record", Doc: "the name of its cookie and of its mirror"},
	}},
	{Name: "Store", Number: 2, Doc: "Write the record into both stores.", Fields: []Field{
		{Name: "record", Doc: "its name"},
		{Name: "cookie", Doc: "the assignment to document.cookie"},
		{Name: "mirrors", Many: true, Doc: `what to write into storage, and what where that is full; "" to remove it`},
	}},
	{Name: "Gates", Number: 3, Doc: "Ask again for everything that is held or was let through."},
	{Name: "Emit", Number: 4, Doc: "An event for the page.", Fields: []Field{
		{Name: "event", Doc: `its name behind "octroi:"`},
		{Name: "detail", Type: JSON, Doc: "what it tells"},
	}},
	{Name: "Draw", Number: 5, Doc: "Show a layer in the place of the one that is shown.", Fields: []Field{
		{Name: "layer", Doc: `"ask", "preferences" or "" for nothing`},
		{Name: "tree", Type: JSON, Doc: "what it shows"},
		{Name: "focus", Type: Flag, Doc: "the visitor asked for it, and focus goes there"},
	}},
	{Name: "Switch", Number: 6, Doc: "Show a switch in another state.", Fields: []Field{
		{Name: "id", Doc: "of the switch"},
		{Name: "state", Doc: "a banner.State"},
	}},
	{Name: "Timer", Number: 7, Doc: "Send [StoresRead] after a while; it replaces the timer before.", Fields: []Field{
		{Name: "delay", Type: Milliseconds, Doc: "until then"},
	}},
	{Name: "Inventory", Number: 8, Doc: "Answer with [Survey].", Fields: []Field{
		{Name: "phase", Doc: "to hand back"},
		{Name: "wide", Type: Flag, Doc: "databases, caches and workers are wanted too, which takes time"},
	}},
	{Name: "Cookie", Number: 9, Doc: "Assign to document.cookie.", Fields: []Field{
		{Name: "assignment", Doc: "what to assign"},
	}},
	{Name: "Remove", Number: 10, Doc: "Remove something that is stored.", Fields: []Field{
		{Name: "area", Type: Area, Doc: "where"},
		{Name: "name", Doc: "of it"},
	}},
	{Name: "Log", Number: 11, Doc: "Tell the developer, on the console.", Fields: []Field{
		{Name: "text", Doc: "a sentence"},
		{Name: "level", Rare: true, Doc: `"info" where nothing is wrong, "warn" where little is`},
	}},
	{Name: "Fetch", Number: 12, Doc: "Answer with [Texts].", Fields: []Field{
		{Name: "language", Doc: "whose texts are wanted"},
		{Name: "patience", Type: Milliseconds, Doc: "after which to answer with none, if they have not come"},
	}},
	{Name: "Say", Number: 13, Doc: "Tell the visitor how things stand.", Fields: []Field{
		{Name: "tree", Doc: `the status message, "" for none`},
	}},
	{Name: "Reply", Number: 14, Answer: true, Doc: "The answer to a question.", Fields: []Field{
		{Name: "text", Doc: "what was asked for, as JSON or ids; the question says which"},
		{Name: "open", Type: Flag, Doc: "what was asked about may run"},
	}},
	{Name: "AllowWrite", Number: 15, Answer: true, Doc: "What [Write] asked for may be written: as it is, or as is given here.", Fields: []Field{
		{Name: "assignment", Rare: true, Doc: "the one to make instead"},
		{Name: "life", Type: Seconds, Rare: true, Doc: `after which that ends, at once if 0, with the session if ""`},
	}},
	{Name: "RememberTab", Number: 16, Doc: "Remember something of the visit in this tab.", Fields: []Field{
		{Name: "record", Doc: "the name to keep it under"},
		{Name: "visit", Doc: "what to remember"},
	}},
	{Name: "Request", Number: 17, Doc: "Ask the site's server; answer with [Answer].", Fields: []Field{
		{Name: "url", Doc: "an address of the site"},
		{Name: "body", Type: JSON, Doc: "to send there"},
	}},
	{Name: "RetryWrite", Number: 18, Answer: true, Doc: "Ask [Write] once more, after what comes before this."},
	{Name: "Reload", Number: 19, Doc: "Load the page again.", Fields: []Field{
		{Name: "record", Doc: "its name"},
		{Name: "ids", Type: IDs, Doc: "what the next page's first [StoresRead] hands back"},
	}},
	{Name: "Load", Number: 20, Doc: "Run a file that stands beside the drop-in.", Fields: []Field{
		{Name: "file", Doc: "its name"},
		{Name: "given", Doc: "what it needs of the declaration", Many: true},
	}},
	{Name: "Style", Number: 21, Doc: "Give the interface its looks.", Fields: []Field{
		{Name: "css", Doc: "the theme"},
		{Name: "tab", Doc: `the label of the tab that opens the choices on every page, "" where there is to be none`},
		{Name: "lang", Doc: "the language of that label, BCP 47"},
		{Name: "dir", Doc: `its direction, "ltr" or "rtl"`},
	}},
	{Name: "LoadDeferred", Number: 22, Answer: true, Doc: "Bring the rest of the engine, octroi.rest.js, and send [RestCame].", Fields: []Field{
		{Name: "again", Type: Flag, Doc: "send this event again after that"},
	}},
	{Name: "Signal", Number: 24, Doc: "Tell a vendor how the visitor's choices stand.", Fields: []Field{
		{Name: "vendor", Doc: "its name in the declaration"},
		{Name: "phase", Doc: `"default" before anything of it runs, which is told once on a page; else "state"`},
		{Name: "calls", Type: JSON, Doc: "what to call, in order: [operation, target, arguments] each"},
		{Name: "closing", Type: JSON, Doc: "what to call should the engine end for good: all is denied"},
	}},
	{Name: "WatchSignals", Number: 25, Doc: "Tell the developer who else speaks to vendors, once the page has loaded."},
	{Name: "WatchPresses", Number: 26, Doc: "Send [Pressed] from now on."},
	{Name: "List", Number: 27, Doc: "Show in the second layer what lies on this device, in place of what it shows of that.", Fields: []Field{
		{Name: "said", Doc: "what became of an item that the visitor has deleted, else \"\""},
		{Name: "tree", Type: JSON, Doc: "a table; two rows that are the same are one item, in both storages or in several buckets"},
	}},
	{Name: "KeepReceipts", Number: 28, Doc: "Receipts of choices are wanted: run octroi.receipts.js, which sends what is kept and takes what comes.", Fields: []Field{
		{Name: "url", Doc: "where they are sent"},
		{Name: "database", Doc: "where they are kept until then"},
	}},
	{Name: "Receipt", Number: 29, Doc: "A choice was made: put a random id into its receipt, keep it and send it. docs/receipts.md has its format.", Fields: []Field{
		{Name: "head", Doc: "the text before its id"},
		{Name: "tail", Doc: "the text behind it"},
		{Name: "refusal", Type: Flag, Doc: "nothing is granted: no id stays once it has arrived"},
	}},
	{Name: "Enforce", Number: 23, Doc: "Give this page a Content-Security-Policy beside those that it has; what that shuts stays shut as long as the page is there.", Fields: []Field{
		{Name: "policy", Doc: "the directives"},
	}},
}
