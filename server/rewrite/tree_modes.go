package rewrite

import (
	a "golang.org/x/net/html/atom"
)

// startIn takes in a start tag by the rules of an insertion mode (HTML, 13.2.6.4). It reports
// whether that is all, else the mode has changed.
func (t *tree) startIn(m mode) bool {
	atom := a.Atom(t.tag.name)
	switch m {
	case initial:
		t.quirks, t.mode = true, beforeHTML
		return false
	case beforeHTML:
		if atom == a.Html {
			t.insert()
			t.mode = beforeHead
			return true
		}
		t.implied(a.Html, beforeHead)
		return false
	case beforeHead:
		switch atom {
		case a.Html:
			return t.startIn(inBody)
		case a.Head:
			t.insert()
			t.head, t.mode = true, inHead
			return true
		}
		t.head = true
		t.implied(a.Head, inHead)
		return false
	case inHead:
		switch atom {
		case a.Html:
			return t.startIn(inBody)
		case a.Head:
			return true
		}
		if t.startHead(atom) {
			return true
		}
		t.pop()
		t.mode = afterHead
		return false
	case afterHead:
		return t.startAfterHead(atom)
	case inBody:
		t.startBody(atom)
		return true
	case inTable:
		return t.startTable(atom)
	case inCaption:
		switch atom {
		case a.Caption, a.Col, a.Colgroup, a.Tbody, a.Td, a.Tfoot, a.Th, a.Thead, a.Tr:
			if !t.close(table, a.Caption) {
				return true
			}
			t.clearFormatting()
			t.mode = inTable
			return false
		}
		return t.startIn(inBody)
	case inColumnGroup:
		switch atom {
		case a.Html:
			return t.startIn(inBody)
		case a.Col:
			t.empty()
			return true
		case a.Template:
			return t.startIn(inHead)
		}
		return t.leaveColumnGroup()
	case inTableBody:
		switch atom {
		case a.Tr:
			t.clearTo(a.Tbody, a.Tfoot, a.Thead)
			t.insert()
			t.mode = inRow
			return true
		case a.Td, a.Th:
			t.clearTo(a.Tbody, a.Tfoot, a.Thead)
			t.implied(a.Tr, inRow)
			return false
		case a.Caption, a.Col, a.Colgroup, a.Tbody, a.Tfoot, a.Thead:
			return t.leaveTableBody()
		}
		return t.startIn(inTable)
	case inRow:
		switch atom {
		case a.Td, a.Th:
			t.clearTo(a.Tr)
			t.insert()
			t.mode = inCell
			t.formatting = append(t.formatting, node{})
			return true
		case a.Caption, a.Col, a.Colgroup, a.Tbody, a.Tfoot, a.Thead, a.Tr:
			return !t.leaveRow()
		}
		return t.startIn(inTable)
	case inCell:
		switch atom {
		case a.Caption, a.Col, a.Colgroup, a.Tbody, a.Td, a.Tfoot, a.Th, a.Thead, a.Tr:
			return !t.leaveCell()
		}
		return t.startIn(inBody)
	case inSelectInTable:
		switch atom {
		case a.Caption, a.Table, a.Tbody, a.Tfoot, a.Thead, a.Tr, a.Td, a.Th:
			t.close(selects, a.Select)
			t.resetMode()
			return false
		}
		return t.startSelect(atom)
	case inSelect:
		return t.startSelect(atom)
	case inTemplate:
		return t.startTemplate(atom)
	case afterBody, afterAfterBody:
		if atom == a.Html {
			return t.startIn(inBody)
		}
		t.mode = inBody
		return false
	case inFrameset:
		switch atom {
		case a.Html:
			return t.startIn(inBody)
		case a.Frameset:
			t.insert()
		case a.Frame:
			t.empty()
		case a.Noframes:
			t.raw(asText)
		}
		return true
	case afterFrameset, afterAfterFrameset:
		switch atom {
		case a.Html:
			return t.startIn(inBody)
		case a.Noframes:
			t.raw(asText)
		}
		return true
	}
	return true
}

// startHead takes in what the rules of "in head" name; it reports whether they do.
func (t *tree) startHead(atom a.Atom) bool {
	switch atom {
	case a.Base, a.Basefont, a.Bgsound, a.Link, a.Meta:
		t.empty()
	case a.Title, a.Noframes, a.Style:
		t.raw(asText)
	case a.Noscript:
		if t.scriptless {
			return false
		}
		t.raw(asText)
	case a.Script:
		t.raw(asScript)
	case a.Template:
		t.insert()
		t.formatting = append(t.formatting, node{})
		t.framesetOK = false
		t.mode = inTemplate
		t.templates = append(t.templates, inTemplate)
	default:
		return false
	}
	return true
}

