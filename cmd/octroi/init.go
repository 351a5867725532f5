package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"

	project "github.com/octroi-consent/octroi"
	"github.com/octroi-consent/octroi/engine/config"
	"github.com/octroi-consent/octroi/internal/audit/report"
	"github.com/octroi-consent/octroi/internal/bundle"
	"github.com/octroi-consent/octroi/internal/declaration"
	"github.com/octroi-consent/octroi/internal/setup"
)

type initCommand struct {
	Folder     string   `arg:"" optional:"" default:"." help:"The site's (the current one)."`
	URL        string   `name:"url" placeholder:"ADDRESS" help:"Of the running site, to audit it."`
	Framework  string   `placeholder:"NAME" help:"How the site is made, where that is not found out: next, nuxt, astro, sveltekit, angular, create-react-app, vite, webpack, wordpress, hugo, html."`
	Name       string   `placeholder:"TEXT" help:"What the site is called."`
	Controller string   `placeholder:"TEXT" help:"Who answers for it: a company, an association, a person."`
	Contact    string   `placeholder:"ADDRESS" help:"Where visitors write to: mailto:privacy@…, or a page."`
	Policy     string   `placeholder:"ADDRESS" help:"Of the cookie policy (/cookies, a page that is made)."`
	Language   string   `placeholder:"TAG" help:"Of the site's texts, as en."`
	Use        []string `placeholder:"SERVICE" help:"Known services that the site uses, as google-analytics; octroi search finds them."`
	NoAudit    bool     `help:"Neither load nor read the site."`
	Yes        bool     `short:"y" help:"Ask nothing: what only you can say begins with TO DO."`
	DryRun     bool     `help:"Show what would change, and write nothing."`
	JSON       bool     `name:"json" help:"Print what was done as JSON, and ask nothing."`

	site siteReader
	root string
}

// Help is what --help says besides.
func (*initCommand) Help() string {
	return `It finds out how the site is made, audits it, writes octroi.json of what was found and of your answers, and adds what each page needs, with a page for the cookie policy. It shows all changes first and asks before it writes any; either all of them are written, or none. What cannot be changed for sure it prints for you to write. An octroi.json that is there stays, unless you say otherwise. Running it again changes nothing more. The audit loads the site in a Chromium ($CHROME names one); without one, it reads the pages' text. It ends with 1 where you stop it or the declaration has a fault, with 2 where it could not look or write.`
}

// input is what answers are read from.
var input io.Reader = os.Stdin

func (c *initCommand) Run(s streams) error {
	c.Yes = c.Yes || c.JSON
	told := s.out
	if c.JSON {
		told = io.Discard
	}
	a := newAsker(input, told, c.Yes)
	err := c.run(a, told, s)
	if errors.Is(err, errStopped) {
		fmt.Fprintln(s.err, "octroi init: stopped; nothing was written")
		return exit(1)
	}
	return err
}

func (c *initCommand) run(a *asker, told io.Writer, s streams) error {
	framework, err := c.framework(told)
	if err != nil {
		return unable{err}
	}
	c.site = siteReader{root: os.DirFS(c.root), folder: framework.Folder(os.DirFS(c.root)), streams: s, told: told}
	text, err := c.declare(a, told, s)
	if err != nil {
		return err
	}
	found := check(text)
	if len(found.faults) > 0 {
		found.file = filepath.Join(c.Folder, "octroi.json")
		if err := writeFindings(s.err, "text", found); err != nil {
			return unable{err}
		}
		return exit(1)
	}
	plan, err := framework.Plan(&setup.Site{Root: os.DirFS(c.root), Declaration: text, Language: c.Language, Version: project.Version(), Asks: asks(found.declared), Build: func() (map[string][]byte, string, error) {
		return buildFor(found.text)
	}})
	if err != nil {
		return unable{err}
	}
	c.show(told, plan)
	written := false
	if len(plan.Edits) > 0 && !c.DryRun {
		if err := a.confirm("Write all of this?"); err != nil {
			return err
		}
		if err := plan.Write(c.root); err != nil {
			return unable{err}
		}
		written = true
		fmt.Fprintf(told, "\nWritten: %d files\n", len(plan.Edits))
	}
	left := c.left(told, framework, plan)
	if c.JSON {
		return c.tellJSON(s.out, framework, plan, written, text, left)
	}
	return nil
}

