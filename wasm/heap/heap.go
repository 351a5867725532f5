//go:build tinygo

// Package heap is the module's memory: an allocator and a mark-and-sweep
// collector that runs only between two calls from outside.
//
// TinyGo's own collector may run inside any allocation, so the compiler spills
// every live pointer where it can be found: a third of the code. Between two
// calls no function is active, so what is live hangs on the globals alone. The
// target therefore asks for no collector ("gc": "none"), which leaves
// runtime.alloc to be defined here.
//
// The heap is made of blocks of 16 bytes. A map with a byte for each block stands
// at the end of memory and moves when memory grows. The first block is never handed out: start
// itself would be a pointer to it, which keeps what is there. The states are:
//
//	free   nothing there
//	white  first block of an object
//	grey   the same, reached, its words not read yet
//	black  the same, reached and read
//	tail   goes on from the block before; tail+k, from 2^k blocks before at least
package heap

import "unsafe"

const (
	free byte = iota
	white
	grey
	black
	tail
)

const (
	blockSize = 16
	pageSize  = 64 << 10

	// worth is how many blocks must have been handed out before a collection
	// pays: 32 KB, about ten events.
	worth = 2048
)

var (
	start  uintptr // first block
	count  uintptr // number of blocks
	cursor uintptr // block from which the next search starts
	handed uintptr // blocks handed out since the last collection
	live   uintptr // blocks that it left: as many again are handed out before the next
)

//go:extern __global_base
var globalBase [0]byte

//go:extern __heap_base
var heapBase [0]byte

//export llvm.wasm.memory.size.i32
func memorySize(memory int32) int32

//export llvm.wasm.memory.grow.i32
func memoryGrow(memory, pages int32) int32

func at(address uintptr) *byte { return (*byte)(unsafe.Pointer(address)) }

// state is the map's entry of block b.
func state(b uintptr) *byte { return at(start + count*blockSize + b) }

// alloc is what the compiler calls for every allocation; the memory is zero. It
// traps when the browser gives no more.
//
//go:linkname alloc runtime.alloc
//go:noinline
func alloc(size uintptr, layout unsafe.Pointer) unsafe.Pointer {
	need := max((size+blockSize-1)/blockSize, 1)
	run := uintptr(0)
	for run < need {
		if cursor == count {
			grow(need)
		}
		if *state(cursor) == free {
			run++
		} else {
			run = 0
		}
		cursor++
	}
	first := cursor - need
	*state(first) = white
	for b, back := first+1, byte(0); b < cursor; b++ {
		if b-first >= 2<<back {
			back++
		}
		*state(b) = tail + back
	}
	handed += need
	object := unsafe.Pointer(start + first*blockSize)
	clear(unsafe.Slice((*byte)(object), need*blockSize))
	return object
}

// grow adds memory for at least need blocks and moves the map to the new end.
func grow(need uintptr) {
	if start == 0 {
		start = (uintptr(unsafe.Pointer(&heapBase)) + blockSize - 1) &^ (blockSize - 1)
		cursor = 1
	}
	end := uintptr(memorySize(0)) * pageSize
	if count > 0 || end < start+need*(blockSize+1) {
		// An eighth more at once, since the map has to move each time.
		pages := (need*(blockSize+1) + end/8 + pageSize - 1) / pageSize
		if memoryGrow(0, int32(pages)) < 0 {
			panic("out of memory")
		}
		end += pages * pageSize
	}
	old, had := start+count*blockSize, count
	count = (end - start) / (blockSize + 1)
	for b := count; b > 0; b-- {
		s := free
		if b <= had {
			s = *at(old + b - 1)
		}
		*state(b - 1) = s
	}
}

// Collect frees what nothing reaches any more. It must be called only when no
// other function of the module is active. It does nothing while little was
// handed out since the last time.
func Collect() {
	if handed >= max(worth, live) {
		collect()
	}
}

// Settle frees what nothing reaches any more, and leaves zeros there: memory that is kept as a
// file has nothing else in it then. It must be called as Collect is.
func Settle() {
	collect()
	for b := uintptr(0); b < count; b++ {
		if *state(b) == free {
			clear(unsafe.Slice(at(start+b*blockSize), blockSize))
		}
	}
}

func collect() {
	handed, cursor, live = 0, 1, 0
	more := scan(uintptr(unsafe.Pointer(&globalBase)), uintptr(unsafe.Pointer(&heapBase)))
	for more {
		more = false
		for b := uintptr(0); b < count; b++ {
			if *state(b) == grey {
				*state(b) = black
				end := b + 1
				for end < count && *state(end) >= tail {
					end++
				}
				more = scan(start+b*blockSize, start+end*blockSize) || more
			}
		}
	}
	dead := false
	for b := uintptr(0); b < count; b++ {
		s := state(b)
		switch *s {
		case white:
			dead = true
			*s = free
		case black:
			dead = false
			*s = white
		default:
			if dead && *s >= tail {
				*s = free
			}
		}
		if *s != free {
			live++
		}
	}
}

// scan takes every aligned word from one address to another as a pointer that may
// lead into the middle of an object, and reports whether it reached a new one.
func scan(from, to uintptr) (found bool) {
	for ; from+4 <= to; from += 4 {
		word := *(*uintptr)(unsafe.Pointer(from))
		if word < start || word >= start+count*blockSize {
			continue
		}
		b := (word - start) / blockSize
		for *state(b) >= tail {
			b -= 1 << (*state(b) - tail)
		}
		if *state(b) == white {
			*state(b) = grey
			found = true
		}
	}
	return found
}
