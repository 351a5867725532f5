// Package literal reads the values that a script writes down, without running it: objects,
// lists, texts, numbers, and constants that stand for them. What only running it would tell
// is [Code].
package literal

import (
	"encoding/json"
	"errors"
	"fmt"
	"path"
	"regexp"
	"strconv"
	"strings"

	"github.com/tdewolff/parse/v2"
	"github.com/tdewolff/parse/v2/js"
)

// Object is an object, its keys in the order in which they are written.
type Object struct {
	Keys   []string
	Values map[string]any
}

// Get returns a key's value; nil where there is none, also of no object.
func (o *Object) Get(keys ...string) any {
	for i, key := range keys {
		if o == nil {
			return nil
		}
		v := o.Values[key]
		if i == len(keys)-1 {
			return v
		}
		o, _ = v.(*Object)
	}
	return nil
}

// Object returns a key's object; nil where it is none.
func (o *Object) Object(keys ...string) *Object { return As[*Object](o.Get(keys...)) }

// Text returns a key's text; "" where it is none.
func (o *Object) Text(keys ...string) string { return As[string](o.Get(keys...)) }

// List returns a key's list; nil where it is none.
func (o *Object) List(keys ...string) []any { return As[[]any](o.Get(keys...)) }

// True reports whether a key is true.
func (o *Object) True(keys ...string) bool { return As[bool](o.Get(keys...)) }

// Number returns a key's number, also of a text that is one; 0 where it is none.
func (o *Object) Number(keys ...string) float64 {
	switch v := o.Get(keys...).(type) {
	case float64:
		return v
	case string:
		n, _ := strconv.ParseFloat(v, 64)
		return n
	}
	return 0
}

// Has reports whether a key is there.
func (o *Object) Has(key string) bool {
	if o == nil {
		return false
	}
	_, has := o.Values[key]
	return has
}

func (o *Object) put(key string, value any) {
	if !o.Has(key) {
		o.Keys = append(o.Keys, key)
	}
	o.Values[key] = value
}

// As returns a value as a type; its zero value where it is none.
func As[T any](v any) T {
	t, _ := v.(T)
	return t
}

// Regexp is a regular expression.
type Regexp struct{ Source, Flags string }

// Code is what only running the script would tell.
type Code struct {
	Text     string // as it is written, cut
	Function bool
}

// Call is a call of a function by its name.
type Call struct {
	Name string // as "CookieConsent.run", without "window."
	Args []any
}

// Assignment gives a value to a name.
type Assignment struct {
	Name  string
	Value any
}

// Program is what a script writes down.
type Program struct {
	Calls       []Call
	Assignments []Assignment // declarations and what the script exports ("export") among them

	open   func(name string) ([]byte, error)
	names  map[string]js.IExpr
	within map[string]bool // names that are being read
	read   int             // expressions, in all
}

// TooLarge is what is not read, in bytes.
const TooLarge = 8 << 20

// Read reads a script. Files that it imports as data are asked of open, by their names as it has
// them; open may be nil.
func Read(text string, open func(name string) ([]byte, error)) (*Program, error) {
	if len(text) > TooLarge {
		return nil, errors.New("longer than 8 MB")
	}
	ast, err := parseScript(text)
	if err != nil {
		plain, e := parseScript(withoutTypes(text))
		if e != nil {
			return nil, err
		}
		ast = plain
	}
	p := &Program{open: open, names: map[string]js.IExpr{}, within: map[string]bool{}}
	js.Walk(&collector{p}, ast)
	js.Walk(&reader{p}, ast)
	return p, nil
}

// ReadJSON reads a text that is one value of JSON.
func ReadJSON(text []byte) (any, error) {
	if !json.Valid(text) {
		return nil, errors.New("not JSON")
	}
	p, err := Read("("+string(text)+")", nil)
	if err != nil {
		return nil, err
	}
	if len(p.Assignments) == 0 {
		return nil, errors.New("no object")
	}
	return p.Assignments[0].Value, nil
}

