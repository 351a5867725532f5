package main

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/alecthomas/kong"

	"github.com/octroi-consent/octroi/catalog"
	"github.com/octroi-consent/octroi/web"
)

type completionCommand struct {
	Shell string `arg:"" enum:"bash,zsh,fish" help:"bash, zsh or fish."`
}

// Help is what --help says besides.
func (*completionCommand) Help() string {
	return `bash: source <(octroi completion bash); zsh: octroi completion zsh > "${fpath[1]}/_octroi"; fish: octroi completion fish > ~/.config/fish/completions/octroi.fish`
}

func (c *completionCommand) Run(s streams, parser *kong.Kong) error {
	map[string]func(io.Writer, []*kong.Node){"bash": bash, "zsh": zsh, "fish": fish}[c.Shell](s.out, parser.Model.Children)
	return nil
}

// values are the words that an option or an argument of a command may be; nil where it may be others.
func values(command *kong.Node, of *kong.Value) []string {
	if of.Enum != "" {
		return of.EnumSlice()
	}
	switch command.Name + " " + of.Name {
	case "add service":
		known, err := catalog.Load()
		if err != nil {
			return nil
		}
		var ids []string
		for i := range known {
			ids = append(ids, known[i].ID)
		}
		slices.Sort(ids)
		return ids
	case "audit fail-on":
		return []string{"error", "warning", "note", "never"}
	case "help command":
		var names []string
		for _, c := range command.Parent.Children {
			names = append(names, c.Name)
		}
		return names
	case "policy lang", "build lang", "copy lang", "serve lang":
		return web.Languages()
	}
	return nil
}

// options are the long options of a command, as a shell has them.
func options(command *kong.Node) (list []string) {
	list = []string{"--help"}
	for _, flag := range command.Flags {
		list = append(list, "--"+flag.Name)
	}
	return list
}

func bash(w io.Writer, commands []*kong.Node) {
	var names []string
	fmt.Fprint(w, "# bash completion for octroi\n_octroi() {\n  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} words=\n  case ${COMP_WORDS[1]}:$COMP_CWORD:$before:$word in\n")
	for _, c := range commands {
		names = append(names, c.Name)
	}
	fmt.Fprintf(w, "  *:1:*) words=%q ;;\n", strings.Join(names, " "))
	for _, c := range commands {
		for _, flag := range c.Flags {
			if list := values(c, flag.Value); list != nil {
				fmt.Fprintf(w, "  %s:*:--%s:*) words=%q ;;\n", c.Name, flag.Name, strings.Join(list, " "))
			}
		}
		fmt.Fprintf(w, "  %s:*:*:-*) words=%q ;;\n", c.Name, strings.Join(options(c), " "))
		for i, argument := range c.Positional {
			if list := values(c, argument); list != nil {
				fmt.Fprintf(w, "  %s:%d:*) words=%q ;;\n", c.Name, i+2, strings.Join(list, " "))
			}
		}
	}
	fmt.Fprint(w, "  esac\n  COMPREPLY=($(compgen -W \"$words\" -- \"$word\"))\n}\n# Where no word fits, files do.\ncomplete -o default -F _octroi octroi\n")
}

// quoted writes a text as one word of a shell; colons and brackets, which zsh reads in
// descriptions, are replaced.
func quoted(text string) string {
	return "'" + strings.NewReplacer("'", `’`, `\`, "", "[", "(", "]", ")", ":", ",").Replace(text) + "'"
}

func zsh(w io.Writer, commands []*kong.Node) {
	fmt.Fprint(w, "#compdef octroi\n_octroi() {\n  if ((CURRENT == 2)); then\n    local -a commands=(")
	for _, c := range commands {
		fmt.Fprintf(w, "\n      %s:%s", c.Name, quoted(c.Help))
	}
	fmt.Fprint(w, "\n    )\n    _describe command commands\n    return\n  fi\n  local command=$words[2]\n  shift words\n  ((CURRENT--))\n  case $command in\n")
	for _, c := range commands {
		fmt.Fprintf(w, "  %s)\n    _arguments '--help[tell what it does]'", c.Name)
		for _, flag := range c.Flags {
			fmt.Fprintf(w, " \\\n      '--%s['%s']'", flag.Name, quoted(flag.Help))
			if !flag.IsBool() {
				fmt.Fprintf(w, "':%s:%s'", flag.Name, zshValues(c, flag.Value, flag.PlaceHolder))
			}
		}
		for _, argument := range c.Positional {
			fmt.Fprintf(w, " \\\n      ':%s:%s'", argument.Name, zshValues(c, argument, strings.ToUpper(argument.Name)))
		}
		fmt.Fprint(w, "\n    ;;\n")
	}
	fmt.Fprint(w, "  esac\n}\n# Sourced it is registered; from a folder of $fpath it is called.\nif [[ $funcstack[1] == _octroi ]]; then _octroi \"$@\"; else compdef _octroi octroi; fi\n")
}

// named reports whether what help calls so is the name of a file or a folder.
func named(placeholder string) bool {
	return slices.Contains([]string{"FILE", "DIR", "OLD", "NEW"}, placeholder)
}

func zshValues(command *kong.Node, of *kong.Value, placeholder string) string {
	if list := values(command, of); list != nil {
		return "(" + strings.Join(list, " ") + ")"
	}
	if named(placeholder) {
		return "_files"
	}
	return " "
}

func fish(w io.Writer, commands []*kong.Node) {
	fmt.Fprint(w, "# fish completion for octroi\n")
	for _, c := range commands {
		fmt.Fprintf(w, "complete -c octroi -n __fish_use_subcommand -f -a %s -d %s\n", c.Name, quoted(c.Help))
	}
	for _, c := range commands {
		in := "complete -c octroi -n '__fish_seen_subcommand_from " + c.Name + "'"
		for _, flag := range c.Flags {
			takes := ""
			if list := values(c, flag.Value); list != nil {
				takes = " -x -a '" + strings.Join(list, " ") + "'"
			} else if named(flag.PlaceHolder) {
				takes = " -r"
			} else if !flag.IsBool() {
				takes = " -x"
			}
			fmt.Fprintf(w, "%s -l %s%s -d %s\n", in, flag.Name, takes, quoted(flag.Help))
		}
		for _, argument := range c.Positional {
			if list := values(c, argument); list != nil {
				fmt.Fprintf(w, "%s -a '%s'\n", in, strings.Join(list, " "))
			}
		}
	}
}
