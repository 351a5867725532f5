//go:build kept

package shop

import (
	"errors"
	"os/exec"
	"strings"
)

// Bundle has the demo's other program bundle the source of a recipe: this one has no bundler, so
// that nobody waits for that to be compiled who does not look at such a page.
func Bundle(id, third string) ([]byte, error) {
	script, err := exec.Command("go", "run", "./examples/shop/demo", "-bundle", id, "-third", third).Output()
	var told *exec.ExitError
	if errors.As(err, &told) {
		line, _, _ := strings.Cut(strings.TrimPrefix(string(told.Stderr), "demo: "), "\n")
		err = errors.New(line)
	}
	return script, err
}