// framework finds out how the site is made.
func (c *initCommand) framework(told io.Writer) (*setup.Framework, error) {
	var err error
	if c.root, err = filepath.Abs(c.Folder); err != nil {
		return nil, err
	}
	if info, err := os.Stat(c.root); err != nil {
		return nil, err
	} else if !info.IsDir() {
		return nil, fmt.Errorf("%s is no folder: give that of the site", c.Folder)
	}
	f, why := setup.Detect(os.DirFS(c.root))
	if c.Framework != "" {
		if f, err = setup.Find(c.Framework); err != nil {
			return nil, err
		}
		why = "as you say"
	}
	if f == nil {
		return nil, fmt.Errorf("no site is found in %s: there is neither a package.json with a framework that is known, nor an index.html, wp-config.php or hugo.toml. Give the site's folder, or --framework: %s", c.Folder, strings.Join(setup.Names(), ", "))
	}
	fmt.Fprintf(told, "The site is made with %s (%s).\n", f.Title, why)
	return f, nil
}

// asks reports whether visitors are asked about anything.
func asks(declared *config.Config) bool {
	return slices.ContainsFunc(declared.Categories, func(c config.Category) bool { return !c.Required })
}

// buildFor makes the files that visitors load, and the tag of octroi.js.
func buildFor(text []byte) (files map[string][]byte, tag string, err error) {
	site, err := bundle.Build(text)
	if err != nil {
		return nil, "", err
	}
	site.Unmeasured = true // what octroi build measures takes longer than all else
	if _, err := site.Describe("/octroi/"); err != nil {
		return nil, "", err
	}
	return site.Files, site.HTML("/octroi/")[0], nil
}

// declare returns the text of octroi.json: the one that is there, or one of what an audit finds
// and of the owner's answers.
func (c *initCommand) declare(a *asker, told io.Writer, s streams) ([]byte, error) {
	there, err := os.ReadFile(filepath.Join(c.root, "octroi.json"))
	if err != nil && !os.IsNotExist(err) {
		return nil, unable{err}
	}
	if err == nil {
		keep, err := a.choice("octroi.json is there already. Keep it as it is, or write it anew?", "keep", []string{"keep", "anew"})
		if err != nil {
			return nil, err
		}
		if keep == "keep" {
			fmt.Fprintln(told, "octroi.json stays as it is.")
			if len(c.Use) > 0 {
				fmt.Fprintln(told, "--use is for a new one: octroi add adds a service to this.")
			}
			c.languageOf(there)
			return there, nil
		}
	}
	r, err := c.audit(a, told, s)
	if err != nil {
		return nil, err
	}
	d, err := newDraft(r, c.Language)
	if err != nil {
		return nil, unable{err}
	}
	c.Language = d.language
	if err := c.ask(a, d); err != nil {
		return nil, err
	}
	text, err := declaration.Write(d.done())
	if err != nil {
		return nil, unable{err}
	}
	return text, nil
}

// languageOf takes the language of a declaration that is there.
func (c *initCommand) languageOf(text []byte) {
	var d struct{ Language string }
	if json.Unmarshal(text, &d) == nil && c.Language == "" {
		c.Language = d.Language
	}
	if c.Language == "" {
		c.Language = "en"
	}
}

