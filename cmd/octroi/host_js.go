package main

import (
	"errors"
	"syscall/js"
)

// host is what npm/octroi/bin/node.js has for this program besides Node's fs.
var host = js.Global().Get("octroiHost")

// arguments are those of the command line, which may be longer than Go's own start takes.
func arguments() []string {
	list := make([]string, host.Get("args").Length())
	for i := range list {
		list[i] = host.Get("args").Index(i).String()
	}
	return list
}

// nativeProgram is the path of the native one, "" where it is not there, and the package that
// brings it, "" where there is none for this machine.
func nativeProgram() (program, from string) {
	found := host.Call("native")
	return found.Index(0).String(), found.Index(1).String()
}

// runProgram runs another program with this one's streams, and returns its exit code.
func runProgram(program string, args ...string) (code int, err error) {
	list := make([]any, len(args))
	for i := range args {
		list[i] = args[i]
	}
	ended := host.Call("run", program, list)
	if failure := ended.Index(1).String(); failure != "" {
		return 0, errors.New(failure)
	}
	return ended.Index(0).Int(), nil
}

// packagedDropIn is the folder with the drop-in's files that came with this program, in one package.
func packagedDropIn() string { return host.Get("dist").String() }
