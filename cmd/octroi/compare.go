package main

import (
	"fmt"

	"github.com/octroi-consent/octroi/engine/config"
)

// compare tells, of a site's declarations, which services a visitor would be asked for again who
// goes from one to another: consent is to a service of a provider for a purpose, which a
// declaration of its own language words in its own way.
func compare(files []checked) {
	type first struct {
		file    string
		service *config.Service
		purpose string
	}
	met := map[string]first{}
	for i := range files {
		f := &files[i]
		if f.declared == nil || len(f.faults) > 0 {
			continue
		}
		var hints []config.Fault
		for k := range f.declared.Services {
			s := &f.declared.Services[k]
			if f.declared.Categories[s.Category].Required {
				continue
			}
			purpose := s.PurposeID
			if purpose == "" {
				purpose = s.Purpose.In(f.declared.Language, "")
			}
			before, again := met[s.ID]
			if !again {
				met[s.ID] = first{f.file, s, purpose}
				continue
			}
			at := fmt.Sprintf("$.services[%d]", s.At)
			if purpose != before.purpose {
				hints = append(hints, reworded(at, before.file, before.service, s))
			}
			if s.Provider != before.service.Provider {
				hints = append(hints, config.Fault{Path: at + ".provider", Reason: fmt.Sprintf("%s: not the provider that %s names: whoever goes from one to the other is asked again", s.ID, before.file),
					Right: fmt.Sprintf("write %q in both", before.service.Provider)})
			}
		}
		f.hints = append(f.hints, f.places.Locate(hints, f.used)...)
	}
}

// reworded tells what would have made one purpose of two wordings.
func reworded(at, file string, before, s *config.Service) config.Fault {
	id, path := s.ID, at+".purpose"
	switch {
	case before.PurposeID != "":
		id = before.PurposeID
		if s.PurposeID != "" {
			path = at + ".purposeId"
		}
	case s.PurposeID != "":
		id, path = s.PurposeID, at+".purposeId"
	}
	return config.Fault{Path: path, Reason: fmt.Sprintf("%s: not the purpose that %s has, to go by its words: whoever goes from one to the other is asked again", s.ID, file),
		Right: fmt.Sprintf(`write "purposeId": %q in both, as long as they mean the same`, id)}
}