// parseScript parses; what the parser cannot take at all is an error too.
func parseScript(text string) (ast *js.AST, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("no JavaScript: %v", r)
		}
	}()
	ast, err = js.Parse(parse.NewInputString(text), js.Options{})
	if err != nil {
		message, _, _ := strings.Cut(err.Error(), "\n")
		return nil, errors.New(message)
	}
	return ast, nil
}

var (
	typeImport = regexp.MustCompile(`(?m)^\s*(?:import|export)\s+type\s[^;\n]*(?:;|$)`)
	typeBlock  = regexp.MustCompile(`(?ms)^(?:export\s+)?(?:declare\s+)?interface\s+\w+[^{]*\{.*?^\}`)
	declared   = regexp.MustCompile(`\b(const|let|var)(\s+[\w$]+)\s*:\s*[\w$.<>\[\]|&, '"]+?\s*=([^=>])`)
	cast       = regexp.MustCompile(`\s(?:as\s+const|(?:as|satisfies)\s+[\w$.]+(?:<[^<>()]*>)?(?:\[\])*)(\s*[,;)\]}\n]|\s*$)`)
)

// withoutTypes takes out of TypeScript what configurations have of it: imports of types,
// interfaces, types of constants, "as" and "satisfies".
func withoutTypes(text string) string {
	text = typeImport.ReplaceAllString(text, "")
	text = typeBlock.ReplaceAllString(text, "")
	text = declared.ReplaceAllString(text, "$1$2 =$3")
	return cast.ReplaceAllString(text, "$1")
}

// collector notes what names stand for.
type collector struct{ p *Program }

func (c *collector) Enter(n js.INode) js.IVisitor {
	switch n := n.(type) {
	case *js.VarDecl:
		for _, one := range n.List {
			if v, is := one.Binding.(*js.Var); is && one.Default != nil {
				c.p.names[string(v.Name())] = one.Default
			}
		}
	case *js.ImportStmt:
		if n.Default != nil {
			c.p.names[string(n.Default)] = &js.LiteralExpr{TokenType: js.ErrorToken, Data: n.Module}
		}
	}
	return c
}

func (*collector) Exit(js.INode) {}

// reader notes calls and assignments.
type reader struct{ p *Program }

func (r *reader) Enter(n js.INode) js.IVisitor {
	p := r.p
	switch n := n.(type) {
	case *js.VarDecl:
		for _, one := range n.List {
			if v, is := one.Binding.(*js.Var); is && one.Default != nil {
				p.Assignments = append(p.Assignments, Assignment{string(v.Name()), p.value(one.Default)})
			}
		}
	case *js.ExportStmt:
		if n.Default && n.Decl != nil {
			p.Assignments = append(p.Assignments, Assignment{"export", p.value(n.Decl)})
		}
	case *js.ExprStmt:
		if g, is := n.Value.(*js.GroupExpr); is {
			if _, is := g.X.(*js.ObjectExpr); is { // a text of JSON, in brackets
				p.Assignments = append(p.Assignments, Assignment{"export", p.value(g.X)})
			}
		}
	case *js.BinaryExpr:
		if n.Op == js.EqToken {
			if name := p.name(n.X); name != "" {
				if name == "module.exports" {
					name = "export"
				}
				p.Assignments = append(p.Assignments, Assignment{name, p.value(n.Y)})
			}
		}
	case *js.CallExpr:
		if name := p.name(n.X); name != "" {
			p.Calls = append(p.Calls, Call{name, p.arguments(&n.Args)})
		}
	}
	return r
}

func (*reader) Exit(js.INode) {}

func (p *Program) arguments(args *js.Args) (list []any) {
	if args == nil {
		return nil
	}
	for _, arg := range args.List {
		v := p.value(arg.Value)
		if spread, is := v.([]any); is && arg.Rest {
			list = append(list, spread...)
			continue
		}
		list = append(list, v)
	}
	return list
}

