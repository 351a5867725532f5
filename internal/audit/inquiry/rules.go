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
	engineRefused     = "engine-may-be-refused"
	fileMissing       = "file-missing"
	unknownID         = "unknown-id"
	signalsGrant      = "signals-grant"
	signalsMissing    = "signals-missing"
	signalsLate       = "signals-late"
	signalsConflict   = "signals-conflict"
)

// rules are in the order in which findings are told, within their level.
var rules = []rule{
	{id: requestBefore, level: report.Error, requirement: "R1.01", title: "A request before consent",
		why: "Before a visitor has chosen, nothing that is not essential may be asked for: the request alone tells the third party who reads what, and lets it set a cookie."},
	{id: requestRefused, level: report.Error, requirement: "R1.30", title: "A request after a refusal",
		why: "Whoever has refused is not to be followed, on this page or any later one."},
	{id: requestWithdrawn, level: report.Error, requirement: "R1.43", title: "A request after a withdrawal",
		why: "What was withdrawn is over: what is read or sent afterwards has no consent."},
	{id: connectBefore, level: report.Warning, requirement: "R1.05", title: "A connection before consent",
		why: "Opening a connection tells the third party the visitor’s address before there is a choice; nothing is stored by it."},
	{id: keptBefore, level: report.Error, requirement: "R1.01", title: "Something is kept before consent",
		why: "Before a visitor has chosen, only what is essential may be stored on the device."},
	{id: keptRefused, level: report.Error, requirement: "R1.30", title: "Something is kept after a refusal",
		why: "After a refusal nothing that is not essential may be stored or read."},
	{id: keptWithdrawn, level: report.Error, requirement: "R1.43", title: "Something is left after a withdrawal",
		why: "What stays goes on being sent and read without consent."},
	{id: lifeOverLaw, level: report.Error, requirement: "R1.56", title: "A life of more than 13 months",
		why: "Nothing that needs consent may outlive 13 months from its first setting."},
	{id: lifeOverDeclared, level: report.Warning, requirement: "R1.57", title: "A life longer than declared",
		why: "Visitors are told how long each thing lasts before they choose; what lasts longer was not consented to."},
	{id: undeclaredService, level: report.Error, requirement: "R1.19", title: "A service that is not declared",
		why: "Visitors choose about a list of who gets their data; whoever is not on it has no consent."},
	{id: unknownHost, level: report.Warning, requirement: "R1.19", title: "A host that nobody declares",
		why: "Visitors choose about a list of who gets their data; this host is not on it, and no known service answers for it."},
	{id: undeclaredCookie, level: report.Warning, requirement: "R1.57", title: "A cookie that is not declared",
		why: "What is kept, by whom and how long has to be told before the choice."},
	{id: undeclaredKey, level: report.Warning, requirement: "R1.57", title: "Storage that is not declared",
		why: "What is kept, by whom and how long has to be told before the choice, whatever technique keeps it."},
	{id: neverSeen, level: report.Note, requirement: "R1.19", title: "Declared, and never seen",
		why:  "The list is to be exhaustive and up to date: what is no longer there makes visitors refuse for nothing.",
		mend: "If it is gone for good, take it out of the declaration; if it comes only after what an audit does not do, as a purchase, leave it."},
	{id: essentialThird, level: report.Error, requirement: "R1.60", title: "An essential service of a third party",
		why:  "Essential things are on without consent, so they are the site’s own.",
		mend: "Put it into a category that visitors choose about, or serve it from a path of this site."},
	{id: essentialKind, level: report.Error, requirement: "R1.20", title: "Called essential, and of no exempt kind",
		why:  "Only what keeps choices, logs in, secures, holds the basket, shows the interface or shares the load is exempt; a statistic is if it meets each condition of R1.61.",
		mend: "Put it into a category that visitors choose about."},
	{id: lessProminent, level: report.Error, requirement: "R1.12", title: "Refusing is harder than accepting",
		why: "A choice is free only if refusing is as easy to see and to do as accepting."},
	{id: secondInterface, level: report.Warning, requirement: "R1.14", title: "Two consent interfaces at once",
		why: "Visitors who answer one believe that they have answered; the other goes on asking, or grants.", mend: "Take one of them out."},
	{id: noReopenLink, level: report.Error, requirement: "R1.40", title: "No way back to the choices",
		why:  "Withdrawing has to be as easy as granting, from any page, at any time.",
		mend: "Put a link to the visitor’s choices at the foot of every page, or leave the tab on."},
	{id: textMissing, level: report.Warning, requirement: "R1.21", title: "A text is missing in a language",
		why: "Visitors are asked in the page’s language; who does not understand the question cannot answer it."},
	{id: cspStops, level: report.Error, requirement: "R8.02", title: "The page’s policy stops the engine",
		why: "Where the engine cannot run nobody is asked, and everything that is not essential stays shut for good."},
	{id: cspSlows, level: report.Warning, requirement: "R8.01", title: "The page’s policy forbids WebAssembly",
		why: "The engine then comes as JavaScript, 70 KB more and a request later, and the browser reports a violation on each page."},
	{id: declarationFault, level: report.Error, requirement: "R1.31", title: "A fault in the declaration",
		why: "Until it is mended, only what is essential works, and visitors are not asked about the rest."},
	{id: declarationHint, level: report.Note, requirement: "R1.19", title: "A pattern that is seldom meant so",
		why: "What a service calls at other hosts is nobody’s that is declared, and is not held for it."},
	{id: declarationsVary, level: report.Warning, requirement: "R1.19", title: "Pages declare different things",
		why:  "A choice is asked for again where the declaration names other services, and one page does not know the other’s.",
		mend: "Give all pages what octroi build makes of one declaration, or load it from one file with data-config."},
	{id: engineMissing, level: report.Error, requirement: "R1.01", title: "A page without the engine",
		why: "On this page nothing is held, nobody is asked, and nobody can change a choice.", mend: "Put octroi.js first into the page’s <head>."},
	{id: engineLate, level: report.Error, requirement: "R1.01", title: "The engine comes late",
		why:  "What runs before octroi.js is not held by it.",
		mend: "Put octroi.js before every other script, as a plain script: no async, no defer, no module."},
	{id: engineSilent, level: report.Error, requirement: "R1.31", title: "The engine does not start",
		why: "Where the engine does not run nobody is asked, and everything that is not essential stays shut for good."},
	{id: engineRefused, level: report.Warning, requirement: "R1.01", title: "The engine will be refused where a cache has kept the page",
		why: "A kept page tells the integrity of the file that was. Browsers refuse the one that is now, and what the page has as plain tags then runs before any choice."},
	{id: fileMissing, level: report.Warning, requirement: "R8.20", title: "A file beside octroi.js is missing",
		why: "octroi.js loads it where it is wanted; without it something is not there for some visitors."},
	{id: signalsGrant, level: report.Error, requirement: "R1.01", title: "A vendor takes for granted what was not",
		why: "A vendor that is told of a grant, or of nothing, stores and sends as if the visitor had agreed."},
	{id: signalsMissing, level: report.Warning, requirement: "R3.01", title: "A vendor is not told of the choices",
		why: "What Google and Microsoft were never told of they take for granted, and a choice that no update tells has no effect."},
	{id: signalsLate, level: report.Warning, requirement: "R3.01", title: "Google is told too late",
		why: "A tag that has asked before goes by what it was told then: nothing, which counts as a grant."},
	{id: signalsConflict, level: report.Warning, requirement: "R3.07", title: "Two voices tell a vendor",
		why: "Vendors believe the last one, whatever the visitor chose."},
	{id: unknownID, level: report.Warning, requirement: "R1.31", title: "Gated for nobody",
		why: "No category or service has this id, so nothing will ever open it."},
}

// byID finds a rule, and its place in the order.
func byID(id string) (rule, int) {
	n := slices.IndexFunc(rules, func(r rule) bool { return r.id == id })
	return rules[n], n
}

// Rule is what the documentation tells of a rule.
type Rule struct {
	ID               string
	Level            report.Level
	Requirement      string // of docs/requirements.md, as R1.01
	Title, Why, Mend string
}

// Rules returns all rules that findings name, in the order in which they are told.
func Rules() (list []Rule) {
	for _, r := range rules {
		list = append(list, Rule{r.id, r.level, r.requirement, r.title, r.why, r.mend})
	}
	return list
}
