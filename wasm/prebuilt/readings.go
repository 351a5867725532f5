//go:build kept

package prebuilt

import "embed"

//go:embed all:readings
var readings embed.FS

// Reading returns what the engine has read of a declaration, by the name that package bundle gives
// it: of those of the demo.
func Reading(name string) ([]byte, error) { return readOf(readings, "readings/"+name) }