// name is how a callee or what is assigned to is called: "a.b", "a().b" of a constant that a
// call has made, and of (a = a || []) the a; "" for what has no name.
func (p *Program) name(e js.IExpr) string {
	switch e := e.(type) {
	case *js.Var:
		name := string(e.Name())
		if made, is := p.names[name].(*js.CallExpr); is && !p.within[name] {
			p.within[name] = true
			defer delete(p.within, name)
			if of := p.name(made.X); of != "" && of != "require" {
				return of + "()"
			}
		}
		return name
	case *js.DotExpr:
		x, y := p.name(e.X), ""
		switch last := e.Y.(type) {
		case *js.LiteralExpr:
			y = string(last.Data)
		case js.LiteralExpr:
			y = string(last.Data)
		case *js.Var:
			y = string(last.Data)
		}
		return joined(x, y)
	case *js.IndexExpr:
		return joined(p.name(e.X), As[string](p.value(e.Y)))
	case *js.GroupExpr:
		return p.name(e.X)
	case *js.BinaryExpr:
		if e.Op == js.EqToken || e.Op == js.OrEqToken || e.Op == js.NullishEqToken || e.Op == js.OrToken {
			return p.name(e.X)
		}
	case *js.CallExpr:
		if of := p.name(e.X); of != "" {
			return of + "()"
		}
	}
	return ""
}

func joined(x, y string) string {
	switch {
	case x == "" || y == "":
		return ""
	case x == "window" || x == "globalThis" || x == "self":
		return y
	}
	return x + "." + y
}

const most = 1 << 14 // of code that is kept, in bytes

func code(e js.IExpr) Code {
	_, arrow := e.(*js.ArrowFunc)
	_, function := e.(*js.FuncDecl)
	_, method := e.(*js.MethodDecl)
	var w strings.Builder
	e.JS(&w)
	text := strings.Join(strings.Fields(w.String()), " ")
	if len(text) > most {
		text = strings.ToValidUTF8(text[:most], "") + " …"
	}
	return Code{text, arrow || function || method}
}

// mostRead bounds what is read: constants may name each other over and over.
const mostRead = 1 << 20

// value is what an expression stands for.
func (p *Program) value(e js.IExpr) any {
	if p.read++; p.read > mostRead {
		return Code{Text: "…"}
	}
	switch e := e.(type) {
	case *js.LiteralExpr:
		return p.simple(e)
	case *js.Var:
		return p.constant(e)
	case *js.GroupExpr:
		return p.value(e.X)
	case *js.ObjectExpr:
		return p.object(e)
	case *js.ArrayExpr:
		list := []any{}
		for _, one := range e.List {
			if one.Value == nil {
				continue
			}
			v := p.value(one.Value)
			if spread, is := v.([]any); is && one.Spread {
				list = append(list, spread...)
				continue
			}
			list = append(list, v)
		}
		return list
	case *js.TemplateExpr:
		return p.template(e)
	case *js.UnaryExpr:
		switch v := p.value(e.X).(type) {
		case float64:
			if e.Op == js.NotToken {
				return v == 0
			}
			if e.Op == js.SubToken || e.Op == js.NegToken {
				return -v
			}
		case bool:
			if e.Op == js.NotToken {
				return !v
			}
		}
	case *js.BinaryExpr:
		return p.binary(e)
	case *js.DotExpr, *js.IndexExpr:
		return p.member(e)
	case *js.NewExpr:
		if p.name(e.X) == "RegExp" {
			return expression(p.arguments(e.Args), code(e))
		}
	case *js.CallExpr:
		switch args := p.arguments(&e.Args); p.name(e.X) {
		case "RegExp":
			return expression(args, code(e))
		case "Object.assign":
			o := &Object{Values: map[string]any{}}
			for _, arg := range args {
				o.take(As[*Object](arg))
			}
			return o
		case "Object.freeze", "structuredClone", "defineConfig":
			if len(args) == 1 {
				return args[0]
			}
		case "require":
			if len(args) == 1 {
				return p.imported(As[string](args[0]), code(e))
			}
		}
	}
	return code(e)
}

