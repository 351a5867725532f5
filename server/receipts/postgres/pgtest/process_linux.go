package pgtest

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"runtime"
	"strconv"
	"syscall"
)

// owner is whom PostgreSQL runs as, which may not be root; nil is who runs the test.
type owner struct{ credential *syscall.Credential }

// ownerOf is the user postgres for root, and else who runs the test.
func ownerOf() (owner, error) {
	if os.Geteuid() != 0 {
		return owner{}, nil
	}
	account, err := user.Lookup("postgres")
	if err != nil {
		return owner{}, fmt.Errorf("PostgreSQL does not run as root, and there is no user postgres: %w", err)
	}
	uid, err := strconv.ParseUint(account.Uid, 10, 32)
	if err != nil {
		return owner{}, err
	}
	gid, err := strconv.ParseUint(account.Gid, 10, 32)
	return owner{&syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}}, err
}

// give hands a folder to the owner.
func (o owner) give(folder string) error {
	if o.credential == nil {
		return nil
	}
	return os.Chown(folder, int(o.credential.Uid), int(o.credential.Gid))
}

// attributes let a process end at once when the test that started it is killed.
func (o owner) attributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Credential: o.credential, Pdeathsig: syscall.SIGQUIT}
}

// startTied starts a process from a thread that lives as long as it does, since Linux takes that
// thread's end for the parent's; ended is closed once the process has ended.
func startTied(process *exec.Cmd, ended chan struct{}) error {
	started := make(chan error)
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := process.Start()
		started <- err
		if err == nil {
			_ = process.Wait()
			close(ended)
		}
	}()
	return <-started
}

// childrenOf lists a process's children.
func childrenOf(parent int) []int {
	var children []int
	stats, _ := filepath.Glob("/proc/[0-9]*/stat")
	for _, stat := range stats {
		text, err := os.ReadFile(stat)
		if err != nil {
			continue
		}
		// 12 (name) S parent …: proc(5)
		fields := bytes.Fields(text[bytes.LastIndexByte(text, ')')+1:])
		pid, _ := strconv.Atoi(filepath.Base(filepath.Dir(stat)))
		if of, _ := strconv.Atoi(string(fields[1])); of == parent {
			children = append(children, pid)
		}
	}
	return children
}
