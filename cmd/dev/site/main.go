// Command site makes the documentation's site, and serves it.
package main

import (
	"fmt"
	"os"

	"github.com/alecthomas/kong"

	"github.com/octroi-consent/octroi"
	"github.com/octroi-consent/octroi/internal/site"
)

func main() {
	var cli struct {
		Out  string `short:"o" default:"dist/site" help:"The folder to write, or to serve (${default})."`
		Base string `default:"${home}" help:"Where the site will stand, for sitemap.xml (${default})."`
		Port int    `name:"serve" placeholder:"PORT" help:"Make nothing: serve the folder on this port of localhost."`
	}
	kong.Parse(&cli, kong.Vars{"home": octroi.Home})
	if cli.Port != 0 {
		fmt.Fprintln(os.Stderr, serve(cli.Out, cli.Port))
		os.Exit(1)
	}
	s, err := site.Build(site.Options{Root: ".", Base: cli.Base, Dist: "dist"})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	if err := s.Write(cli.Out); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Printf("%d pages in %s\n", len(s.Pages), cli.Out)
}
