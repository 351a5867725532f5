package setup

import "strings"

// takes has package.json name the package in a list, and says how to install it.
func (s *Site) takes(p *Plan, list string) error {
	if s.depends("octroi") != "" {
		return nil
	}
	text, done := addMember(s.read("package.json"), list, "octroi", "^"+s.Version)
	if !done {
		p.Steps = append(p.Steps, Step{Where: "package.json", Why: "Add the package to \"" + list + "\":", Lines: []string{`"octroi": "^` + s.Version + `"`}})
	} else if err := s.put(p, "package.json", text); err != nil {
		return err
	}
	p.Then = append(p.Then, s.installs())
	return nil
}

// installs is the command by which the site installs its packages.
func (s *Site) installs() string {
	for _, lock := range [][2]string{{"pnpm-lock.yaml", "pnpm install"}, {"yarn.lock", "yarn install"}, {"bun.lockb", "bun install"}, {"bun.lock", "bun install"}} {
		if s.has(lock[0]) {
			return lock[1]
		}
	}
	return "npm install"
}

// runsBefore has scripts of package.json build the files first, as "prebuild" does.
func (s *Site) runsBefore(p *Plan, folder string, scripts ...string) error {
	command := "octroi build octroi.json -o " + folder
	for _, script := range scripts {
		if s.pkg().Scripts[script] == "" {
			continue
		}
		before := "pre" + script
		if strings.Contains(s.pkg().Scripts[before], "octroi build") {
			continue
		}
		text, done := addMember(s.read("package.json"), "scripts", before, command)
		if !done {
			p.Steps = append(p.Steps, Step{Where: "package.json", Why: "So that the files are built again when octroi.json has changed, add to \"" + before + "\":", Lines: []string{command}})
			continue
		}
		if err := s.put(p, "package.json", text); err != nil {
			return err
		}
	}
	return nil
}

// plainTag is the tag of octroi.js where each build makes the file anew, so that no page can know
// its version.
const plainTag = `<script src="/octroi/octroi.js"></script>`
