package main

import (
	"flag"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const commandsPage = "../../docs/cli.md"

var writePage = flag.Bool("write", false, "write docs/cli.md from the commands")

// docs/cli.md has each command with all that it takes, in the words of its help. From its
// first command on it is written by: go test ./cmd/octroi -run TestTheCommandsPage -write
func TestTheCommandsPage(t *testing.T) {
	var b strings.Builder
	for _, c := range newParser(streams{io.Discard, io.Discard}).Model.Children {
		describe(&b, c)
	}
	text, err := os.ReadFile(commandsPage)
	require.NoError(t, err)
	const first = "\n## octroi "
	at := strings.Index(string(text), first)
	require.Positive(t, at)
	want := string(text[:at]) + "\n" + strings.TrimSpace(b.String()) + "\n"
	if *writePage {
		require.NoError(t, os.WriteFile(commandsPage, []byte(want), 0o666))
	}
	text, err = os.ReadFile(commandsPage)
	require.NoError(t, err)
	is, lines := strings.Split(string(text), "\n"), strings.Split(want, "\n")
	for i := range min(len(is), len(lines)) {
		require.Equal(t, lines[i], is[i], "go test ./cmd/octroi -run TestTheCommandsPage -write")
	}
	assert.Len(t, is, len(lines))
}

// describe writes a command as Markdown.
func describe(b *strings.Builder, c *kong.Node) {
	summary := strings.TrimSuffix(c.Summary(), " [flags]")
	fmt.Fprintf(b, "## octroi %s\n\n```\noctroi %s\n```\n\n%s\n\n", c.Path(), strings.NewReplacer("<", "", ">", "").Replace(summary), plain(c.Help))
	if c.Detail != "" {
		fmt.Fprintf(b, "%s\n\n", plain(c.Detail))
	}
	for _, argument := range c.Positional {
		fmt.Fprintf(b, "- `%s`: %s\n", strings.ToUpper(argument.Name), plain(argument.Help))
	}
	for _, f := range c.Flags {
		name := "--" + f.Name
		if f.Short != 0 {
			name = fmt.Sprintf("-%c, %s", f.Short, name)
		}
		if f.Tag.Negatable != "" {
			name = "--[no-]" + f.Name
		}
		switch {
		case f.Enum != "":
			name += " " + strings.ReplaceAll(f.Enum, ",", "|")
		case f.PlaceHolder != "":
			name += " " + f.PlaceHolder
		case !f.IsBool():
			name += " " + strings.ToUpper(f.Name)
		}
		fmt.Fprintf(b, "- `%s`: %s\n", name, plain(f.Help))
	}
	if len(c.Positional)+len(c.Flags) > 0 {
		b.WriteString("\n")
	}
	for _, under := range c.Children {
		describe(b, under)
	}
}

// plain is a text of help as Markdown shows it.
func plain(text string) string {
	return strings.NewReplacer("<", "&lt;", "*", `\*`).Replace(text)
}
