// Command demo serves the demo shop and the origin that plays its third parties,
// both on loopback.
package main

import (
	"flag"
	"fmt"
	"net/http"
	"os"

	"github.com/octroi-consent/octroi/examples/shop"
)

func main() {
	port := flag.Int("port", 8420, "port of the shop; the third parties and the shop's bad twin get the next two")
	dist := flag.String("dist", "dist", "folder of the built files")
	bundle := flag.String("bundle", "", "print the script of this recipe, instead")
	third := flag.String("third", "", "origin of the third parties, for -bundle")
	dropIn := flag.Bool("drop-in", false, "pages load the drop-in, and have the declaration in them")
	flag.Parse()
	if *bundle != "" {
		script, err := shop.Bundle(*bundle, *third)
		if err != nil {
			fmt.Fprintln(os.Stderr, "demo:", err)
			os.Exit(1)
		}
		os.Stdout.Write(script)
		return
	}
	if err := shop.Serve(*port, *dist, *dropIn, func(h http.Handler) http.Handler { return h }); err != nil {
		fmt.Fprintln(os.Stderr, "demo:", err)
		os.Exit(1)
	}
}
