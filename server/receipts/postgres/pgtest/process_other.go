//go:build unix && !linux

package pgtest

import (
	"errors"
	"os"
	"os/exec"
	"syscall"
)

// owner is who runs the test.
type owner struct{}

func ownerOf() (owner, error) {
	if os.Geteuid() == 0 {
		return owner{}, errors.New("PostgreSQL does not run as root")
	}
	return owner{}, nil
}

func (owner) give(string) error { return nil }

func (owner) attributes() *syscall.SysProcAttr { return nil }

// startTied starts a process; ended is closed once it has ended.
func startTied(process *exec.Cmd, ended chan struct{}) error {
	err := process.Start()
	if err == nil {
		go func() {
			_ = process.Wait()
			close(ended)
		}()
	}
	return err
}

// childrenOf is not known here: PostgreSQL's children end by themselves once it has.
func childrenOf(int) []int { return nil }
