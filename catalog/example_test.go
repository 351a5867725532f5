package catalog_test

import (
	"fmt"

	"github.com/octroi-consent/octroi/catalog"
)

func ExampleLoad() {
	services, err := catalog.Load()
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, s := range services {
		if s.ID == "hotjar" {
			fmt.Println(s.Name, "is for", s.Category)
		}
	}
	// Output: Hotjar is for statistics
}
