#!/usr/bin/env bash
# The one entry to this repository; ./build.sh help says what it does.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

cache=${OCTROI_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/octroi}
tinygo_version=0.41.1
llvm=19

usage() {
  cat <<'TEXT'
./build.sh COMMAND

  demo [--port N]   build, then serve the demo shop and its third parties on localhost
  build             build dist/, the audit in it
  audit [OPTION…] URL
                    what a site really does: a page that reads it and loads it as a visitor;
                    --headless prints what was found and ends with 1 on errors; --help has the rest
  test              every check and test, native and in a browser
  fuzz [SECONDS]    every fuzz target for so long (20 seconds unless given)
  declare FILE      print a declaration with the known services that it names under "use"
  policy FILE [LANG] print the cookie policy of a declaration as HTML
  shots             pictures of each layout and theme, on desktop and phone, in fr, de and ar
  bench [-runs N]   one page with each of the other managers and with Octroi, in one slowed
                    browser: bytes, times, memory, into docs/bench.md and docs/bench.svg; then
                    what the hooks add to a write, and how long a click takes
  size              weigh the shipped files against sizes.json, and say by package and
                    function what has changed in the engine
  record            write sizes.json from what is built now
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
  "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq update >/dev/null ||
    fail "apt-get update failed: is there a network?"
  "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq -o Dpkg::Use-Pty=0 install -y --no-install-recommends "${missing[@]}" >/dev/null ||
    fail "apt-get could not install ${missing[*]}"
}

need_go() {
  command -v go >/dev/null || fail "there is no Go. Install Go 1.26 or later (https://go.dev/doc/install) and run this again."
  local version
  version=$(go env GOVERSION)
  [[ $version =~ ^go1\.([0-9]+) ]] && ((BASH_REMATCH[1] >= 26)) ||
    fail "Go is too old: $version. Install Go 1.26 or later (https://go.dev/doc/install)."
}

# new_enough TINYGO: whether it is at least 0.41.
new_enough() {
  [[ $("$1" version 2>/dev/null) =~ version\ ([0-9]+)\.([0-9]+) ]] || return 1
  ((BASH_REMATCH[1] > 0 || BASH_REMATCH[2] >= 41))
}

# need_tinygo finds a TinyGo of at least 0.41, or builds the pinned one: sets tinygo.
need_tinygo() {
  if tinygo=$(command -v tinygo) && new_enough "$tinygo"; then
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
    cd wasm/toolchain
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
  else
    say "without apt-get: tests in Firefox and WebKit run if these are there"
  fi
}

# modules brings the Go modules once, so that what cannot be had is said in one place.
modules() {
  { go list -deps ./... && GOOS=js GOARCH=wasm go list -deps ./wasm/audit; } >/dev/null || fail "the Go modules of go.mod could not be had: is there a network?"
}

build() {
  need_go
  modules
  mkdir -p dist
  if [[ ! -e dist/octroi.wasm || ! -e dist/engine.mjs || -n $(find engine jsbridge wasm go.mod -newer dist/octroi.wasm \( -name '*.go' ! -name '*_test.go' -o -name '*.json' ! -name functions.json -o -name rest.txt -o -name go.mod \) -print -quit) ]]; then
    need_tinygo
    need_wasm_opt
    say "compiling the engine, some ten seconds, with $("$tinygo" version | cut -d' ' -f1-3)"
    compile
  fi
  say "putting the files together, in dist/"
  go run ./wasm/pack build
}