func expression(args []any, otherwise Code) any {
	if len(args) == 0 {
		return otherwise
	}
	switch source := args[0].(type) {
	case string:
		flags := ""
		if len(args) > 1 {
			flags = As[string](args[1])
		}
		return Regexp{source, flags}
	case Regexp:
		return source
	}
	return otherwise
}

func (o *Object) take(from *Object) {
	if from == nil {
		return
	}
	for _, key := range from.Keys {
		o.put(key, from.Values[key])
	}
}

func (p *Program) object(e *js.ObjectExpr) any {
	o := &Object{Values: map[string]any{}}
	for _, one := range e.List {
		switch {
		case one.Spread:
			v := p.value(one.Value)
			if from := As[*Object](v); from != nil {
				o.take(from)
			} else {
				o.put("..."+As[Code](v).Text, v)
			}
		case one.Name != nil:
			key := ""
			if one.Name.IsComputed() {
				v := p.value(one.Name.Computed)
				if key = As[string](v); key == "" {
					key = "[" + As[Code](v).Text + "]"
				}
			} else if key = string(one.Name.Literal.Data); one.Name.Literal.TokenType == js.StringToken {
				key = unquote(one.Name.Literal.Data)
			}
			o.put(key, p.value(one.Value))
		default:
			switch v := one.Value.(type) {
			case *js.Var: // {name}
				o.put(string(v.Name()), p.value(v))
			case *js.MethodDecl:
				o.put(string(v.Name.PropertyName.Literal.Data), code(v))
			}
		}
	}
	return o
}

func (p *Program) simple(e *js.LiteralExpr) any {
	switch e.TokenType {
	case js.StringToken:
		return unquote(e.Data)
	case js.TrueToken:
		return true
	case js.FalseToken:
		return false
	case js.NullToken:
		return nil
	case js.RegExpToken:
		text := string(e.Data)
		end := strings.LastIndexByte(text, '/')
		return Regexp{text[1:end], text[end+1:]}
	case js.ErrorToken: // what is imported from a file
		return p.imported(unquote(e.Data), Code{Text: string(e.Data)})
	}
	text := strings.ReplaceAll(string(e.Data), "_", "")
	if n, err := strconv.ParseFloat(text, 64); err == nil {
		return n
	}
	if n, err := strconv.ParseInt(text, 0, 64); err == nil {
		return float64(n)
	}
	return code(e)
}

// imported is a file of data beside the script.
func (p *Program) imported(name string, otherwise Code) any {
	if v := p.Beside(name); v != nil {
		return v
	}
	return otherwise
}

// Beside reads a file of JSON by its name as the script has it; nil where it cannot be had.
func (p *Program) Beside(name string) any {
	if p.open == nil || path.Ext(name) != ".json" {
		return nil
	}
	text, err := p.open(name)
	if err != nil {
		return nil
	}
	v, err := ReadJSON(text)
	if err != nil {
		return nil
	}
	return v
}

func (p *Program) constant(e *js.Var) any {
	name := string(e.Name())
	if name == "undefined" {
		return nil
	}
	to, there := p.names[name]
	if !there || p.within[name] {
		return code(e)
	}
	p.within[name] = true
	defer delete(p.within, name)
	return p.value(to)
}

func (p *Program) template(e *js.TemplateExpr) any {
	if e.Tag != nil {
		return code(e)
	}
	var w strings.Builder
	for i, one := range e.List {
		part := string(one.Value)
		if i == 0 {
			part = strings.TrimPrefix(part, "`")
		} else {
			part = strings.TrimPrefix(part, "}")
		}
		w.WriteString(escapes(strings.TrimSuffix(part, "${")))
		switch v := p.value(one.Expr).(type) {
		case string:
			w.WriteString(v)
		case float64:
			w.WriteString(strconv.FormatFloat(v, 'f', -1, 64))
		default:
			return code(e)
		}
	}
	tail := strings.TrimSuffix(string(e.Tail), "`")
	if len(e.List) == 0 {
		tail = strings.TrimPrefix(tail, "`")
	} else {
		tail = strings.TrimPrefix(tail, "}")
	}
	w.WriteString(escapes(tail))
	return w.String()
}

