// Package web gives Go programs the visitors' texts.
package web

import (
	"embed"
	"slices"
	"strings"
)

//go:embed locales/*.json
var locales embed.FS

// Languages are the tags of those that visitors are spoken to in.
func Languages() (tags []string) {
	files, err := locales.ReadDir("locales")
	if err != nil {
		panic(err) // it is part of this program
	}
	for _, f := range files {
		tags = append(tags, strings.TrimSuffix(f.Name(), ".json"))
	}
	slices.Sort(tags)
	return tags
}

// Texts are all texts of a language, as JSON.
func Texts(language string) ([]byte, error) {
	return locales.ReadFile("locales/" + language + ".json")
}