compile() {
  local features=(--enable-bulk-memory --enable-sign-ext --enable-nontrapping-float-to-int --enable-mutable-globals)
  "$tinygo" build -target wasm/target.json -buildmode=c-shared -opt=z -panic=trap -o dist/raw.wasm ./wasm/engine
  wasm-metadce "${features[@]}" --graph-file wasm/exports.json -g dist/raw.wasm -o dist/lean.wasm >/dev/null
  go run ./wasm/pack split "${features[@]}"
  # The same for where there is no WebAssembly: wasm2js knows no such conversions.
  sed 's/+nontrapping-fptoint/-nontrapping-fptoint/; s/+sign-ext/-sign-ext/; s/, "--no-merge-data-segments"//' wasm/target.json >dist/plain.json
  "$tinygo" build -target dist/plain.json -buildmode=c-shared -opt=z -no-debug -panic=trap -o dist/raw.wasm ./wasm/engine
  features=(--enable-bulk-memory --enable-mutable-globals)
  wasm-metadce "${features[@]}" --graph-file wasm/exports.json dist/raw.wasm -o dist/lean.wasm >/dev/null
  wasm2js "${features[@]}" -Oz dist/lean.wasm -o dist/engine.mjs
  rm dist/raw.wasm dist/lean.wasm dist/plain.json
}

# build_audit makes dist/audit/, with Go alone.
build_audit() {
  say "putting the audit together, in dist/audit/"
  go run ./wasm/pack audit
}

audit() {
  need_go
  modules
  build_audit
  local option
  for option in "$@"; do
    [[ $option =~ ^--?headless ]] && need_browser
  done
  mkdir -p "$cache"
  go build -o "$cache/audit" ./wasm/audit/run
  exec "$cache/audit" "$@"
}

demo() {
  build
  say "starting the shop"
  # Two of its recipes are apps, of packages; without them these pages say so.
  if command -v npm >/dev/null; then
    local apps=$cache/apps
    if [[ ! -d $apps/node_modules/vue ]]; then
      say "bringing React and Vue for two of the recipes, into $apps"
      npm install --silent --no-fund --no-audit --prefix "$apps" react@19.3.1 react-dom@19.3.1 vue@3.5.45 >/dev/null ||
        say "npm could not bring them: these two pages will say so"
    fi
    export OCTROI_NPM=$apps/node_modules
  fi
  exec go run ./web/demo "$@"
}