func (p *Program) binary(e *js.BinaryExpr) any {
	switch e.Op {
	case js.AddToken:
		x, y := p.value(e.X), p.value(e.Y)
		if a, is := x.(string); is {
			switch b := y.(type) {
			case string:
				return a + b
			case float64:
				return a + strconv.FormatFloat(b, 'f', -1, 64)
			}
		}
		if a, is := x.(float64); is {
			if b, is := y.(float64); is {
				return a + b
			}
		}
	case js.MulToken:
		x, isX := p.value(e.X).(float64)
		y, isY := p.value(e.Y).(float64)
		if isX && isY {
			return x * y
		}
	case js.OrToken, js.NullishToken:
		x := p.value(e.X)
		if _, unknown := x.(Code); unknown || x == nil || x == "" {
			return p.value(e.Y)
		}
		return x
	case js.EqToken, js.OrEqToken, js.NullishEqToken:
		return p.value(e.Y)
	}
	return code(e)
}

// member is a constant's own part, as texts.en.
func (p *Program) member(e js.IExpr) any {
	var of any
	key := ""
	switch e := e.(type) {
	case *js.DotExpr:
		of = p.value(e.X)
		switch y := e.Y.(type) {
		case *js.LiteralExpr:
			key = string(y.Data)
		case js.LiteralExpr:
			key = string(y.Data)
		case *js.Var:
			key = string(y.Data)
		}
	case *js.IndexExpr:
		of, key = p.value(e.X), As[string](p.value(e.Y))
	}
	if o, is := of.(*Object); is && o.Has(key) {
		return o.Get(key)
	}
	return code(e)
}

func unquote(quoted []byte) string {
	if len(quoted) < 2 {
		return string(quoted)
	}
	return escapes(string(quoted[1 : len(quoted)-1]))
}

var single = map[byte]string{'n': "\n", 't': "\t", 'r': "\r", 'b': "\b", 'f': "\f", 'v': "\v", '0': "\x00", '\n': ""}

// escapes undoes the escapes of a text (ECMAScript, "EscapeSequence").
func escapes(text string) string {
	if !strings.Contains(text, `\`) {
		return text
	}
	var units []rune
	for i := 0; i < len(text); {
		if text[i] != '\\' || i+1 == len(text) {
			r := []rune(text[i:min(len(text), i+4)])[0]
			units = append(units, r)
			i += max(1, len(string(r)))
			continue
		}
		i++
		digits, size := "", 0
		switch {
		case text[i] == 'x' && i+3 <= len(text):
			digits, size = text[i+1:i+3], 3
		case strings.HasPrefix(text[i:], "u{"):
			if end := strings.IndexByte(text[i:], '}'); end > 0 {
				digits, size = text[i+2:i+end], end+1
			}
		case text[i] == 'u' && i+5 <= len(text):
			digits, size = text[i+1:i+5], 5
		}
		if n, err := strconv.ParseUint(digits, 16, 32); err == nil && size > 0 {
			units = append(units, rune(n))
			i += size
			continue
		}
		if mapped, has := single[text[i]]; has {
			units = append(units, []rune(mapped)...)
			i++
			continue
		}
		r := []rune(text[i:min(len(text), i+4)])[0]
		units = append(units, r)
		i += max(1, len(string(r)))
	}
	return string(joinSurrogates(units))
}

// joinSurrogates joins the halves of characters that were written as two escapes.
func joinSurrogates(units []rune) (text []rune) {
	for i := 0; i < len(units); i++ {
		if high := units[i]; high >= 0xd800 && high < 0xdc00 && i+1 < len(units) {
			if low := units[i+1]; low >= 0xdc00 && low < 0xe000 {
				text = append(text, (high-0xd800)<<10|(low-0xdc00)+0x10000)
				i++
				continue
			}
		}
		text = append(text, units[i])
	}
	return text
}
