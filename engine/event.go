package engine

// EventKind says what happened outside, or what is asked; jsbridge/protocol.go names all kinds.
type EventKind uint8

// Event is something that happened, or a question.
type Event struct {
	Kind EventKind
	Now  int64 // Unix ms
	Args []string
}

// many stands for any number of arguments.
const many = 255

// Valid reports whether an event has no more arguments than its kind takes: one that is
// passed over in silence is a fault of who sent it. An unknown kind takes none.
func (ev Event) Valid() bool {
	most := 0
	if int(ev.Kind) < len(fields) {
		most = int(fields[ev.Kind])
	}
	return most == many || len(ev.Args) <= most
}

// EffectKind says what is to be done outside; jsbridge/protocol.go names all kinds.
type EffectKind uint8

// Effect is something to do.
type Effect struct {
	Kind EffectKind
	Args []string
}
