package bundle

import "github.com/octroi-consent/octroi/engine/config"

// worker makes octroi.worker.js, with the site's engine in it: a worker may have to judge where
// no page and no network is. Where the declaration names none, it takes away the one that an
// earlier declaration named.
func worker(declared *config.Config, engine []byte, own map[string]string) ([]byte, error) {
	if declared.Worker.File == "" {
		return part("worker.off.js")
	}
	template, err := part("octroi.worker.js")
	if err != nil {
		return nil, err
	}
	var rest []byte
	if declared.App != nil || declared.Inherit != nil {
		if rest, err = Rest(); err != nil {
			return nil, err
		}
	}
	script, err := First.Put(string(fill(template, own)), engine)
	if err != nil {
		return nil, err
	}
	script, err = Second.Put(script, rest)
	return []byte(script), err
}
