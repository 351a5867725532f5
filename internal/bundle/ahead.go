package bundle

import (
	"encoding/json"
	"fmt"

	"github.com/octroi-consent/octroi/engine"
	"github.com/octroi-consent/octroi/engine/config"
	"github.com/octroi-consent/octroi/engine/gate"
	"github.com/octroi-consent/octroi/web"
)

// site is what octroi.js knows of a site ahead of its engine; web/page/ahead.js reads it.
type site struct {
	Record string               `json:"record"` // the name of the record's cookie and key
	Table  gate.Table           `json:"table"`
	Policy string               `json:"policy"` // when the engine has a policy made: "hooks" for never, "refusal", "always"
	Layers map[string][3]string `json:"layers"` // by language: style sheet, label of the tab, and tree
}

// ahead works out what octroi.js shows and holds while there is neither a record nor an engine.
// An app or another manager may bring choices that are made: then nothing is shown ahead.
func ahead(declaration []byte, declared *config.Config, languages []string) (string, error) {
	s := site{Record: declared.Name, Table: gate.TableOf(declared), Policy: declared.Enforce, Layers: map[string][3]string{}}
	if declared.App == nil && declared.Inherit == nil {
		for _, lang := range languages {
			layer, err := firstLayer(declaration, lang)
			if err != nil {
				return "", err
			}
			s.Layers[lang] = layer
		}
	}
	text, err := json.Marshal(s)
	return string(text), err
}

// firstLayer is what the engine shows a visitor who has no record, in a language.
func firstLayer(declaration []byte, lang string) (layer [3]string, err error) {
	texts, err := web.Texts(lang)
	if err != nil {
		return layer, err
	}
	var e engine.Engine
	effects := e.Handle(engine.Event{Kind: engine.Start, Args: []string{string(declaration), "", "", "1", lang, lang, lang, string(texts), ""}})
	// A moment in 2026: no text of the first layer depends on it.
	effects = append(effects, e.Handle(engine.Event{Kind: engine.StoresRead, Now: 1_780_000_000_000, Args: []string{"", "", "start", "", "1780000000000", "1", ""}})...)
	for _, effect := range effects {
		switch {
		case effect.Kind == engine.Style:
			layer[0], layer[1] = effect.Args[0], effect.Args[1]
		case effect.Kind == engine.Draw && effect.Args[0] == "ask":
			layer[2] = effect.Args[1]
		}
	}
	if layer[2] == "" {
		return layer, fmt.Errorf("the engine asks nobody in %q", lang)
	}
	return layer, nil
}
