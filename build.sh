#!/usr/bin/env bash
# The one entry to this repository; ./build.sh help says what it does.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

cache=${OCTROI_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/octroi}
llvm=19

# Where this repository's own programs and tools stand.
pack=./cmd/dev/pack
release=./cmd/dev/release
demo=./examples/shop/demo
matrix=./cmd/dev/matrix
linters=cmd/dev/tools/lint
toolchain=cmd/dev/tools/toolchain
# What dist/ was compiled from; in a second line by what, if that is not the pinned TinyGo
# and wasm-opt: sizes are then not compared.
compiled=build/.compiled
# Which of wasm/prebuilt/ has been rebuilt here, and was the same.
rebuilt=build/.rebuilt
wasm_opt_version=108
tinygo_version=$(sed -n 's,.*github.com/tinygo-org/tinygo v\([0-9.]*\).*,\1,p' $toolchain/go.mod)

usage() {
  cat <<'TEXT'
./build.sh COMMAND

  demo [--port N] [--drop-in]
                    build, then serve the demo shop and its third parties on localhost;
                    its pages load what octroi build makes, or the drop-in
  dev [--port N]    serve the demo with the drop-in, and build what it loads whenever a source changes: a page
                    loads again within a second of an edit of web/, ten of one of engine/.
                    dist/ stays as it is
  build             build dist/, the audit in it
  audit [OPTION…] URL
                    what a site really does: a page that reads it and loads it as a visitor;
                    --headless prints what was found and ends with 1 on errors; --help has the rest
  apps [NAME…]      build the apps of examples/apps by their frameworks' own tools and drive each in
                    Chromium; what they show goes into docs/frameworks.md
  helpers           test the site of examples/testing, by Playwright, Vitest and the package's helpers
  check             in a minute: formatting, vet, linters, types, native tests with -short
  test              every check and test, native and in a browser
  everywhere        the browser tests, in each engine also those that test runs in one alone; kill -9
                    of what keeps receipts, fifty times
  fuzz [SECONDS]    every fuzz target for so long (20 seconds unless given)
  declare FILE      print a declaration with the known services that it names under "use"
  policy FILE [LANG] print the cookie policy of a declaration as HTML
  shots             pictures of each state in en, fr, de, ar and ja, on four screens, in light and dark,
                    each theme beside them; sheet-*.png puts those of one state together; and those
                    that the documentation shows, in docs/
  bench [-runs N]   one page with each of the other managers and with Octroi, in one slowed
                    browser: bytes, times, memory, into docs/bench.md and docs/bench.svg
                    (-only NAME,NAME prints a few of them instead); then
                    what the hooks add to a write, how long a click takes, what a server takes to
                    read a visitor's choices, and how fast receipts are kept
  size              weigh the shipped files against sizes.json, and say by package and
                    function what has changed in the engine
  release [--twice]  make what is published, in dist/release/, and take it as its users do;
                    --twice makes it once more of a clone in another folder, with an empty cache,
                    and compares the bytes
  site [--serve [PORT] | --test | --lighthouse [PAGE…]]
                    make the documentation's site, in dist/site/; serve it on localhost, with its
                    configurator at http://localhost:8430/configurator/, test its configurator in
                    each engine and its pages with axe, or have Lighthouse look at them
  record            write sizes.json from what is built now, and keep it in wasm/prebuilt/,
                    so that others need neither TinyGo nor terser
  help              this text

What is missing is installed first, and named. Caches lie outside the repository,
in $OCTROI_CACHE (by default ~/.cache/octroi).
TEXT
}

say() { printf '\033[1m· %s\033[0m\n' "$*"; }
fail() {
  printf 'build.sh: %s\n' "$*" >&2
  exit 1
}

# beside COMMAND…: runs a step beside those that come next, until joined.
beside() {
  beside_log=$(mktemp)
  ("$@") >"$beside_log" 2>&1 &
  beside=$!
  trap 'kill "$beside" 2>/dev/null || true; rm -f "$beside_log"' EXIT
}

# joined waits for the step that runs beside, shows what it has said, and ends the script where
# it has failed.
joined() {
  local ended=0
  wait "$beside" || ended=$?
  cat "$beside_log"
  rm "$beside_log"
  trap - EXIT
  ((ended == 0)) || fail "what ran beside has failed: see above"
}

