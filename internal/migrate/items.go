package migrate

import (
	"regexp"
	"regexp/syntax"
	"slices"
	"strconv"
	"strings"

	"github.com/octroi-consent/octroi/internal/literal"
)

// patterns writes a regular expression of names as a declaration has names, with "*" for any run
// of characters. What it fits is never less than what the expression fits; nil where too much
// would be.
func patterns(source string) []string {
	tree, err := syntax.Parse(source, syntax.Perl)
	if err != nil {
		return nil
	}
	var list []string
	for _, one := range spell(tree) {
		one = "*" + one + "*"
		one = strings.ReplaceAll(one, "*^", "")
		one = strings.ReplaceAll(one, "$*", "")
		one = strings.NewReplacer("^", "", "$", "").Replace(one)
		for strings.Contains(one, "**") {
			one = strings.ReplaceAll(one, "**", "*")
		}
		if len(strings.ReplaceAll(one, "*", "")) < 2 {
			return nil
		}
		if !slices.Contains(list, one) {
			list = append(list, one)
		}
	}
	return list
}

const mostPatterns = 40

// spell writes an expression's alternatives, with ^ and $ for its ends.
func spell(tree *syntax.Regexp) []string {
	switch tree.Op {
	case syntax.OpLiteral:
		return []string{strings.NewReplacer("*", "", "^", "", "$", "").Replace(string(tree.Rune))}
	case syntax.OpBeginText, syntax.OpBeginLine:
		return []string{"^"}
	case syntax.OpEndText, syntax.OpEndLine:
		return []string{"$"}
	case syntax.OpEmptyMatch, syntax.OpNoMatch:
		return []string{""}
	case syntax.OpCapture:
		return spell(tree.Sub[0])
	case syntax.OpQuest:
		return limited(append(spell(tree.Sub[0]), ""))
	case syntax.OpAlternate:
		var all []string
		for _, sub := range tree.Sub {
			all = append(all, spell(sub)...)
		}
		return limited(all)
	case syntax.OpConcat:
		all := []string{""}
		for _, sub := range tree.Sub {
			var longer []string
			for _, one := range all {
				for _, more := range spell(sub) {
					longer = append(longer, one+more)
				}
			}
			all = limited(longer)
		}
		return all
	case syntax.OpCharClass:
		if len(tree.Rune) == 2 && tree.Rune[0] == tree.Rune[1] {
			return []string{string(tree.Rune[0])}
		}
	}
	return []string{"*"}
}

// limited stands for alternatives that are too many.
func limited(all []string) []string {
	if len(all) > mostPatterns {
		return []string{"*"}
	}
	return all
}

// itemsOf reads the name of a cookie: a text, or an expression; where tells of what.
func (o *old) itemOf(name any, where string) (item oldItem, is bool) {
	switch name := name.(type) {
	case string:
		source, regular := strings.CutPrefix(name, "/") // as Orejime has it: "/^_ga/i"
		if end := strings.LastIndexByte(source, '/'); regular && end > 0 {
			return o.itemOf(literal.Regexp{Source: source[:end]}, where)
		}
		if name = strings.TrimSpace(name); name == "" {
			return item, false
		}
		if strings.ContainsAny(name, ";= \t\"") || len(name) > 500 {
			o.ask(where, "The cookie's name %s cannot stand in a declaration; write it under the service's \"cookies\".", quoted(name))
			return item, false
		}
		return oldItem{names: []string{name}}, true
	case literal.Regexp:
		list := patterns(name.Source)
		if list == nil {
			o.ask(where, "/%s/ cannot be written as a name with *; write the cookies that it is meant for under the service's \"cookies\".", name.Source)
			return item, false
		}
		return oldItem{names: list}, true
	}
	o.ask(where, "A cookie's name is worked out by the script (%s); write it under the service's \"cookies\".", short(name))
	return item, false
}

var span = regexp.MustCompile(`(?i)(\d+)\s*([\p{L}()]+)`)

// units are those of lives, as cookie tables have them, in a declaration's words.
var units = map[string]string{}

func init() {
	for unit, words := range map[string]string{
		"second": "s sec secs second seconds seconde secondes sekunde sekunden segundo segundos secondo secondi seconden",
		"minute": "m min mins minute minutes minuten minuto minutos minuti minuut",
		"hour":   "h hr hrs hour hours heure heures stunde stunden hora horas ora ore uur uren",
		"day":    "d day days jour jours tag tage tagen día dia días dias giorno giorni dag dagen",
		"week":   "w week weeks semaine semaines woche wochen semana semanas settimana settimane weken",
		"month":  "mo month months mois monat monate monaten mes meses mês mese mesi maand maanden",
		"year":   "y yr yrs year years an ans année années jahr jahre jahren año años anno anni ano anos jaar jaren",
	} {
		for word := range strings.FieldsSeq(words) {
			units[word] = unit
		}
	}
}

// inDays is how many days a unit has, roughly.
var inDays = map[string]float64{"second": 1. / 86400, "minute": 1. / 1440, "hour": 1. / 24, "day": 1, "week": 7, "month": 30.5, "year": 365}

// lifeOf reads how long a cookie lasts, as people write it; "" where they do not say, and capped
// where that is longer than a declaration takes.
func lifeOf(text string) (life string, capped bool) {
	low := strings.ToLower(plain(text))
	if strings.Contains(low, "session") || strings.Contains(low, "sitzung") || strings.Contains(low, "sesión") || strings.Contains(low, "sessione") || strings.Contains(low, "sessie") {
		return "session", false
	}
	found := span.FindStringSubmatch(low)
	if found == nil {
		return "", false
	}
	n, err := strconv.Atoi(found[1])
	unit := units[strings.TrimSuffix(strings.ReplaceAll(found[2], "(", ""), ")")]
	if err != nil || unit == "" || n == 0 {
		return "", false
	}
	days := float64(n) * inDays[unit]
	if unit == "month" && n > 13 || unit != "month" && days > 396 {
		return "13 months", true
	}
	if days*1440 < 1 {
		return "1 minute", false
	}
	if unit == "second" && n >= 60 {
		unit, n = "minute", n/60
	}
	if n != 1 {
		unit += "s"
	}
	return strconv.Itoa(n) + " " + unit, false
}

// live gives an item the life that a table tells.
func (o *old) live(item *oldItem, told, where string) {
	life, capped := lifeOf(told)
	item.life = life
	switch {
	case capped && o.capped[strings.Join(item.names, " ")]:
	case capped:
		o.capped[strings.Join(item.names, " ")] = true
		o.ask(where, "%s was told to last %s; nothing lasts longer than 13 months from its first setting, so the declaration says that.", strings.Join(item.names, ", "), quoted(plain(told)))
	case life == "" && strings.TrimSpace(told) != "":
		o.ask(where, "How long %s lasts is told as %s; write its \"life\", as \"30 days\" or \"session\".", strings.Join(item.names, ", "), quoted(plain(told)))
	}
}
