package wasmtest

import (
	"fmt"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// web/core/ and the bridge need no document: a worker has none.
func TestTheCoreRunsInAWorker(t *testing.T) {
	files, err := filepath.Glob("../web/core/*.js")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	var script strings.Builder
	for i, file := range append(files, "../jsbridge/bridge.js", "../jsbridge/kinds.js") {
		fmt.Fprintf(&script, "import * as m%d from '%s';\n", i, strings.TrimPrefix(filepath.ToSlash(file), ".."))
	}
	script.WriteString(`import { edits, edited } from '/web/core/css.js';
import { imports } from '/web/core/scripts-text.js';
const css = 'a{background:url(x)}';
postMessage([typeof document, edited(css, edits(css, false, () => 'y')), imports('import "./z"')[0]]);`)
	s := newSite(t)
	s.parts()
	s.pages.Handle("GET /jsbridge/", http.StripPrefix("/jsbridge/", http.FileServer(http.Dir("../jsbridge"))))
	s.raw("/worker.js", "text/javascript", func() string { return script.String() })
	_, tab := visit(t, s)
	tab.open("/parts")
	var answer []string
	tab.eval(`new Promise((resolve) => {
		const worker = new Worker('/worker.js', { type: 'module' });
		worker.onmessage = ({ data }) => resolve(data);
		worker.onerror = ({ message }) => resolve([message || 'an import fails']);
	})`, &answer)
	assert.Equal(t, []string{"undefined", `a{background:url(y)}`, "./z"}, answer)
}
