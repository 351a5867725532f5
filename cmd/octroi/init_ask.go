package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strings"
)

// errStopped tells that the owner has stopped, or that there is nobody to answer.
var errStopped = errors.New("stopped")

// asker asks the owner. With yes it asks nothing, and takes what it would propose.
type asker struct {
	in  *bufio.Reader
	out io.Writer
	yes bool
}

func newAsker(in io.Reader, out io.Writer, yes bool) *asker {
	return &asker{bufio.NewReader(in), out, yes}
}

// text asks for a text; an empty answer is what is proposed.
func (a *asker) text(question, proposed string) (string, error) {
	if a.yes {
		return proposed, nil
	}
	if proposed != "" {
		question += " [" + proposed + "]"
	}
	fmt.Fprintf(a.out, "%s: ", question)
	line, err := a.in.ReadString('\n')
	if err != nil && (line == "" || !errors.Is(err, io.EOF)) {
		fmt.Fprintln(a.out)
		return "", errStopped
	}
	if line = strings.TrimSpace(line); line == "" {
		line = proposed
	}
	return line, nil
}

// choice asks for one of some words; their first letters will do.
func (a *asker) choice(question, proposed string, words []string) (string, error) {
	for {
		answer, err := a.text(question+" ("+strings.Join(words, ", ")+")", proposed)
		if err != nil {
			return "", err
		}
		found := ""
		for _, word := range words {
			if answer == word {
				return word, nil
			}
			if answer != "" && strings.HasPrefix(word, strings.ToLower(answer)) {
				if found != "" {
					found = ""
					break
				}
				found = word
			}
		}
		if found != "" {
			return found, nil
		}
		fmt.Fprintf(a.out, "Write one of: %s\n", strings.Join(words, ", "))
	}
}

// confirm asks whether to go on; anything but a yes stops.
func (a *asker) confirm(question string) error {
	if a.yes {
		return nil
	}
	answer, err := a.text(question+" (yes, no)", "no")
	if err != nil {
		return err
	}
	if !strings.HasPrefix(strings.ToLower(answer), "y") {
		return errStopped
	}
	return nil
}
