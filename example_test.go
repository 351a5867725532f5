package octroi_test

import (
	"fmt"
	"strings"

	"github.com/octroi-consent/octroi"
)

func ExampleVersion() {
	major, _, _ := strings.Cut(octroi.Version(), ".")
	fmt.Println("major version", major)
	// Output: major version 2
}