func (t *tree) startAfterHead(atom a.Atom) bool {
	switch atom {
	case a.Html:
		return t.startIn(inBody)
	case a.Body:
		t.insert()
		t.framesetOK = false
		t.mode = inBody
		return true
	case a.Frameset:
		t.insert()
		t.mode = inFrameset
		return true
	case a.Base, a.Basefont, a.Bgsound, a.Link, a.Meta, a.Noframes, a.Script, a.Style, a.Template, a.Title:
		// The head is open for this element alone; a template stays behind it in the stack.
		return t.startHead(atom)
	case a.Head:
		return true
	}
	t.implied(a.Body, inBody)
	return false
}

func (t *tree) startTemplate(atom a.Atom) bool {
	switch atom {
	case a.Base, a.Basefont, a.Bgsound, a.Link, a.Meta, a.Noframes, a.Script, a.Style, a.Template, a.Title:
		return t.startHead(atom)
	}
	m := inBody
	switch atom {
	case a.Caption, a.Colgroup, a.Tbody, a.Tfoot, a.Thead:
		m = inTable
	case a.Col:
		m = inColumnGroup
	case a.Tr:
		m = inTableBody
	case a.Td, a.Th:
		m = inRow
	}
	t.templates[len(t.templates)-1] = m
	t.mode = m
	return false
}

func (t *tree) leaveColumnGroup() bool {
	if !t.is(a.Colgroup) {
		return true
	}
	t.pop()
	t.mode = inTable
	return false
}

// leaveTableBody closes a table's body for what is to stand behind it; it reports whether that
// is ignored.
func (t *tree) leaveTableBody() bool {
	if t.inScope(table, a.Tbody, a.Thead, a.Tfoot) < 0 {
		return true
	}
	t.clearTo(a.Tbody, a.Tfoot, a.Thead)
	t.pop()
	t.mode = inTable
	return false
}

// leaveRow closes a row; it reports whether there is one.
func (t *tree) leaveRow() bool {
	if t.inScope(table, a.Tr) < 0 {
		return false
	}
	t.clearTo(a.Tr)
	t.pop()
	t.mode = inTableBody
	return true
}

// leaveCell closes a cell; it reports whether there is one.
func (t *tree) leaveCell() bool {
	if !t.close(table, a.Td, a.Th) {
		return false
	}
	t.clearFormatting()
	t.mode = inRow
	return true
}

func (t *tree) startTable(atom a.Atom) bool {
	switch atom {
	case a.Caption:
		t.clearTo(a.Table)
		t.formatting = append(t.formatting, node{})
		t.insert()
		t.mode = inCaption
		return true
	case a.Colgroup:
		t.clearTo(a.Table)
		t.insert()
		t.mode = inColumnGroup
		return true
	case a.Col:
		t.clearTo(a.Table)
		t.implied(a.Colgroup, inColumnGroup)
		return false
	case a.Tbody, a.Tfoot, a.Thead:
		t.clearTo(a.Table)
		t.insert()
		t.mode = inTableBody
		return true
	case a.Td, a.Th, a.Tr:
		t.clearTo(a.Table)
		t.implied(a.Tbody, inTableBody)
		return false
	case a.Table:
		if !t.close(table, a.Table) {
			return true
		}
		t.resetMode()
		return false
	case a.Style, a.Script, a.Template:
		return t.startHead(atom)
	case a.Input:
		if lower(t.tag.value("type")) == "hidden" {
			t.empty()
			return true
		}
	case a.Form:
		if t.form == 0 && !t.has(a.Template) {
			t.made = true
			t.ids++
			t.form = t.ids // it is closed at once
		}
		return true
	}
	return t.startIn(inBody)
}

func (t *tree) startSelect(atom a.Atom) bool {
	switch atom {
	case a.Html:
		return t.startIn(inBody)
	case a.Option:
		if t.is(a.Option) {
			t.pop()
		}
		t.insert()
	case a.Optgroup, a.Hr:
		if t.is(a.Option) {
			t.pop()
		}
		if t.is(a.Optgroup) {
			t.pop()
		}
		if atom == a.Hr {
			t.empty()
		} else {
			t.insert()
		}
	case a.Select:
		if t.close(selects, a.Select) {
			t.resetMode()
		}
	case a.Input, a.Keygen, a.Textarea:
		if t.close(selects, a.Select) {
			t.resetMode()
			return false
		}
	case a.Script, a.Template:
		return t.startHead(atom)
	}
	return true
}

