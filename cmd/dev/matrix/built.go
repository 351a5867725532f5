package main

import (
	"fmt"
	"strings"
)

// promises are the tests that run once more, in Chromium, on the files that octroi build makes:
// one or two of each promise that their form could break, since there the guard has latches where
// the drop-in has its hooks at once, knows a table where it has the declaration, and waits for
// the engine.
//
// Left out are tests that
//   - run in both forms anyway, as a visitor's ways do (inBothForms), or make such files of their
//     own, as those do of what happens while they are on their way or cannot be had (compiled);
//   - are about the drop-in alone, which wasm_test/form_test.go lists (dropInOnly);
//   - try at length what is the same code in both forms: what parsers make of markup, a language
//     that is bent, worst cases, the interface, the audit, the engine's own decisions.
//
// OCTROI_FORM=compiled runs any of them by hand.
var promises = strings.Fields(`
	TestEveryWayToAnotherPartyWaits
	TestWhatNoTableHadIsHeld
	TestGatedScriptsRunOnceInDocumentOrder
	TestGatedElements
	TestMarkupAddedLater
	TestMarkupInTexts
	TestMarkupThatScriptsAddWaitsForItsService
	TestTagsThatScriptsBuildWaitForTheirService
	TestCallsWaitForTheirService
	TestHeldFormsAreToldOf
	TestHeldLinksAreToldOf
	TestScriptsThatWrite
	TestNoScriptHoldsUpTheOthers
	TestEventsThatHavePassed
	TestSheetsOfTheSiteAndInstructionsAreHeld
	TestEveryWriteIsJudged
	TestAnErasurePlantsNothing
	TestAllThatAServiceKeepsIsErased
	TestWithdrawalOfWhatHasRun
	TestAFrameOfTheSameSite
	TestAPageThatHistoryBringsBack
	TestVendorsAreTold
	TestTheBrowserSaysNo
	TestHostsShareAChoice
`)

// engineBound are those of them that hang on what an engine's parser, styles, stores and frames
// do: Firefox and WebKit run these alone. All in each engine took a minute and a half more of the
// quarter of an hour that all tests have; the rest is the same code in each.
var engineBound = strings.Fields(`
	TestEveryWayToAnotherPartyWaits
	TestSheetsOfTheSiteAndInstructionsAreHeld
	TestEveryWriteIsJudged
	TestAFrameOfTheSameSite
	TestVendorsAreTold
	TestHostsShareAChoice
`)

// onBuiltFiles is the pattern of the promises' names that an engine runs; one that no test has is
// an error.
func onBuiltFiles(files map[string]string, engine string) (string, error) {
	names := promises
	if engine != "chromium" {
		names = engineBound
	}
	for _, name := range names {
		if files[name] == "" {
			return "", fmt.Errorf("%s is to run on built files, and there is no such test", name)
		}
	}
	return exactly(names), nil
}
