// Command declare prints a declaration in which the known services that it names
// under "use" are written out. What is wrong with it goes to standard error.
//
//	go run ./cmd/octroi declare octroi.json > declaration.json
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/octroi-consent/octroi/catalog"
	"github.com/octroi-consent/octroi/engine/config"
)

func declareMain() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: declare FILE")
		os.Exit(2)
	}
	b, err := os.ReadFile(os.Args[2])
	var hints []string
	if err == nil {
		b, hints, err = declare(b)
	}
	for _, hint := range hints {
		fmt.Fprintln(os.Stderr, "declare: a hint:", hint)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "declare:", err)
		os.Exit(1)
	}
	for _, note := range missing(b) {
		fmt.Fprintln(os.Stderr, "declare:", note)
	}
	os.Stdout.Write(b)
}

// declare writes out what a declaration uses. A service that the declaration has
// under the same id stays as it is written there. Hints are what is seldom meant so.
func declare(text []byte) (out []byte, hints []string, err error) {
	var d map[string]any
	if err := json.Unmarshal(text, &d); err != nil {
		return nil, nil, err
	}
	use, ok := d["use"].(map[string]any)
	if !ok && d["use"] != nil {
		return nil, nil, errors.New(`$.use: no object; write {"google-analytics": "statistics", …}: a known service, and your category for it`)
	}
	delete(d, "use")
	known, err := catalog.Load()
	if err != nil {
		return nil, nil, err
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
		if at < 0 {
			return nil, nil, fmt.Errorf("$.use.%s: not known%s; write it under services", id, like(known, id))
		}
		category, ok := use[id].(string)
		if !ok {
			return nil, nil, fmt.Errorf("$.use.%s: no category; write one of your own", id)
		}
		if !own[id] {
			list = append(list, known[at].Declare(category))
		}
	}
	d["services"] = list
	out, err = json.MarshalIndent(d, "", "  ")
	if err != nil {
		return nil, nil, err
	}
	c, faults := config.Parse(string(out))
	if len(faults) > 0 {
		return nil, nil, errors.New(strings.Join(sentences(faults), "\n"))
	}
	return append(out, '\n'), sentences(c.Hints()), nil
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
