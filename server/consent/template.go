package consent

import "html/template"

// Funcs returns a template's function "allows", which reports whether this visitor has granted all
// of some ids: {{if allows "stats"}}. A template is parsed with that of the zero State, which
// grants nothing, and rendered by [State.Template].
func (s State) Funcs() template.FuncMap { return template.FuncMap{"allows": s.Allows} }

// Template returns a copy of a template in which "allows" answers for this visitor. Never bind it
// in the template itself: other requests render that at the same time. The template must not have
// been rendered. The copy costs more than {{if .Consent.Allows "stats"}} with a State among the
// data, which needs none.
func (s State) Template(t *template.Template) (*template.Template, error) {
	c, err := t.Clone()
	if err != nil {
		return nil, err
	}
	return c.Funcs(s.Funcs()), nil
}
