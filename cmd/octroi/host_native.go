//go:build !js

package main

import "os"

func arguments() []string { return os.Args[1:] }

// packagedDropIn is the folder with the drop-in's files that came with this program: none.
func packagedDropIn() string { return "" }