# check_javascript looks at types and formatting, where there is npm to bring the tools,
# and what the tests of the interface need.
check_javascript() {
  if ! command -v npm >/dev/null; then
    say "skipped: types and formatting of the JavaScript, for there is no npm"
    return
  fi
  say "types and formatting of the JavaScript"
  local tools=$cache/npm packages=(react@19.3.1 react-dom@19.3.1 vue@3.5.45 typescript@7.0.2 prettier@3.10.1 axe-core@4.14.1 @duckduckgo/autoconsent@16.23.0 bootstrap@5.3.9 tailwindcss@3.4.19)
  if [[ $(cat "$tools/packages" 2>/dev/null) != "${packages[*]}" ]]; then
    say "bringing ${#packages[@]} packages for these checks, into $tools"
    npm install --silent --no-fund --no-audit --prefix "$tools" "${packages[@]}" >/dev/null ||
      fail "npm could not bring ${packages[*]}: is there a network?"
    printf '%s\n' "${packages[*]}" >"$tools/packages"
  fi
  # Two versions of one package cannot stand side by side.
  packages=(react@18.3.1 react-dom@18.3.1)
  if [[ $(cat "$tools/react18/packages" 2>/dev/null) != "${packages[*]}" ]]; then
    mkdir -p "$tools/react18"
    npm install --silent --no-fund --no-audit --prefix "$tools/react18" "${packages[@]}" >/dev/null ||
      fail "npm could not bring ${packages[*]}: is there a network?"
    printf '%s\n' "${packages[*]}" >"$tools/react18/packages"
  fi
  # Of Astro its router is wanted, and none of the hundreds of packages that it builds with.
  packages=(htmx1@npm:htmx.org@1.9.12 htmx2@npm:htmx.org@2.0.11 @hotwired/turbo@8.0.23)
  if [[ $(cat "$tools/routers/packages" 2>/dev/null) != "${packages[*]}" ]]; then
    say "bringing routers, into $tools/routers"
    mkdir -p "$tools/routers"
    npm install --silent --no-fund --no-audit --prefix "$tools/routers" "${packages[@]}" >/dev/null &&
      mkdir -p "$tools/routers/node_modules/astro" &&
      (cd "$tools/routers" && tar -xzf "$(npm pack --silent astro@7.3.5)" --strip-components=1 -C node_modules/astro && rm -f -- *.tgz) ||
      fail "npm could not bring ${packages[*]} and astro: is there a network?"
    printf '%s\n' "${packages[*]}" >"$tools/routers/packages"
  fi
  export OCTROI_NPM=$tools/node_modules
  "$tools/node_modules/.bin/tsc" -p web
  "$tools/node_modules/.bin/prettier" --log-level warn --check web/*.js web/intercept/*.js web/*.ts web/*.json web/*.css web/audit/* web/locales web/catalog/*.json jsbridge/*.js wasm_test/testdata/react/*
}

# bring_seeds unpacks two packages' own test cases, from which markups are made that parse
# oddly; what these packages need to run is left out.
bring_seeds() {
  command -v npm >/dev/null || return 0
  local seeds=$cache/seeds package name
  for package in html5@1.0.5 dompurify@0.7.4; do
    name=${package%@*}
    if [[ ! -d $seeds/$name/test ]]; then
      say "bringing the test cases of $package, into $seeds"
      mkdir -p "$seeds/$name"
      (cd "$seeds" && tar -xzf "$(npm pack --silent "$package")" --strip-components=1 -C "$name" 2>/dev/null && rm -f -- *.tgz) ||
        fail "npm could not bring $package: is there a network?"
    fi
  done
  export OCTROI_SEEDS=$seeds
}

run_tests() {
  need_go
  say "formatting, vet, staticcheck"
  local unformatted
  unformatted=$(gofmt -l .)
  [[ -z $unformatted ]] || fail "not formatted by gofmt: $unformatted"
  go vet ./...
  (cd wasm/lint && go build -o "$cache/staticcheck" honnef.co/go/tools/cmd/staticcheck)
  "$cache/staticcheck" ./...
  GOOS=js GOARCH=wasm go vet ./wasm/audit
  GOOS=js GOARCH=wasm "$cache/staticcheck" ./wasm/audit
  check_javascript
  bring_seeds
  say "the engine, natively"
  go test ./docs ./engine/... ./jsbridge/... ./wasm/... ./web/...
  build
  build_audit
  need_browser
  need_engines
  say "the shipped files, in wazero and in each engine: $("$CHROME" --version 2>/dev/null), $(firefox-esr --version 2>/dev/null), WebKitGTK"
  go run ./wasm_test/matrix
  go run ./wasm/pack size
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
  say "one page with each manager, in $("$CHROME" --version 2>/dev/null); a quarter of an hour"
  go run ./wasm_test/bench -modules "$peers/node_modules" "$@"
  say "what hooks add to a write; how long a click takes"
  go test -run XXX -bench 'Writes|Banner' -benchtime 1x ./wasm_test
}

command=${1:-help}
shift || true
case $command in
demo) demo "$@" ;;
build)
  build
  build_audit
  ;;
audit) audit "$@" ;;
test) run_tests ;;
fuzz) fuzz "$@" ;;
bench) bench "$@" ;;
declare)
  need_go
  go run ./web/catalog/declare "$@"
  ;;
policy)
  need_go
  go run ./web/policy "$@"
  ;;
shots)
  build
  need_browser
  OCTROI_SHOTS=1 go test -count=1 -run TestShots ./wasm_test
  say "the pictures are in shots/"
  ;;
size)
  build
  go run ./wasm/pack size
  ;;
record)
  build
  go run ./wasm/pack record
  ;;
help | -h | --help) usage ;;
*)
  usage >&2
  fail "no such command: $command"
  ;;
esac