// audit finds out what the site does; nil where nobody wants that, or nothing can.
func (c *initCommand) audit(a *asker, told io.Writer, s streams) (*report.Report, error) {
	if c.NoAudit {
		return nil, nil
	}
	if c.URL == "" {
		question := "The address of the running site, to audit it (nothing: read its files)"
		if c.site.folder == "" {
			question = "The address of the running site, to audit it (nothing: no audit)"
		}
		var err error
		if c.URL, err = a.text(question, ""); err != nil {
			return nil, err
		}
	}
	if c.URL == "" {
		if c.site.folder == "" {
			fmt.Fprintln(told, "No audit: there is no address of the running site. octroi audit does it later.")
			return nil, nil
		}
		fmt.Fprintln(told, "Reading the pages' text …")
		r, err := c.site.readFiles()
		if err != nil {
			return nil, unable{err}
		}
		tellFound(told, r)
		return r, nil
	}
	target, err := (&auditCommand{Site: []string{c.URL}, FailOn: "never"}).target()
	if err != nil {
		return nil, unable{err}
	}
	r, err := c.site.load(target)
	if err != nil {
		return nil, unable{err}
	}
	tellFound(told, r)
	return r, nil
}

// tellFound says what an audit found, in a line.
func tellFound(told io.Writer, r *report.Report) {
	known, hosts := 0, map[string]bool{}
	for i := range r.Services {
		if r.Services[i].Known && r.Services[i].Seen {
			known++
		}
	}
	for i := range r.Calls {
		if r.Calls[i].Service == "" && r.Calls[i].To != "" {
			hosts[r.Calls[i].To] = true
		}
	}
	managers := []string{}
	for i := range r.Pages {
		for k := range r.Pages[i].Things {
			if m := r.Pages[i].Things[k].Manager; m != "" && m != "octroi" && !slices.Contains(managers, m) {
				managers = append(managers, m)
			}
		}
	}
	fmt.Fprintf(told, "Found: %s, %s that the catalogue knows, %s that nobody knows\n", report.Plural(len(r.Pages), "page"), report.Plural(known, "service"), report.Plural(len(hosts), "host"))
	for _, m := range managers {
		fmt.Fprintf(told, "Tags are marked for %s: octroi migrate makes a declaration of its configuration.\n", m)
	}
}

// ask asks what only the owner knows.
func (c *initCommand) ask(a *asker, d *draft) (err error) {
	site, policy := d.object("site"), d.object("policy")
	for _, q := range []struct {
		question, flag string
		of             map[string]any
		key, otherwise string
	}{
		{"What is the site called?", c.Name, site, "name", d.title},
		{"Who answers for it: which company, association or person?", c.Controller, site, "controller", ""},
		{"Where can visitors write to? mailto:privacy@…, or a page's address", c.Contact, site, "contact", "/"},
		{"Where is the cookie policy? At /cookies, a page is made", c.Policy, policy, "url", "/cookies"},
	} {
		answer := q.flag
		if answer == "" {
			if answer, err = a.text(q.question, q.otherwise); err != nil {
				return err
			}
		}
		if q.key == "contact" && strings.Contains(answer, "@") && !strings.Contains(answer, ":") {
			answer = "mailto:" + answer
		}
		if answer != "" {
			q.of[q.key] = answer
		}
	}
	if err := c.use(a, d); err != nil {
		return err
	}
	return d.ask(a)
}

// use takes in the known services that are named; it asks for some where nothing is found.
func (c *initCommand) use(a *asker, d *draft) error {
	for _, name := range c.Use {
		service, err := knownAs(name)
		if err != nil {
			return unable{err}
		}
		d.use(service)
	}
	for len(d.services) == 0 {
		answer, err := a.text("Which known services does the site use? As google-analytics, youtube (nothing: none)", "")
		if err != nil {
			return err
		}
		names := strings.FieldsFunc(answer, func(r rune) bool { return r == ',' || r == ' ' })
		if len(names) == 0 {
			return nil
		}
		for _, name := range names {
			service, err := knownAs(name)
			if err != nil {
				fmt.Fprintln(a.out, err)
				continue
			}
			d.use(service)
		}
	}
	return nil
}

// show prints what changes.
func (c *initCommand) show(told io.Writer, plan *setup.Plan) {
	if len(plan.Edits) == 0 {
		fmt.Fprintln(told, "\nNothing has to change: all is there.")
		return
	}
	fmt.Fprintf(told, "\n%s", plan.Diff())
	if folder, files, bytes := plan.Built(); files > 0 {
		fmt.Fprintf(told, "\nbuilt into %s: %s, %d KB\n", folder, report.Plural(files, "file"), bytes/1000)
	}
}