// resetMode finds the insertion mode by what is open (HTML, 13.2.4.1).
func (t *tree) resetMode() {
	for i := len(t.stack) - 1; i >= 0; i-- {
		n := &t.stack[i]
		if n.space != inHTML {
			continue
		}
		switch a.Atom(n.name) {
		case a.Select:
			if !t.legacy {
				continue
			}
			t.mode = inSelect
			for k := i - 1; k > 0 && !(t.stack[k].name == name(a.Template) && t.stack[k].space == inHTML); k-- {
				if t.stack[k].name == name(a.Table) && t.stack[k].space == inHTML {
					t.mode = inSelectInTable
					break
				}
			}
		case a.Td, a.Th:
			t.mode = inCell
		case a.Tr:
			t.mode = inRow
		case a.Tbody, a.Thead, a.Tfoot:
			t.mode = inTableBody
		case a.Caption:
			t.mode = inCaption
		case a.Colgroup:
			t.mode = inColumnGroup
		case a.Table:
			t.mode = inTable
		case a.Template:
			t.mode = t.templates[len(t.templates)-1]
		case a.Head:
			t.mode = inHead
		case a.Body:
			t.mode = inBody
		case a.Frameset:
			t.mode = inFrameset
		case a.Html:
			t.mode = beforeHead
			if t.head {
				t.mode = afterHead
			}
		default:
			continue
		}
		return
	}
	t.mode = inBody
}

// endIn takes in an end tag; it reports whether that is all, else the mode has changed.
func (t *tree) endIn(m mode, n name) bool {
	atom := a.Atom(n)
	switch m {
	case initial:
		t.quirks, t.mode = true, beforeHTML
		return false
	case beforeHTML, beforeHead, afterHead:
		switch atom {
		case a.Head, a.Body, a.Html, a.Br:
			if m == afterHead && atom == a.Head {
				return true
			}
		case a.Template:
			if m == afterHead {
				return t.endTemplate()
			}
			return true
		default:
			return true
		}
		switch m {
		case beforeHTML:
			t.implied(a.Html, beforeHead)
		case beforeHead:
			t.head = true
			t.implied(a.Head, inHead)
		default:
			t.implied(a.Body, inBody)
		}
		return false
	case inHead:
		switch atom {
		case a.Head, a.Body, a.Html, a.Br:
			t.pop()
			t.mode = afterHead
			return atom == a.Head
		case a.Template:
			return t.endTemplate()
		}
		return true
	case inBody:
		return t.endBody(n)
	case inTable:
		switch atom {
		case a.Table:
			if t.close(table, a.Table) {
				t.resetMode()
			}
			return true
		case a.Body, a.Caption, a.Col, a.Colgroup, a.Html, a.Tbody, a.Td, a.Tfoot, a.Th, a.Thead, a.Tr:
			return true
		case a.Template:
			return t.endTemplate()
		}
		return t.endBody(n)
	case inCaption:
		switch atom {
		case a.Caption, a.Table:
			if !t.close(table, a.Caption) {
				return true
			}
			t.clearFormatting()
			t.mode = inTable
			return atom == a.Caption
		case a.Body, a.Col, a.Colgroup, a.Html, a.Tbody, a.Td, a.Tfoot, a.Th, a.Thead, a.Tr:
			return true
		}
		return t.endBody(n)
	case inColumnGroup:
		switch atom {
		case a.Colgroup:
			t.leaveColumnGroup()
			return true
		case a.Col:
			return true
		case a.Template:
			return t.endTemplate()
		}
		return t.leaveColumnGroup()
	case inTableBody:
		switch atom {
		case a.Tbody, a.Tfoot, a.Thead:
			if t.inScope(table, atom) >= 0 {
				t.clearTo(a.Tbody, a.Tfoot, a.Thead)
				t.pop()
				t.mode = inTable
			}
			return true
		case a.Table:
			return t.leaveTableBody()
		case a.Body, a.Caption, a.Col, a.Colgroup, a.Html, a.Td, a.Th, a.Tr:
			return true
		}
		return t.endIn(inTable, n)
	case inRow:
		switch atom {
		case a.Tr:
			t.leaveRow()
			return true
		case a.Table:
			return !t.leaveRow()
		case a.Tbody, a.Tfoot, a.Thead:
			return t.inScope(table, atom) < 0 || !t.leaveRow()
		case a.Body, a.Caption, a.Col, a.Colgroup, a.Html, a.Td, a.Th:
			return true
		}
		return t.endIn(inTable, n)
	case inCell:
		switch atom {
		case a.Td, a.Th:
			if t.inScope(table, atom) >= 0 {
				t.close(table, atom)
				t.clearFormatting()
				t.mode = inRow
			}
			return true
		case a.Body, a.Caption, a.Col, a.Colgroup, a.Html:
			return true
		case a.Table, a.Tbody, a.Tfoot, a.Thead, a.Tr:
			return t.inScope(table, atom) < 0 || !t.leaveCell()
		}
		return t.endBody(n)
	case inSelectInTable:
		switch atom {
		case a.Caption, a.Table, a.Tbody, a.Tfoot, a.Thead, a.Tr, a.Td, a.Th:
			if t.inScope(table, atom) < 0 {
				return true
			}
			t.close(selects, a.Select)
			t.resetMode()
			return false
		}
		return t.endSelect(atom)
	case inSelect:
		return t.endSelect(atom)
	case inTemplate:
		if atom == a.Template {
			return t.endTemplate()
		}
		return true
	case afterBody:
		if atom == a.Html {
			t.mode = afterAfterBody
			return true
		}
		t.mode = inBody
		return false
	case afterAfterBody:
		t.mode = inBody
		return false
	case inFrameset:
		if atom == a.Frameset && !t.is(a.Html) {
			t.pop()
			if !t.is(a.Frameset) {
				t.mode = afterFrameset
			}
		}
		return true
	case afterFrameset:
		if atom == a.Html {
			t.mode = afterAfterFrameset
		}
		return true
	}
	return true
}

