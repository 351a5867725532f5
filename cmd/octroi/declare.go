package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/octroi-consent/octroi/catalog"
	"github.com/octroi-consent/octroi/engine/config"
)

type declareCommand struct {
	File string `arg:"" help:"The declaration; - for standard input."`
}

// Help is what --help says besides.
func (*declareCommand) Help() string {
	return `"use": {"google-analytics": "statistics"} names a known service and the declaration's own category for it. What is wrong goes to standard error.`
}

func (c *declareCommand) Run(s streams) error {
	text, err := read(c.File)
	if err != nil {
		return err
	}
	out, hints, err := declare(text)
	for _, hint := range hints {
		fmt.Fprintln(s.err, "declare: a hint:", hint)
	}
	if err != nil {
		return err
	}
	if declared, faults := config.Parse(string(out)); len(faults) == 0 {
		for _, note := range sentences(missing(declared)) {
			fmt.Fprintln(s.err, "declare:", note)
		}
	}
	_, err = s.out.Write(out)
	return err
}

// declare writes out what a declaration uses, and says what is wrong with the outcome.
// Hints are what is seldom meant so.
func declare(text []byte) (out []byte, hints []string, err error) {
	out, _, faults, err := expand(text)
	if err != nil {
		return nil, nil, err
	}
	if len(faults) > 0 {
		return nil, nil, errors.New(strings.Join(sentences(faults), "\n"))
	}
	declared, faults := config.Parse(string(out))
	if len(faults) > 0 {
		return nil, nil, errors.New(strings.Join(sentences(faults), "\n"))
	}
	return append(out, '\n'), sentences(declared.Hints()), nil
}

// expand writes out what a declaration uses, behind its own services, and returns the ids
// of what it has added. A service that the declaration has under the same id stays as it is
// written there.
func expand(text []byte) (out []byte, added []string, faults []config.Fault, err error) {
	var d map[string]any
	if err := json.Unmarshal(text, &d); err != nil {
		return nil, nil, nil, err
	}
	use, ok := d["use"].(map[string]any)
	if !ok && d["use"] != nil {
		return nil, nil, []config.Fault{{Path: "$.use", Reason: "no object", Right: `write {"google-analytics": "statistics", …}: a known service, and your category for it`}}, nil
	}
	delete(d, "use")
	known, err := catalog.Load()
	if err != nil {
		return nil, nil, nil, err
	}
	list, _ := d["services"].([]any)
	own := map[string]bool{}
	for _, s := range list {
		s, _ := s.(map[string]any)
		id, _ := s["id"].(string)
		own[id] = true
	}
	for _, id := range slices.Sorted(maps.Keys(use)) {
		at := slices.IndexFunc(known, func(s catalog.Service) bool { return s.ID == id })
		category, ok := use[id].(string)
		switch {
		case at < 0:
			faults = append(faults, config.Fault{Path: "$.use." + id, Reason: "not known" + like(known, id), Right: "write it under services"})
		case !ok:
			faults = append(faults, config.Fault{Path: "$.use." + id, Reason: "no category", Right: "write one of your own"})
		case !own[id]:
			list, added = append(list, known[at].Declare(category)), append(added, id)
		}
	}
	d["services"] = list
	out, err = json.MarshalIndent(d, "", "  ")
	return out, added, faults, err
}

func sentences(faults []config.Fault) (texts []string) {
	for i := range faults {
		texts = append(texts, faults[i].String())
	}
	return texts
}

// like names the known services whose ids hold a part of one that is not known.
func like(known []catalog.Service, id string) string {
	var near []string
	for _, s := range known {
		for part := range strings.SplitSeq(id, "-") {
			if len(part) > 2 && strings.Contains(s.ID, part) {
				near = append(near, s.ID)
				break
			}
		}
	}
	if near == nil {
		return ""
	}
	return " (did you mean " + strings.Join(near, ", ") + "?)"
}

// missing tells which services a policy would stop although they are granted, since the
// declaration does not say what they call: of a known one what it calls, ready to paste.
// What pages call besides, the audit finds.
func missing(declared *config.Config) (notes []config.Fault) {
	known, err := catalog.Load()
	if declared.Enforce == "hooks" || err != nil {
		return nil
	}
	for i := range declared.Services {
		s := &declared.Services[i]
		if len(s.URLs) > 0 || declared.Categories[s.Category].Required {
			continue
		}
		urls := `"urls": ["host", …]`
		if at := slices.IndexFunc(known, func(k catalog.Service) bool { return k.ID == s.ID }); at >= 0 && len(known[at].URLs) > 0 {
			list, _ := json.Marshal(known[at].URLs)
			urls = `"urls": ` + string(list)
		}
		notes = append(notes, config.Fault{Path: fmt.Sprintf("$.services[%d]", s.At),
			Reason: fmt.Sprintf(`%s: no urls: where it calls another host, the policy of "enforce" (%s) stops it, granted or not`, s.ID, declared.Enforce),
			Right:  "write " + urls})
	}
	return notes
}
