package site

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/octroi-consent/octroi/engine/config"
	"github.com/octroi-consent/octroi/internal/audit/inquiry"
)

// faultsPage lists what can be wrong with a declaration.
func faultsPage(string) ([]byte, error) {
	var b bytes.Buffer
	b.WriteString("# What do the messages about a declaration mean?\n\nA message names the place in the declaration, what is wrong there, and what would be right.\n\n" +
		"`octroi check` and `octroi build` print it with the line; the browser’s console and the card on the owner’s machine show the same. While a declaration has a fault, nothing that needs consent runs. `…` below stands for what depends on your declaration.\n\n| what is wrong | what would be right |\n| --- | --- |\n")
	for _, f := range config.Messages() {
		fmt.Fprintf(&b, "| %s | %s |\n", cell(f.Reason), cell(f.Right))
	}
	return b.Bytes(), nil
}

// cell is a text as a table's cell.
func cell(s string) string {
	return strings.NewReplacer("|", `\|`, "<", "&lt;", "*", `\*`, "_", `\_`).Replace(s)
}

// rulePages are the audit's rules: an overview, and one page each.
func rulePages(root string) (pages []entry, err error) {
	text, err := os.ReadFile(filepath.Join(root, "docs/requirements.md"))
	if err != nil {
		return nil, err
	}
	pages = append(pages, entry{path: "audit/index", name: "All rules", make: func(string) ([]byte, error) { return rulesPage(), nil }})
	for _, r := range inquiry.Rules() {
		pages = append(pages, entry{path: "audit/" + r.ID, hidden: true, make: func(string) ([]byte, error) { return rulePage(r, string(text)) }})
	}
	return pages, nil
}

func rulesPage() []byte {
	var b bytes.Buffer
	b.WriteString("# What does the audit look for?\n\nEach finding of `octroi audit` names one of these rules.\n\nAn error breaks a rule of law, or leaves visitors without protection; a warning is likely to; a note is for you to look at. `--fail-on` says which of them end the command with 1.\n\n| rule | level | what was found |\n| --- | --- | --- |\n")
	for _, r := range inquiry.Rules() {
		fmt.Fprintf(&b, "| [`%s`](page:audit/%s) | %s | %s |\n", r.ID, r.ID, r.Level, r.Title)
	}
	return b.Bytes()
}

func rulePage(r inquiry.Rule, requirements string) ([]byte, error) {
	anchor := strings.ToLower(r.Requirement)
	_, after, found := strings.Cut(requirements, `<a id="`+anchor+`"></a>`)
	if !found {
		return nil, fmt.Errorf("%s cites %s, which docs/requirements.md does not have", r.ID, r.Requirement)
	}
	said, _, _ := strings.Cut(after, "\n\n")
	var b bytes.Buffer
	fmt.Fprintf(&b, "# %s\n\n%s\n\n", r.Title, r.Why)
	if r.Mend != "" {
		fmt.Fprintf(&b, "## What to do\n\n%s\n\n", r.Mend)
	} else {
		b.WriteString("## What to do\n\nThe finding itself has the exact change: the page, the line, and the markup or the piece of the declaration to write.\n\n")
	}
	fmt.Fprintf(&b, "## What asks for it\n\n%s\n\n[All requirements and their sources](page:law/requirements#%s)\n\n", said, anchor)
	fmt.Fprintf(&b, "## In reports\n\nThe rule’s id is `%s`, its level %s. [All rules](page:audit/index)\n", r.ID, r.Level)
	return b.Bytes(), nil
}
