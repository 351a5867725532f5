//go:build !tinygo

// Package heap is the module's memory; outside TinyGo it is empty.
package heap
