package inquiry

import (
	"slices"

	"github.com/octroi-consent/octroi/internal/audit/report"
)

// rule is what every finding of a kind has in common.
type rule struct {
	id               string
	level            report.Level
	requirement      string // of the list in the requirements, as R1.01
	title, why, mend string
}

// Rules that findings name.
const (
	requestBefore     = "request-before-consent"
	requestRefused    = "request-after-refusal"
	requestWithdrawn  = "request-after-withdrawal"
	connectBefore     = "connect-before-consent"
	keptBefore        = "kept-before-consent"
	keptRefused       = "kept-after-refusal"
	keptWithdrawn     = "kept-after-withdrawal"
	lifeOverLaw       = "life-over-13-months"
	lifeOverDeclared  = "life-over-declared"
	undeclaredService = "undeclared-service"
	unknownHost       = "unknown-host"
	undeclaredCookie  = "undeclared-cookie"
	undeclaredKey     = "undeclared-key"
	neverSeen         = "never-seen"
	essentialThird    = "essential-third-party"
	essentialKind     = "essential-not-exempt"
	lessProminent     = "refuse-less-prominent"
	secondInterface   = "second-interface"
	noReopenLink      = "no-way-back"
	textMissing       = "text-missing"
	cspStops          = "csp-stops-engine"
	cspSlows          = "csp-forbids-wasm"
	declarationFault  = "declaration-fault"
	declarationHint   = "declaration-hint"
	declarationsVary  = "declarations-differ"
	engineMissing     = "engine-missing"
	engineLate        = "engine-late"
	engineSilent      = "engine-does-not-start"
	fileMissing       = "file-missing"
	unknownID         = "unknown-id"
)

// rules are in the order in which findings are told, within their level.
var rules = []rule{
	{requestBefore, report.Error, "R1.01", "A request before consent",
		"Before a visitor has chosen, nothing that is not essential may be asked for: the request alone tells the third party who reads what, and lets it set a cookie.", ""},
	{requestRefused, report.Error, "R1.30", "A request after a refusal",
		"Whoever has refused is not to be followed, on this page or any later one.", ""},
	{requestWithdrawn, report.Error, "R1.43", "A request after a withdrawal",
		"What was withdrawn is over: what is read or sent afterwards has no consent.", ""},
	{connectBefore, report.Warning, "R1.05", "A connection before consent",
		"Opening a connection tells the third party the visitor’s address before there is a choice; nothing is stored by it.", ""},
	{keptBefore, report.Error, "R1.01", "Something is kept before consent",
		"Before a visitor has chosen, only what is essential may be stored on the device.", ""},
	{keptRefused, report.Error, "R1.30", "Something is kept after a refusal",
		"After a refusal nothing that is not essential may be stored or read.", ""},
	{keptWithdrawn, report.Error, "R1.43", "Something is left after a withdrawal",
		"What stays goes on being sent and read without consent.", ""},
	{lifeOverLaw, report.Error, "R1.56", "A life of more than 13 months",
		"Nothing that needs consent may outlive 13 months from its first setting.", ""},
	{lifeOverDeclared, report.Warning, "R1.57", "A life longer than declared",
		"Visitors are told how long each thing lasts before they choose; what lasts longer was not consented to.", ""},
	{undeclaredService, report.Error, "R1.19", "A service that is not declared",
		"Visitors choose about a list of who gets their data; whoever is not on it has no consent.", ""},
	{unknownHost, report.Warning, "R1.19", "A host that nobody declares",
		"Visitors choose about a list of who gets their data; this host is not on it, and no known service answers for it.", ""},
	{undeclaredCookie, report.Warning, "R1.57", "A cookie that is not declared",
		"What is kept, by whom and how long has to be told before the choice.", ""},
	{undeclaredKey, report.Warning, "R1.57", "Storage that is not declared",
		"What is kept, by whom and how long has to be told before the choice, whatever technique keeps it.", ""},
	{neverSeen, report.Note, "R1.19", "Declared, and never seen",
		"The list is to be exhaustive and up to date: what is no longer there makes visitors refuse for nothing.",
		"If it is gone for good, take it out of the declaration; if it comes only after what an audit does not do, as a purchase, leave it."},
	{essentialThird, report.Error, "R1.60", "An essential service of a third party",
		"Essential things are on without consent, so they are the site’s own.",
		"Put it into a category that visitors choose about, or serve it from a path of this site."},
	{essentialKind, report.Error, "R1.20", "Called essential, and of no exempt kind",
		"Only what keeps choices, logs in, secures, holds the basket, shows the interface or shares the load is exempt; a statistic is if it meets each condition of R1.61.",
		"Put it into a category that visitors choose about."},
	{lessProminent, report.Error, "R1.12", "Refusing is harder than accepting",
		"A choice is free only if refusing is as easy to see and to do as accepting.", ""},
	{secondInterface, report.Warning, "R1.14", "Two consent interfaces at once",
		"Visitors who answer one believe that they have answered; the other goes on asking, or grants.", "Take one of them out."},
	{noReopenLink, report.Error, "R1.40", "No way back to the choices",
		"Withdrawing has to be as easy as granting, from any page, at any time.",
		"Put a link to the visitor’s choices at the foot of every page, or leave the tab on."},
	{textMissing, report.Warning, "R1.21", "A text is missing in a language",
		"Visitors are asked in the page’s language; who does not understand the question cannot answer it.", ""},
	{cspStops, report.Error, "R8.02", "The page’s policy stops the engine",
		"Where the engine cannot run nobody is asked, and everything that is not essential stays shut for good.", ""},
	{cspSlows, report.Warning, "R8.01", "The page’s policy forbids WebAssembly",
		"The engine then comes as JavaScript, 56 KB more and a request later, and the browser reports a violation on each page.", ""},
	{declarationFault, report.Error, "R1.31", "A fault in the declaration",
		"Until it is mended, only what is essential works, and visitors are not asked about the rest.", ""},
	{declarationHint, report.Note, "R1.19", "A pattern that is seldom meant so",
		"What a service calls at other hosts is nobody’s that is declared, and is not held for it.", ""},
	{declarationsVary, report.Warning, "R1.19", "Pages declare different things",
		"A choice is asked for again where the declaration names other services, and one page does not know the other’s.",
		"Give all pages one declaration, or load it from one file with data-config."},
	{engineMissing, report.Error, "R1.01", "A page without the engine",
		"On this page nothing is held, nobody is asked, and nobody can change a choice.", "Put the drop-in first into the page’s <head>."},
	{engineLate, report.Error, "R1.01", "The engine comes late",
		"What runs before the drop-in is not held by it.",
		"Put the drop-in before every other script, as a plain script: no async, no defer, no module."},
	{engineSilent, report.Error, "R1.31", "The engine does not start",
		"Where the engine does not run nobody is asked, and everything that is not essential stays shut for good.", ""},
	{fileMissing, report.Warning, "R8.20", "A file beside the drop-in is missing",
		"The drop-in loads it where it is wanted; without it something is not there for some visitors.", ""},
	{unknownID, report.Warning, "R1.31", "Gated for nobody",
		"No category or service has this id, so nothing will ever open it.", ""},
}

// byID finds a rule, and its place in the order.
func byID(id string) (rule, int) {
	n := slices.IndexFunc(rules, func(r rule) bool { return r.id == id })
	return rules[n], n
}
