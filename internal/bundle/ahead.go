package bundle

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/octroi-consent/octroi/engine"
	"github.com/octroi-consent/octroi/engine/config"
	"github.com/octroi-consent/octroi/engine/gate"
	"github.com/octroi-consent/octroi/web"
)

// site is what octroi.js knows of a site ahead of its engine; web/page/ahead.js reads it.
type site struct {
	Record     string               `json:"record"` // the name of the record's cookie and key
	Table      gate.Table           `json:"table"`
	Policy     string               `json:"policy"`     // when the engine has a policy made: "hooks" for never, "refusal", "always"
	Domain     string               `json:"domain"`     // whose hosts share the record; "" for this one's own
	Objectable bool                 `json:"objectable"` // Global Privacy Control refuses something
	Layers     map[string][5]string `json:"layers"`     // by language: style sheet, tab with its language and direction, and tree
}

// ErrAsksNobody is [Build]'s where visitors have nothing to choose.
var ErrAsksNobody = errors.New(`visitors are asked about nothing, since each category has "required": true: nothing waits for them, and the pages need no octroi.js. Name what the site uses in a category without "required", as octroi add google-analytics statistics does`)

// ahead works out what octroi.js shows and holds while there is neither a record nor an engine.
// An app or another manager may bring choices that are made: then nothing is shown ahead.
func ahead(declaration []byte, declared *config.Config, languages []string) (string, error) {
	s := site{Record: declared.Name, Table: gate.TableOf(declared), Policy: declared.Enforce, Domain: declared.Site.Domain, Objectable: declared.Objects(), Layers: map[string][5]string{}}
	if declared.App == nil && declared.Inherit == nil {
		if !slices.ContainsFunc(declared.Categories, func(c config.Category) bool { return !c.Required }) {
			return "", ErrAsksNobody
		}
		for _, lang := range languages {
			layer, err := firstLayer(declaration, declared, lang)
			if err != nil {
				return "", err
			}
			s.Layers[lang] = layer
		}
	}
	text, err := json.Marshal(s)
	return string(text), err
}

// firstLayer is what the engine shows a visitor who has no record, on a host of the site and in
// a language. Where the page draws what asks, it has no tree.
func firstLayer(declaration []byte, declared *config.Config, lang string) (layer [5]string, err error) {
	texts, err := web.Texts(lang)
	if err != nil {
		return layer, err
	}
	var e engine.Engine
	effects := e.Handle(engine.Event{Kind: engine.Start, Args: []string{string(declaration), declared.Site.Domain, "", "1", lang, lang, lang, string(texts), ""}})
	// A moment in 2026: no text of the first layer depends on it.
	effects = append(effects, e.Handle(engine.Event{Kind: engine.StoresRead, Now: 1_780_000_000_000, Args: []string{"", "", "start", "", "1780000000000", "1", ""}})...)
	for _, effect := range effects {
		switch {
		case effect.Kind == engine.Style:
			copy(layer[:], effect.Args)
		case effect.Kind == engine.Draw && effect.Args[0] == "ask":
			layer[4] = effect.Args[1]
		}
	}
	if layer[4] == "" && !declared.OwnUI {
		return layer, fmt.Errorf("the engine asks nobody in %q", lang)
	}
	return layer, nil
}
