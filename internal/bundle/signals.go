package bundle

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/octroi-consent/octroi/engine"
)

// A call is what the engine has a vendor told; see config.Operations.
type call struct {
	op, target string
	args       []json.RawMessage
}

func (c *call) UnmarshalJSON(b []byte) error {
	return json.Unmarshal(b, &[]any{&c.op, &c.target, &c.args})
}

// defaults are what the engine tells vendors when it starts on a host of the site.
func defaults(declaration []byte, host string) (calls []call, err error) {
	var e engine.Engine
	for _, effect := range e.Handle(engine.Event{Kind: engine.Start, Args: []string{string(declaration), host}}) {
		if effect.Kind == engine.Signal {
			var list []call
			if err := json.Unmarshal([]byte(effect.Args[2]), &list); err != nil {
				return nil, err
			}
			calls = append(calls, list...)
		}
	}
	return calls, nil
}

// tellDefaults is a function of JavaScript that makes these calls: they are the same for every
// visitor, so octroi.js needs nothing that reads them. Where one throws the others go on; the
// function returns a digit for each, "1" where it threw. Calls of what a vendor's own script
// brings are left to octroi.hold.js, which can wait for it.
func tellDefaults(calls []call) string {
	var b strings.Builder
	b.WriteString(`function(){let f="";`)
	for _, c := range calls {
		if c.op != "call" {
			fmt.Fprintf(&b, "try{%s;f+=0}catch{f+=1}", c.script())
		}
	}
	b.WriteString("return f}")
	return b.String()
}

// script is the call as a statement.
func (c *call) script() string {
	args := make([]string, len(c.args))
	for i := range args {
		args[i] = string(c.args[i])
	}
	all := strings.Join(args, ",")
	if c.op == "event" {
		return fmt.Sprintf("document.dispatchEvent(new CustomEvent(%s,{detail:%s}))", quoted(c.target), all)
	}
	at, made := "window", ""
	for name := range strings.SplitSeq(c.target, ".") {
		if at != "window" {
			made += at + "||=" + "{};"
		}
		at += "[" + string(quoted(name)) + "]"
	}
	switch c.op {
	case "arguments":
		return made + "(" + at + "||=[]).push(function(){return arguments}(" + all + "))"
	case "flat":
		return made + "(" + at + "||=[]).push(" + all + ")"
	case "array":
		return made + "(" + at + "||=[]).push([" + all + "])"
	case "stub":
		return made + "(" + at + "||=function(){(" + at + ".q||=[]).push(arguments)})(" + all + ")"
	default:
		return made + at + "=" + all
	}
}
