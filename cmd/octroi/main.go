// Command octroi is the site owner's: declare, policy and audit.
package main

import (
	"fmt"
	"os"
)

func main() {
	commands := map[string]func(){"audit": auditMain, "declare": declareMain, "policy": policyMain}
	if len(os.Args) < 2 || commands[os.Args[1]] == nil {
		fmt.Fprintln(os.Stderr, "usage: octroi declare|policy|audit …")
		os.Exit(2)
	}
	commands[os.Args[1]]()
}