func (t *tree) endSelect(atom a.Atom) bool {
	switch atom {
	case a.Optgroup:
		if n := len(t.stack); t.is(a.Option) && n > 1 && t.stack[n-2].name == name(a.Optgroup) && t.stack[n-2].space == inHTML {
			t.pop()
		}
		if t.is(a.Optgroup) {
			t.pop()
		}
	case a.Option:
		if t.is(a.Option) {
			t.pop()
		}
	case a.Select:
		if t.close(selects, a.Select) {
			t.resetMode()
		}
	case a.Template:
		return t.endTemplate()
	}
	return true
}

func (t *tree) endTemplate() bool {
	if !t.has(a.Template) {
		return true
	}
	t.closeThoroughly()
	for len(t.stack) > 0 {
		last := t.is(a.Template)
		t.pop()
		if last {
			break
		}
	}
	t.clearFormatting()
	t.templates = t.templates[:len(t.templates)-1]
	t.resetMode()
	return true
}

// textIn takes in a text; it reports whether that is all, else the mode has changed.
func (t *tree) textIn(m mode, blank bool) bool {
	switch m {
	case initial:
		if blank {
			return true
		}
		t.quirks, t.mode = true, beforeHTML
	case beforeHTML:
		if blank {
			return true
		}
		t.implied(a.Html, beforeHead)
	case beforeHead:
		if blank {
			return true
		}
		t.head = true
		t.implied(a.Head, inHead)
	case inHead:
		if blank {
			return true
		}
		t.pop()
		t.mode = afterHead
	case afterHead:
		if blank {
			return true
		}
		t.implied(a.Body, inBody)
	case inColumnGroup:
		return blank || t.leaveColumnGroup()
	case inTable, inTableBody, inRow:
		if blank && t.is(a.Table, a.Tbody, a.Template, a.Tfoot, a.Thead, a.Tr) {
			return true
		}
		return t.textIn(inBody, blank)
	case afterBody, afterAfterBody:
		if blank {
			return t.textIn(inBody, blank)
		}
		t.mode = inBody
	case afterAfterFrameset:
		if blank {
			return t.textIn(inBody, blank)
		}
		return true
	case inFrameset, afterFrameset, inSelect, inSelectInTable:
		return true
	default:
		t.reconstruct()
		t.framesetOK = t.framesetOK && blank
		return true
	}
	return false
}

// doctype takes in a doctype, whose text is what stands between "<!doctype" and ">".
func (t *tree) doctype(text string) {
	if t.mode == initial {
		t.quirks, t.mode = isQuirky(text), beforeHTML
	}
}
