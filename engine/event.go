package engine

// EventKind says what happened outside; jsbridge/protocol.go names all kinds.
type EventKind uint8

// Event is something that happened.
type Event struct {
	Kind EventKind
	Now  int64 // Unix ms
	Args []string
}

// EffectKind says what is to be done outside; jsbridge/protocol.go names all kinds.
type EffectKind uint8

// Effect is something to do.
type Effect struct {
	Kind EffectKind
	Args []string
}
