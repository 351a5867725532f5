package receipts

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

// However many send, what is known of them stays small: who was not seen for long is forgotten.
func TestAddressesAreForgotten(t *testing.T) {
	l, now := newLimiter(1, 1), time.Unix(0, 0)
	assert.True(t, l.allow("192.0.2.7", now))
	assert.False(t, l.allow("192.0.2.7", now))
	for i := range 5 * addressesMost {
		l.allow(fmt.Sprint("10.", i>>16, ".", i>>8&255, ".", i&255), now)
		assert.LessOrEqual(t, len(l.young)+len(l.aged), 2*addressesMost)
		if i < addressesMost && i%1000 == 0 {
			assert.False(t, l.allow("192.0.2.7", now), "it is seen again and again")
		}
	}
	assert.True(t, l.allow("192.0.2.7", now))
}
