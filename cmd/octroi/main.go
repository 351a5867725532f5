// Command octroi is the site owner's: it checks a declaration, makes the files
// that its visitors load, writes out the known services
// that it names, prints its cookie policy, and audits what a site really does.
//
//	octroi check octroi.json
//	octroi help audit
//
// It ends with 1 where something is wrong with what it looked at, with 2 where it could not
// look; docs/cli.md has all commands.
package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"strings"

	"github.com/alecthomas/kong"

	project "github.com/octroi-consent/octroi"
)

// commands are the subcommands; each has a file of its own.
type commands struct {
	Version kong.VersionFlag `help:"Print the version of Octroi."`

	Init       initCommand       `cmd:"" help:"Set a site up: audit it, write its declaration, add what its pages need."`
	Check      checkCommand      `cmd:"" help:"Tell what is wrong with a declaration, and where."`
	Add        addCommand        `cmd:"" help:"Add a known service to a declaration."`
	Search     searchCommand     `cmd:"" help:"Find known services by name, company, host or cookie."`
	Build      buildCommand      `cmd:"" help:"Make all files that a site's visitors load of its declaration."`
	Declare    declareCommand    `cmd:"" help:"Print a declaration with the known services that it names under \"use\"."`
	Policy     policyCommand     `cmd:"" help:"Print the cookie policy of a declaration as HTML."`
	Types      typesCommand      `cmd:"" help:"Write TypeScript's types of a declaration's ids: one that it does not have is then an error."`
	Record     recordCommand     `cmd:"" help:"Print the cookie of a visitor who has chosen, for tests and curl."`
	Read       readCommand       `cmd:"" help:"Tell what a visitor's cookie grants."`
	Diff       diffCommand       `cmd:"" help:"Tell which visitors a change of the declaration asks again, and why."`
	Copy       copyCommand       `cmd:"" help:"Copy the files of the drop-in into a folder, and print their integrity values."`
	Migrate    migrateCommand    `cmd:"" help:"Make a declaration of what was written for another consent manager."`
	Rewrite    rewriteCommand    `cmd:"" help:"Gate what needs consent in the .html files of a static site."`
	Serve      serveCommand      `cmd:"" help:"Serve a site with its consent, or stand in front of the server that has it."`
	Audit      auditCommand      `cmd:"" help:"Find out what a site really does: a page that reads it and loads it as a visitor."`
	Receipts   receiptsCommand   `cmd:"" help:"Look after the proof of what visitors have chosen."`
	Completion completionCommand `cmd:"" help:"Print a script that completes these commands in a shell."`
	Help       helpCommand       `cmd:"" help:"Tell what a command does."`
}

// streams are where a command writes.
type streams struct{ out, err io.Writer }

// exit is the code to end with, where all has been said.
type exit int

func (e exit) Error() string { return fmt.Sprintf("exit code %d", int(e)) }

// unable wraps an error by which a command could not do its work.
type unable struct{ error }

func (u unable) Unwrap() error { return u.error }

func main() { os.Exit(run(arguments(), streams{os.Stdout, os.Stderr})) }

func run(args []string, s streams) (code int) {
	defer func() {
		switch end := recover().(type) {
		case nil:
		case exit:
			code = int(end)
		default:
			panic(end)
		}
	}()
	parser := newParser(s)
	if len(args) == 0 {
		args = []string{"help"}
	}
	parsed, err := parser.Parse(dashed(args))
	if err != nil {
		fmt.Fprintf(s.err, "octroi: %v\nsee: octroi help\n", err)
		return 2
	}
	err = parsed.Run(s, parser)
	var end exit
	if err == nil || errors.As(err, &end) {
		return int(end)
	}
	fmt.Fprintf(s.err, "%s: %v\n", parsed.Selected().FullPath(), err)
	if errors.As(err, new(unable)) {
		return 2
	}
	return 1
}

func newParser(s streams) *kong.Kong {
	return kong.Must(new(commands), kong.Name("octroi"),
		kong.Description("Consent for a site: checks what it declares, makes what its visitors load, and audits what it does. A command ends with 0 where all is well, with 1 where something is wrong with what it looked at, with 2 where it could not look."),
		kong.Vars{"version": project.Version()},
		kong.Writers(s.out, s.err),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}),
		// Only help ends the program from within; run turns it into a code.
		kong.Exit(func(code int) { panic(exit(code)) }))
}

var (
	long     = regexp.MustCompile(`^-[a-z][a-z-]+`)
	negative = regexp.MustCompile(`^-[0-9]`)
)

// dashed doubles the dash of long options that have one, as -headless, and joins a number
// below 0 to the option before it, or it would be taken for one.
func dashed(args []string) (words []string) {
	for _, arg := range args {
		last := len(words) - 1
		switch {
		case negative.MatchString(arg) && last >= 0 && strings.HasPrefix(words[last], "--"):
			words[last] += "=" + arg
			continue
		case long.MatchString(arg):
			arg = "-" + arg
		}
		words = append(words, arg)
	}
	return words
}