// leftover is what is left to do.
type leftover struct {
	Then   []string       `json:"then"` // commands to run
	Steps  []setup.Step   `json:"steps"`
	TODO   []string       `json:"toDo"`   // in octroi.json
	Causes []report.Cause `json:"causes"` // what an audit finds now
}

// left prints what is left to do, and what an audit finds now.
func (c *initCommand) left(told io.Writer, f *setup.Framework, plan *setup.Plan) (l leftover) {
	l.Then, l.Steps = plan.Then, plan.Steps
	if len(plan.Steps) > 0 {
		fmt.Fprintln(told, "\nFor you to do:")
	}
	for _, step := range plan.Steps {
		fmt.Fprintf(told, "  %s: %s\n", step.Where, step.Why)
		for _, line := range step.Lines {
			fmt.Fprintf(told, "      %s\n", line)
		}
	}
	if text, err := os.ReadFile(filepath.Join(c.root, "octroi.json")); err == nil {
		for i, line := range strings.Split(string(text), "\n") {
			if strings.Contains(line, "TO DO") || strings.Contains(line, "À ÉCRIRE") {
				l.TODO = append(l.TODO, fmt.Sprintf("octroi.json:%d: %s", i+1, strings.TrimSpace(line)))
			}
		}
	}
	if len(l.TODO) > 0 {
		fmt.Fprintln(told, "\nOnly you can say, in octroi.json:")
		for _, line := range l.TODO {
			fmt.Fprintf(told, "  %s\n", strings.TrimPrefix(line, "octroi.json:"))
		}
	}
	if len(plan.Then) > 0 {
		fmt.Fprintf(told, "\nThen run: %s\n", strings.Join(plan.Then, " && "))
	}
	if c.DryRun || c.NoAudit {
		return l
	}
	r := c.again(told, plan)
	if r == nil {
		fmt.Fprintf(told, "Once the site runs with it, octroi audit --headless ADDRESS tells what is left.\n")
		return l
	}
	l.Causes = r.Causes
	if len(r.Causes) == 0 {
		fmt.Fprintln(told, "\nThe audit finds nothing that is left to do.")
		return l
	}
	fmt.Fprintf(told, "\nThe audit finds what is left (%d):\n", len(r.Causes))
	for i := range r.Causes {
		cause := &r.Causes[i]
		fmt.Fprintf(told, "  %s: %s. %s\n", cause.Level, cause.Heading(), cause.Mend)
		for line := range strings.Lines(cause.Code) {
			fmt.Fprintf(told, "      %s\n", strings.TrimRight(line, "\n"))
		}
	}
	return l
}

// again audits the site as it is now: where visitors get its files as they are. Others have to be
// built anew first.
func (c *initCommand) again(told io.Writer, plan *setup.Plan) *report.Report {
	if plan.Folder == "" {
		return nil
	}
	var r *report.Report
	var err error
	if target, bad := url.Parse(c.URL); c.URL != "" && bad == nil {
		r, err = c.site.load(target)
	} else {
		r, err = c.site.readFiles()
	}
	if err != nil {
		fmt.Fprintf(told, "It could not be audited again: %v\n", err)
		return nil
	}
	return r
}

func (c *initCommand) tellJSON(w io.Writer, f *setup.Framework, plan *setup.Plan, written bool, text []byte, left leftover) error {
	type edit struct {
		Path string `json:"path"`
		New  bool   `json:"new"`
		Diff string `json:"diff,omitempty"`
	}
	edits := []edit{}
	for _, e := range plan.Edits {
		one := edit{Path: e.Path, New: e.Before == nil}
		if !e.Made {
			one.Diff = (&setup.Plan{Edits: []setup.Edit{e}}).Diff()
		}
		edits = append(edits, one)
	}
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	err := e.Encode(map[string]any{"framework": f.Name, "written": written, "edits": edits, "left": left, "declaration": json.RawMessage(text)})
	if err != nil {
		return unable{err}
	}
	return nil
}
