package sqlite

import "time"

// Busy has stores that are opened from now on wait so long for locks, until it is undone.
func Busy(span time.Duration) (undo func()) {
	was := busy
	busy = span
	return func() { busy = was }
}
