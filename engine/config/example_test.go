package config_test

import (
	"fmt"

	"github.com/octroi-consent/octroi/engine/config"
)

// Each fault is told with its place, what is wrong and what would be right.
func ExampleParse() {
	_, faults := config.Parse(`{
		"site": {"name": "Shop", "controller": "Shop SAS", "contact": "privacy@shop.example"},
		"policy": {"url": "/cookies", "revison": "1"},
		"categories": [{"id": "essential", "required": true, "label": "Essential", "text": "Keeps your basket."}]
	}`)
	for _, fault := range faults {
		fmt.Println(fault.String())
	}
	// Output:
	// $.site.contact: not a link; start it with https://, mailto: or /
	// $.policy.revision: missing; give it a text
	// $.policy.revison: unknown key; did you mean "revision"? known here: url revision updated
}
