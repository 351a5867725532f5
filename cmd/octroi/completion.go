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
		return strings.Fields(names(command.Parent.Children))
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

// leaves are commands and, of those that have some, the commands under them.
func leaves(commands []*kong.Node) (all []*kong.Node) {
	for _, c := range commands {
		all = append(append(all, c), c.Children...)
	}
	return all
}

// names are those of commands.
func names(commands []*kong.Node) string {
	var list []string
	for _, c := range commands {
		list = append(list, c.Name)
	}
	return strings.Join(list, " ")
}

func bash(w io.Writer, commands []*kong.Node) {
	fmt.Fprint(w, "# bash completion for octroi\n_octroi() {\n  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} words= command=${COMP_WORDS[1]} at=$COMP_CWORD\n")
	for _, c := range commands {
		if len(c.Children) > 0 {
			fmt.Fprintf(w, "  if [[ $command == %s ]] && ((at > 2)); then\n    command+=\" ${COMP_WORDS[2]}\"\n    ((at--))\n  fi\n", c.Name)
		}
	}
	fmt.Fprintf(w, "  case $command:$at:$before:$word in\n  *:1:*) words=%q ;;\n", names(commands))
	for _, c := range leaves(commands) {
		if len(c.Children) > 0 {
			fmt.Fprintf(w, "  %q:2:*) words=%q ;;\n", c.Path(), names(c.Children))
		}
		for _, flag := range c.Flags {
			if list := values(c, flag.Value); list != nil {
				fmt.Fprintf(w, "  %q:*:--%s:*) words=%q ;;\n", c.Path(), flag.Name, strings.Join(list, " "))
			}
		}
		fmt.Fprintf(w, "  %q:*:*:-*) words=%q ;;\n", c.Path(), strings.Join(options(c), " "))
		for i, argument := range c.Positional {
			if list := values(c, argument); list != nil {
				fmt.Fprintf(w, "  %q:%d:*) words=%q ;;\n", c.Path(), i+2, strings.Join(list, " "))
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
	fmt.Fprint(w, "#compdef octroi\n")
	zshCommands(w, "_octroi", commands)
	fmt.Fprint(w, "# Sourced it is registered; from a folder of $fpath it is called.\nif [[ $funcstack[1] == _octroi ]]; then _octroi \"$@\"; else compdef _octroi octroi; fi\n")
}

// zshCommands writes a function that completes one of some commands and what comes after it.
func zshCommands(w io.Writer, function string, commands []*kong.Node) {
	for _, c := range commands {
		if len(c.Children) > 0 {
			zshCommands(w, function+"_"+c.Name, c.Children)
		}
	}
	fmt.Fprintf(w, "%s() {\n  if ((CURRENT == 2)); then\n    local -a commands=(", function)
	for _, c := range commands {
		fmt.Fprintf(w, "\n      %s:%s", c.Name, quoted(c.Help))
	}
	fmt.Fprint(w, "\n    )\n    _describe command commands\n    return\n  fi\n  local command=$words[2]\n  shift words\n  ((CURRENT--))\n  case $command in\n")
	for _, c := range commands {
		if len(c.Children) > 0 {
			fmt.Fprintf(w, "  %s)\n    %s_%s\n    ;;\n", c.Name, function, c.Name)
			continue
		}
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
	fmt.Fprint(w, "  esac\n}\n")
}

// named reports whether what help calls so is the name of a file or a folder.
func named(placeholder string) bool {
	return slices.Contains([]string{"FILE", "FILE|URL", "DIR", "OLD", "NEW"}, placeholder)
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
	for _, c := range leaves(commands) {
		in := "complete -c octroi -n '__fish_seen_subcommand_from " + strings.ReplaceAll(c.Path(), " ", "; and __fish_seen_subcommand_from ") + "'"
		for _, under := range c.Children {
			fmt.Fprintf(w, "complete -c octroi -n '__fish_seen_subcommand_from %s; and not __fish_seen_subcommand_from %s' -f -a %s -d %s\n", c.Name, names(c.Children), under.Name, quoted(under.Help))
		}
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