# need WHY PACKAGE…: installs Debian packages that are not there yet.
need() {
  local why=$1 missing=()
  shift
  if ! command -v apt-get >/dev/null; then
    fail "missing $* ($why). This script installs with apt-get only; install the like with your own package manager and run it again."
  fi
  for package in "$@"; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
  done
  ((${#missing[@]})) || return 0
  say "installing ${missing[*]}: $why"
  local sudo=()
  if ((EUID != 0)); then
    command -v sudo >/dev/null || fail "installing needs root, and there is no sudo: apt-get install ${missing[*]}"
    sudo=(sudo)
  fi
  if [[ -z ${updated:-} ]]; then
    "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq update >/dev/null ||
      fail "apt-get update failed: is there a network?"
    updated=1
  fi
  "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq -o Dpkg::Use-Pty=0 install -y --no-install-recommends "${missing[@]}" >/dev/null ||
    fail "apt-get could not install ${missing[*]}"
}

# native names the Go packages with tests that need neither a build nor a browser.
native() { go list ./... | grep -v '/wasm_test$'; }

need_go() {
  command -v go >/dev/null || fail "there is no Go. Install Go 1.26 or later (https://go.dev/doc/install) and run this again."
  local version
  version=$(go env GOVERSION)
  [[ $version =~ ^go1\.([0-9]+) ]] && ((BASH_REMATCH[1] >= 26)) ||
    fail "Go is too old: $version. Install Go 1.26 or later (https://go.dev/doc/install)."
}

# version_of TINYGO: its version, or nothing.
version_of() { "$1" version 2>/dev/null | cut -d' ' -f3; }

is_pinned() { [[ $(version_of "$1") == "$tinygo_version" ]]; }

# new_enough TINYGO: whether it is at least 0.41.
new_enough() {
  [[ $(version_of "$1") =~ ^([0-9]+)\.([0-9]+) ]] || return 1
  ((BASH_REMATCH[1] > 0 || BASH_REMATCH[2] >= 41))
}

# need_tinygo finds a TinyGo of at least 0.41, or builds the pinned one: sets tinygo.
need_tinygo() {
  if tinygo=$(command -v tinygo) && new_enough "$tinygo"; then
    is_pinned "$tinygo" || say "sizes will not be compared: this is TinyGo $(version_of "$tinygo"), and $tinygo_version is pinned"
    return
  fi
  local root=$cache/tinygo-$tinygo_version
  tinygo=$root/tinygo
  need "TinyGo compiles with LLVM $llvm" "llvm-$llvm-dev" "libclang-$llvm-dev" "lld-$llvm" "clang-$llvm" g++
  export PATH=/usr/lib/llvm-$llvm/bin:$PATH TINYGOROOT=$root/root
  [[ -x $tinygo ]] && return
  say "building TinyGo $tinygo_version, once, into $root (a minute or two)"
  mkdir -p "$root"
  # The module's folder is read-only and lacks what its git submodules bring; a
  # copy with an empty src/net is all that this target needs.
  (
    cd $toolchain
    go build -tags "llvm$llvm" -o "$root/tinygo.new" github.com/tinygo-org/tinygo ||
      fail "TinyGo could not be built. If modules could not be had: is there a network? If LLVM could not be found: is llvm-$llvm-dev there?"
    rm -rf "$root/root"
    cp -r "$(go list -m -f '{{.Dir}}' github.com/tinygo-org/tinygo)" "$root/root"
  )
  chmod -R u+w "$root/root"
  mkdir -p "$root/root/src/net"
  mv "$root/tinygo.new" "$tinygo"
}

need_wasm_opt() {
  command -v wasm-opt >/dev/null || need "wasm-opt makes the engine smaller" binaryen
}

# other_compilers names, in one line, the compilers that are not the pinned ones.
other_compilers() {
  local other=() version
  is_pinned "$tinygo" || other+=("TinyGo $(version_of "$tinygo"), not $tinygo_version")
  version=$(wasm-opt --version | cut -d' ' -f3)
  [[ $version == "$wasm_opt_version" ]] || other+=("wasm-opt $version, not $wasm_opt_version")
  ((${#other[@]} == 0)) || printf '%s; ' "${other[@]}" | sed 's/; $/\n/'
}

# need_browser finds a Chromium: exports CHROME.
need_browser() {
  local name
  for name in "${CHROME:-}" chromium chromium-browser google-chrome google-chrome-stable; do
    if [[ -n $name ]] && CHROME=$(command -v "$name"); then
      export CHROME
      return
    fi
  done
  need "the tests drive a browser" chromium fonts-dejavu-core
  CHROME=$(command -v chromium)
  export CHROME
}

# need_engines brings the other two engines, where they can be had.
need_engines() {
  if command -v apt-get >/dev/null; then
    need "the tests run in three engines" firefox-esr webkit2gtk-driver xvfb python3-gi gir1.2-webkit2-4.1 gir1.2-gtk-3.0
    need "the tests read what was printed, and run a recipe in PHP" poppler-utils php-cli
    if apt-cache show chromium-headless-shell >/dev/null 2>&1; then
      need "Chromium without the browser around it takes half of the time" chromium-headless-shell
    fi
  else
    say "without apt-get: tests in Firefox and WebKit run if these are there"
  fi
}

# need_postgres brings a PostgreSQL for the tests of the store in it, which start one of their own.
need_postgres() {
  compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null && return
  command -v initdb >/dev/null && return
  if ! command -v apt-get >/dev/null; then
    say "without apt-get: tests with PostgreSQL run if initdb is in PATH"
    return
  fi
  (need "the tests of receipts start one of their own" postgresql) || say "tests with PostgreSQL are left out: it could not be installed"
}

# modules PACKAGE…: brings the Go modules of some packages or of all once, so that what cannot be
# had is said in one place.
modules() {
  if (($#)); then
    go list -deps "$@"
  else
    go list -deps ./... && GOOS=js GOARCH=wasm go list -deps ./wasm/audit
  fi >/dev/null || fail "the Go modules of go.mod could not be had: is there a network?"
}

build() {
  need_go
  modules
  go run ./jsbridge/generate check
  go run ./internal/loads/generate check
  assemble
}

# assemble makes dist/ without the audit, of what was generated.
assemble() {
  mkdir -p dist build
  local sources
  sources=$(go run $pack engine) || fail "the engine's sources could not be listed"
  # Nothing kept was made of these sources.
  [[ -z $sources ]] || compile_anew "$sources"
  say "putting the files together, in dist/"
  go run $pack build
}

# compile_anew SOURCES: compiles the engine from sources with this checksum.
compile_anew() {
  need_tinygo
  need_wasm_opt
  say "compiling the engine, half a minute, with $("$tinygo" version | cut -d' ' -f1-3)"
  rm -f $compiled
  compile
  printf '%s\n' "$1" >$compiled
  other_compilers >>$compiled
}

# need_terser brings what makes the page half smaller; pack asks for it where a script has changed.
need_terser() {
  command -v npm >/dev/null || need "npm brings terser, which makes the page half smaller" nodejs npm
  npm_into "$cache/terser" "$(grep -o 'terser@[0-9.]*[0-9]' cmd/dev/pack/minify.mjs)"
  export OCTROI_TERSER=$cache/terser/node_modules
}

# rebuilt fails where a rebuild gives other bytes than wasm/prebuilt/ has. The engine is compiled
# where what has compiled that is there, once for each that is kept.
rebuilt() {
  say "whether a rebuild gives the bytes that wasm/prebuilt/ has"
  local other kept
  kept="$(head -n 1 $compiled) $(cat wasm/prebuilt/*/*.gz | cksum)"
  if [[ $(cat $rebuilt 2>/dev/null) == "$kept" ]]; then
    say "the engine was rebuilt here before"
  elif other=$(not_comparable); then
    say "skipped for the engine: $other"
    kept=''
  else
    compile_anew "$(head -n 1 $compiled)"
  fi
  go run $pack rebuilt
  printf '%s\n' "$kept" >$rebuilt
}

# not_comparable tells why the engine would be compiled to other bytes here, if it would.
not_comparable() {
  local go tinygo_there=$cache/tinygo-$tinygo_version/tinygo
  go=$(sed -n 's/.*"go": "\(.*\)".*/\1/p' wasm/prebuilt/sources.json)
  if [[ $(go env GOVERSION) != "$go" ]]; then
    echo "it was compiled with $go, and this is $(go env GOVERSION)"
  elif [[ ! -x $tinygo_there ]] && ! is_pinned tinygo; then
    echo "TinyGo $tinygo_version is not there"
  elif ! command -v wasm-opt >/dev/null || [[ $(wasm-opt --version | cut -d' ' -f3) != "$wasm_opt_version" ]]; then
    echo "wasm-opt $wasm_opt_version is not there"
  else
    return 1
  fi
}

compile() {
  local features=(--enable-bulk-memory --enable-sign-ext --enable-nontrapping-float-to-int --enable-mutable-globals)
  # The same for where there is no WebAssembly: wasm2js knows no such conversions.
  sed 's/+nontrapping-fptoint/-nontrapping-fptoint/; s/+sign-ext/-sign-ext/; s/, "--no-merge-data-segments"//' wasm/target.json >build/plain.json
  beside "$tinygo" build -target build/plain.json -buildmode=c-shared -opt=z -no-debug -panic=trap -o build/plain.wasm ./wasm/engine
  "$tinygo" build -target wasm/target.json -buildmode=c-shared -opt=z -panic=trap -o build/raw.wasm ./wasm/engine
  wasm-metadce "${features[@]}" --graph-file wasm/exports.json -g build/raw.wasm -o build/lean.wasm >/dev/null
  go run $pack split "${features[@]}"
  joined
  features=(--enable-bulk-memory --enable-mutable-globals)
  wasm-metadce "${features[@]}" --graph-file wasm/exports.json build/plain.wasm -o build/lean.wasm >/dev/null
  wasm2js "${features[@]}" -Oz build/lean.wasm -o build/engine.mjs
  rm build/raw.wasm build/plain.wasm build/lean.wasm build/plain.json
}

# build_audit makes dist/audit/, with Go alone.
build_audit() {
  say "putting the audit together, in dist/audit/"
  go run $pack audit
}

audit() {
  need_go
  modules
  build_audit
  local option
  for option in "$@"; do
    [[ $option =~ ^--?headless ]] && need_browser
  done
  owner audit "$@"
}

# owner COMMAND…: runs the site owner's program.
owner() {
  mkdir -p "$cache"
  go build -o "$cache/octroi" ./cmd/octroi
  exec "$cache/octroi" "$@"
}

# demo compiles nothing that its page can do without, and does not make it quick: this is what
# newcomers wait for. Where sources have changed, all is built first.
demo() {
  need_go
  export OCTROI_NPM=$cache/apps/node_modules
  local program=$cache/demo flags="-ldflags=-w '-gcflags=all=-l -dwarf=false'" ended=0
  GOFLAGS=$flags CGO_ENABLED=0 modules -tags kept $pack
  say "compiling the shop"
  mkdir -p "$cache"
  GOFLAGS=$flags CGO_ENABLED=0 go build -tags kept -o "$program" $pack
  "$program" kept dist || ended=$?
  if ((ended == 0)); then
    # The pages of two recipes need a bundler.
    (bring_apps && GOFLAGS=$flags CGO_ENABLED=0 nice go build -o /dev/null $demo) >/dev/null 2>&1 &
    say "starting the shop"
    GOFLAGS=$flags CGO_ENABLED=0 exec "$program" demo "$@"
  fi
  ((ended == 3)) || exit "$ended"
  modules $pack $demo
  assemble
  bring_apps &
  say "starting the shop"
  exec go run $demo "$@"
}

# dev builds into the cache, a folder a checkout: dist/ has only what ships.
dev() {
  need_go
  modules
  bring_apps
  export OCTROI_NPM=$cache/apps/node_modules
  local folder
  folder=$cache/dev/$(cksum <<<"$PWD" | cut -d' ' -f1)
  mkdir -p "$folder"
  exec go run $pack dev "$folder" "$@"
}

# engine OUT: compiles the engine for dev, which asks for it. At -opt=z TinyGo is also fastest:
# there is less to write.
engine() {
  need_tinygo
  "$tinygo" build -target wasm/target.json -buildmode=c-shared -opt=z -no-debug -panic=trap -o "$1" ./wasm/engine
}

# bring_apps brings the packages of two of the demo's recipes; without them these pages say so.
bring_apps() {
  command -v npm >/dev/null || return 0
  (npm_into "$cache/apps" react@19.3.1 react-dom@19.3.1 vue@3.5.45) || true
}

# check_javascript looks at types, faults and formatting, where there is npm to bring the tools.
check_javascript() {
  if ! command -v npm >/dev/null; then
    say "skipped: types, faults and formatting of the JavaScript, for there is no npm"
    return
  fi
  need_packages
  say "types, faults and formatting of the JavaScript"
  local bin=$cache/npm/node_modules/.bin
  "$bin/tsc" -p web
  "$bin/tsc" -p wordpress
  check_package_types
  "$bin/oxlint" -c web/oxlint.json --deny-warnings --format unix web jsbridge wordpress internal/site/look cmd/dev/site
  "$bin/oxlint" -c wasm_test/oxlint.json --deny-warnings --format unix wasm_test/testdata
  "$bin/oxlint" -c npm/oxlint.json --deny-warnings --format unix --ignore-pattern '**/wasm_exec.js' npm
  "$bin/prettier" --log-level warn --check web/*.ts web/*.json web/{entry,page,core,intercept,ui,safe}/* web/audit/* web/locales catalog/*.json catalog/signals/*.json jsbridge/*.js wasm_test/oxlint.json wasm_test/testdata/*.js wasm_test/testdata/{bends,differ,react,signals}/* npm/*.json npm/octroi/{package.json,bin/*octroi.js,bin/node.js} npm/octroi/{lib,lib/testing}/*.{js,d.ts} npm/octroi/test/*.js examples/apps/*.json wordpress internal/site/look/*.{js,css} internal/site/look/*/*.{js,css} cmd/dev/site/*.mjs
}

# check_package_types looks at the types of the npm package's JavaScript: with each file beside its
# declarations, which TypeScript would look at alone if both had one name.
check_package_types() {
  local folder file
  npm_into "$cache/types" @types/node@20.19.43 @types/react@19.3.3 solid-js@1.9.20 vue@3.5.45 @angular/core@22.2.6 @playwright/test@1.65.1
  folder=$(mktemp -d)
  cp -r npm/octroi/{lib,package.json} npm/tsconfig.json "$folder"
  install -D web/octroi.d.ts "$folder/dist/octroi.d.ts"
  ln -s "$cache/types/node_modules" "$folder/node_modules"
  for file in "$folder"/lib/{,testing/}*.js; do
    [[ ! -e ${file%.js}.d.ts ]] || mv "$file" "${file%.js}.checked.js"
  done
  (cd "$folder" && "$cache/npm/node_modules/.bin/tsc" -p .) | sed 's,^lib/\(.*\)\.checked\.js,npm/octroi/lib/\1.js,' ||
    fail "the package's JavaScript has wrong types: see above"
  rm -r "$folder"
}

# check_package runs the tests of the npm package that need no browser: of what its files do, and, where
# dist/ is built, of the package as an app has it: its exports, its types. Those of the engine and the
# command leave themselves out where these are not built.
check_package() {
  if ! command -v npm >/dev/null; then
    say "skipped: the npm package's tests, for there is no npm"
    return
  fi
  say "the npm package, in Node.js $(node --version)"
  mkdir -p "$cache"
  go build -o "$cache/octroi" ./cmd/octroi
  npm_into "$cache/packaging" publint@0.3.25 @arethetypeswrong/cli@0.18.5
  local packed=
  if [[ -e dist/octroi.js ]]; then
    packed=$(mktemp -d)
    go run ./cmd/dev/npm "$packed/octroi"
  fi
  OCTROI=$cache/octroi OCTROI_PACKAGE=${packed:+$packed/octroi} OCTROI_PACKAGING=$cache/packaging/node_modules \
    node --test --test-reporter=dot npm/octroi/test/*.test.js || fail "the npm package has faults"
  rm -rf "$packed"
}

# npm_into FOLDER PACKAGE…: brings packages of npm, unless it has brought just these.
npm_into() {
  local folder=$1
  shift
  [[ $(cat "$folder/packages" 2>/dev/null) != "$*" ]] || return 0
  say "bringing $*, into $folder"
  mkdir -p "$folder"
  npm install --silent --no-fund --no-audit --prefix "$folder" "$@" >/dev/null ||
    fail "npm could not bring $*: is there a network?"
  printf '%s\n' "$*" >"$folder/packages"
}

# unpacked_into FOLDER PACKAGE: the same for one package alone, without what it needs.
unpacked_into() {
  local folder=$1 package=$2
  [[ $(cat "$folder/.package" 2>/dev/null) != "$package" ]] || return 0
  say "bringing $package, into $folder"
  rm -rf "$folder"
  mkdir -p "$folder"
  (cd "$folder" && tar -xzf "$(npm pack --silent "$package")" --strip-components=1 2>/dev/null && rm -f -- *.tgz) ||
    fail "npm could not bring $package: is there a network?"
  printf '%s\n' "$package" >"$folder/.package"
}

# need_packages brings what the checks of the JavaScript and the tests of the interface need.
need_packages() {
  local tools=$cache/npm
  npm_into "$tools" react@19.3.1 react-dom@19.3.1 vue@3.5.45 typescript@7.0.2 prettier@3.10.1 oxlint@1.94.0 axe-core@4.14.1 html_codesniffer@2.5.1 accessibility-checker-engine@4.0.34 @duckduckgo/autoconsent@16.23.0 bootstrap@5.3.9 tailwindcss@3.4.19
  # Two versions of one package cannot stand side by side.
  npm_into "$tools/react18" react@18.3.1 react-dom@18.3.1
  npm_into "$tools/routers" htmx1@npm:htmx.org@1.9.12 htmx2@npm:htmx.org@2.0.11 @hotwired/turbo@8.0.23
  # Of Astro its router is wanted, and none of the hundreds of packages that it builds with.
  unpacked_into "$tools/routers/node_modules/astro" astro@7.3.5
  export OCTROI_NPM=$tools/node_modules
}

# bring_seeds unpacks two packages' own test cases, from which markups are made that parse
# oddly; what these packages need to run is left out.
bring_seeds() {
  command -v npm >/dev/null || return 0
  local seeds=$cache/seeds package
  for package in html5@1.0.5 dompurify@0.7.4; do
    unpacked_into "$seeds/${package%@*}" $package
  done
  export OCTROI_SEEDS=$seeds
}

# check_go looks at formatting and faults: vet's and staticcheck's, then assignments and
# conversions without effect, which these two do not look for.
check_go() {
  say "formatting, vet, staticcheck, ineffassign, unconvert"
  local unformatted
  unformatted=$(gofmt -l .)
  [[ -z $unformatted ]] || fail "not formatted by gofmt: $unformatted"
  mkdir -p "$cache"
  (cd $linters && go build -o "$cache/" tool)
  go vet ./...
  # Fewer collections take 15 to 23 % less processor time, for twice the memory (0.5 GB).
  GOGC=400 "$cache/staticcheck" ./...
  "$cache/ineffassign" ./...
  "$cache/unconvert" ./...
  # As the demo is.
  go vet -tags kept $pack ./examples/shop ./internal/bundle ./wasm/prebuilt
  # As the audit is built: the standard library is compiled for it once.
  (
    export GOOS=js GOARCH=wasm GOFLAGS=-trimpath
    go vet ./wasm/audit
    "$cache/staticcheck" ./wasm/audit
  )
}

# quickly_compiled has Go not inline in SQLite, which is one file of 4.6 MB: to compile it takes 22 s
# of a processor's time then, and 51 s otherwise.
quickly_compiled() {
  export GOFLAGS="${GOFLAGS:-} -gcflags=github.com/ncruces/go-sqlite3-wasm/...=-l"
}

# check is what one runs before each commit.
check() {
  need_go
  quickly_compiled
  check_go
  check_javascript
  check_package
  say "native tests, the short ones"
  go test -short -vet=off $(native) | { grep -v 'no test files' || true; }
  say "done in $SECONDS seconds"
}

# bring installs all that the tests need.
bring() {
  need_browser
  need_engines
  need_postgres
  need_terser
  need_packages
  bring_seeds
}

run_tests() {
  need_go
  quickly_compiled
  modules
  say "bringing what is missing, beside what needs Go alone"
  beside bring
  check_go
  say "the engine, natively"
  go test -vet=off $(native | grep -v '/receipts/postgres')
  joined
  say "receipts in PostgreSQL"
  go test -vet=off ./server/receipts/postgres/...
  check_javascript
  bring_seeds
  build
  check_package
  build_audit
  rebuilt
  need_browser
  need_engines
  say "the shipped files, in wazero and in each engine: $("$CHROME" --version 2>/dev/null), $(firefox-esr --version 2>/dev/null), WebKitGTK"
  go run $matrix
  go run $pack size
}

# everywhere runs in each engine also what the same code of ours decides in each.
everywhere() {
  need_browser
  need_engines
  need_packages
  bring_seeds
  need_tinygo
  need_wasm_opt
  build
  rebuilt
  need_postgres
  say "receipts that were acknowledged outlive kill -9, fifty times"
  OCTROI_WHOLE=1 go test -count=1 -v -run Kill -timeout 20m ./server/receipts/...
  OCTROI_WHOLE=1 go run $matrix
}

# apps builds whole apps with the package as npm installs it, and drives them; a checkout has
# a folder of its own for them.
apps() {
  local folder names name frameworks=()
  for name in "$@"; do [[ $name == wordpress ]] || frameworks+=("$name"); done
  if (($# == 0)) || [[ " $* " == *" wordpress "* ]]; then
    drive_wordpress
    ((${#frameworks[@]} || $# == 0)) || return 0
  fi
  set -- ${frameworks[@]+"${frameworks[@]}"}
  folder=$cache/apps-build/$(cksum <<<"$PWD" | cut -d' ' -f1)
  build
  need_browser
  need_packages
  OCTROI_WHOLE=1 check_package
  say "building apps, in $folder; at first npm brings what they need"
  go run ./cmd/dev/apps "$folder" "$@"
  names=$(IFS='|' && printf '%s' "$*")
  say "driving them, in $("$CHROME" --version 2>/dev/null)"
  OCTROI_APPS=$folder go test -count=1 -timeout 60m ./wasm_test -run "TestApps/${names:+^($names)\$}"
}

# drive_wordpress tests the plugin in real sites.
drive_wordpress() {
  build
  need_browser
  need_wordpress
  say "driving WordPress: $(cd "$OCTROI_WORDPRESS" && echo [0-9]*)"
  go test -count=1 -timeout 10m ./wasm_test -run '^TestWordpress$'
}

# need_wordpress brings the core of three versions of WordPress: Debian's, and two of npm, where
# the newest is an alpha. Their databases are files, so that no server is needed. Exports OCTROI_WORDPRESS.
need_wordpress() {
  local builds=@wp-playground/wordpress-builds@0.9.19 from
  need "WordPress runs on it" php-cli php-sqlite3 php-mbstring php-xml unzip
  command -v npm >/dev/null || need "npm brings newer versions of WordPress" nodejs npm
  export OCTROI_WORDPRESS=$cache/wordpress
  [[ $(cat "$OCTROI_WORDPRESS/.from" 2>/dev/null) != "$builds" ]] || return 0
  say "bringing WordPress, into $OCTROI_WORDPRESS (200 MB)"
  rm -rf "$OCTROI_WORDPRESS"
  mkdir -p "$OCTROI_WORDPRESS"
  from=$(mktemp -d)
  (
    cd "$from"
    apt-get -qq download wordpress wordpress-theme-twentytwentythree libjs-underscore 2>/dev/null ||
      fail "apt-get could not download WordPress: is there a network?"
    for package in *.deb; do dpkg-deb -x "$package" debian; done
    # Links to packages that are not there, which bring reading of media and the cropping of pictures.
    find debian/usr/share/wordpress -xtype l -delete
    rm debian/usr/share/wordpress/wp-config.php
    # Without MySQL's extension this version looks for a database of another kind here.
    touch debian/usr/share/wordpress/wp-content/db.php
    mkdir "$OCTROI_WORDPRESS/6.1"
    cp -rL debian/usr/share/wordpress "$OCTROI_WORDPRESS/6.1/core"
    npm pack --silent "$builds" >/dev/null || fail "npm could not bring $builds: is there a network?"
    tar -xzf ./*.tgz package/src/wordpress package/src/sqlite-database-integration package/public/wp-6.4 package/public/wp-nightly
    unpack_wordpress 6.4 6.4
    unpack_wordpress nightly 6.7
    unzip -q package/src/sqlite-database-integration/sqlite-database-integration.zip
    mv sqlite-database-integration-main "$OCTROI_WORDPRESS/sqlite-database-integration"
  )
  rm -rf "$from"
  printf '%s\n' "$builds" >"$OCTROI_WORDPRESS/.from"
}

# unpack_wordpress NAME VERSION: puts a version of npm's package together, whose scripts lie beside its zip.
unpack_wordpress() {
  mkdir "$OCTROI_WORDPRESS/$2"
  cp -r "package/public/wp-$1" "$OCTROI_WORDPRESS/$2/core"
  unzip -q -o "package/src/wordpress/wp-$1.zip" -d "$OCTROI_WORDPRESS/$2/core"
  rm "$OCTROI_WORDPRESS/$2/core/wp-config.php"
}

# helpers tests an example site as its developers do, with the package as npm installs it; a
# checkout has a folder of its own for that.
helpers() {
  local folder tarball
  folder=$cache/helpers/$(cksum <<<"$PWD" | cut -d' ' -f1)
  command -v npm >/dev/null || need "npm brings Playwright and Vitest" nodejs npm
  build
  need_browser
  say "bringing what the example needs, into $folder"
  go run ./cmd/dev/cli -o "$folder/program"
  go run ./cmd/dev/npm "$folder/package" "$folder/program"
  mkdir -p "$folder/example"
  tarball=$(npm pack --silent --pack-destination "$folder" "$folder/package")
  find "$folder/example" -mindepth 1 -maxdepth 1 ! -name node_modules -exec rm -r {} +
  cp -r examples/testing/. "$folder/example"
  rm -rf "$folder/example/node_modules/octroi"
  npm install --silent --no-fund --no-audit --ignore-scripts --prefix "$folder/example" "$folder/$tarball" ||
    fail "npm could not bring what the example needs: is there a network?"
  say "testing it, in $("$CHROME" --version 2>/dev/null)"
  (cd "$folder/example" && PORT=$((20000 + RANDOM % 20000)) npm test)
}

# release makes what is published of what is committed.
release() {
  need_go
  [[ -z $(git status --porcelain) ]] || fail "a release is of what is committed, and this is not: $(git status --porcelain | head -n 3)"
  command -v npm >/dev/null || need "the packages are installed with npm, to try them" nodejs npm
  need_tinygo
  need_wasm_opt
  made_of "$PWD"
  local taken
  taken=$(mktemp -d)
  say "taking it as its users do: npm install, go install, the zip"
  go run $release try "$taken"
  if [[ ${1:-} == --twice ]]; then
    say "making it once more, of a clone, with an empty cache"
    git clone --quiet . "$taken/other"
    GOCACHE=$taken/cache made_of "$taken/other"
    diff dist/release/checksums.txt "$taken/other/dist/release/checksums.txt" ||
      fail "another folder gives other bytes"
    say "the same bytes: $(wc -l <dist/release/checksums.txt) files"
  fi
  chmod -R u+w "$taken" && rm -rf "$taken"
}

# made_of CHECKOUT: builds there, compares with what is kept, and makes a release.
made_of() {
  (
    cd "$1"
    build
    rebuilt
    build_audit
    go run $release
  )
}

# site makes the pages, and the index that they are searched by; then it serves or tests them.
site() {
  build
  go run ./cmd/dev/site
  say "the owner's command for the configurator"
  go run ./cmd/dev/cli -o dist/site/configurator
  gzip -9 -n -f dist/site/configurator/octroi.wasm
  command -v npm >/dev/null || need "the pages' search is made with pagefind, which npm brings" nodejs npm
  npm_into "$cache/site" pagefind@1.6.0 vanilla-cookieconsent@3.1.0 klaro@0.7.22
  say "the demo's other managers"
  mkdir -p dist/site/demo/peers
  cp "$cache"/site/node_modules/vanilla-cookieconsent/dist/cookieconsent.{css,umd.js} "$cache"/site/node_modules/klaro/dist/{klaro.css,klaro-no-css.js} dist/site/demo/peers/
  "$cache/site/node_modules/.bin/pagefind" --site dist/site --quiet
  say "dist/site/index.html: $(find dist/site -name '*.html' | wc -l) pages"
  [[ ${1:-} != --serve ]] || exec go run ./cmd/dev/site --serve "${2:-8430}"
  if [[ ${1:-} == --test ]]; then
    need_browser
    need_engines
    need_packages
    local engine
    for engine in chromium firefox webkit; do
      say "the site in $engine"
      OCTROI_SITE=$PWD/dist/site OCTROI_ENGINE=$engine go test -count=1 -timeout 20m -run 'TestTheConfigurator|TestTheDemo|TestPagesOfTheDocumentation' ./wasm_test
    done
  fi
  [[ ${1:-} == --lighthouse ]] || return 0
  shift
  need_browser
  npm_into "$cache/lighthouse" lighthouse@13.5.0
  node cmd/dev/site/lighthouse.mjs "$cache/lighthouse/node_modules" dist/site "$@"
}

# documented_shots has the tests draw what the documentation shows.
documented_shots() {
  need_engines
  go test -count=1 -run '^(TestPictures|TestAuditOfTheTwin)$' ./wasm_test
  OCTROI_ENGINE=webkit go test -count=1 -run '^TestTheSampleAppInARealWebview$' ./wasm_test
  cp shots/ask-desktop.png docs/banner.png
  cp shots/audit-2-first.png docs/audit.png
  cp shots/webview-{ask,choices,granted}.png docs/
}

# fuzz keeps what it finds under testdata/, where every later test runs it.
fuzz() {
  need_go
  build
  local file target
  grep -rl --include='*_test.go' '^func Fuzz' . | sort | while read -r file; do
    for target in $(sed -n 's/^func \(Fuzz[A-Za-z]*\).*/\1/p' "$file"); do
      say "$target in $(dirname "$file")"
      go test -run XXX -fuzz "^$target\$" -fuzztime "${1:-20}s" -fuzzminimizetime 10x "$(dirname "$file")"
    done
  done
}

bench() {
  build
  need_browser
  command -v npm >/dev/null || fail "the bench loads other managers, which npm brings. Install Node.js with npm and run this again."
  local peers=$cache/bench
  if ! cmp -s wasm_test/bench/package-lock.json "$peers/package-lock.json" || [[ ! -d $peers/node_modules/klaro ]]; then
    say "bringing the other managers, into $peers"
    mkdir -p "$peers"
    cp wasm_test/bench/package.json wasm_test/bench/package-lock.json "$peers"
    npm ci --silent --no-fund --no-audit --ignore-scripts --prefix "$peers" >/dev/null || {
      rm -rf "$peers"
      fail "npm could not bring the other managers: is there a network?"
    }
  fi
  say "one page with each manager, in $("$CHROME" --version 2>/dev/null); twenty minutes"
  go run ./wasm_test/bench -modules "$peers/node_modules" "$@"
  say "what hooks add to a write; how long a click takes"
  go test -run XXX -bench 'Writes|Banner' -benchtime 1x ./wasm_test
  say "what reading a visitor's choices takes on a server, beside net/http's own reading of the cookies"
  go test -run XXX -bench . ./server/consent
  say "how many receipts are kept in a second, and how long each waits; how fast a chain is verified"
  need_postgres
  go run ./cmd/dev/receipts -postgres
  go run ./cmd/dev/receipts -postgres -chain 100000
  say "how fast pages are rewritten, beside copying them"
  go test -run XXX -bench . ./server/rewrite
}

command=${1:-help}
shift || true
case $command in
demo) demo "$@" ;;
dev) dev "$@" ;;
build)
  build
  build_audit
  ;;
audit) audit "$@" ;;
check) check ;;
test) run_tests ;;
everywhere) everywhere ;;
apps) apps "$@" ;;
helpers) helpers ;;
release) release "$@" ;;
site) site "$@" ;;
fuzz) fuzz "$@" ;;
bench) bench "$@" ;;
# These two are asked for by the programs of the build.
engine) engine "$@" ;;
terser)
  need_terser >&2
  printf '%s\n' "$OCTROI_TERSER"
  ;;
declare)
  need_go
  owner declare "$@"
  ;;
policy)
  need_go
  owner policy "$@"
  ;;
shots)
  build
  need_browser
  need "Japanese is drawn with it" fonts-ipafont-gothic
  OCTROI_SHOTS=1 go test -count=1 -timeout 30m -run TestShots ./wasm_test
  documented_shots
  say "the pictures are in shots/, the documentation's in docs/"
  ;;
size)
  build
  go run $pack size
  ;;
record)
  build
  go run $pack record
  ;;
help | -h | --help) usage ;;
*)
  usage >&2
  fail "no such command: $command"
  ;;
esac
