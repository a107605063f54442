# Shared by the scripts; sourced, never run.
# After `set -euo pipefail`: paths, the packages and the compiler that a build needs, and processes that end with us.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
packages=(libsqlite3-dev libcurl4-openssl-dev libssl-dev libgumbo-dev curl openssl python3)

fail() {
    printf '%s\n' "$*" >&2
    exit 1
}

# Installs the Debian packages that are missing, or says how to.
need_packages() {
    local missing=() package
    for package in "${packages[@]}"; do
        [ "$(dpkg-query -W -f '${Status}' "$package" 2>/dev/null)" = "install ok installed" ] || missing+=("$package")
    done
    [ ${#missing[@]} -eq 0 ] && return
    local command=(apt-get install -y --no-install-recommends "${missing[@]}")
    if [ "$(id -u)" -eq 0 ]; then
        apt-get update -q >&2 && DEBIAN_FRONTEND=noninteractive "${command[@]}" >&2
    elif sudo -n true 2>/dev/null; then
        sudo apt-get update -q >&2 && sudo DEBIAN_FRONTEND=noninteractive "${command[@]}" >&2
    else
        fail "Some Debian packages are missing. Run: sudo ${command[*]}"
    fi
}

need_swift() {
    command -v swift >/dev/null || fail "Swift is missing. Get Swift 6.3 from https://www.swift.org/install/linux/"
    local version
    version=$(swift --version 2>/dev/null | sed -n 's/.*Swift version \([0-9]*\.[0-9]*\).*/\1/p' | head -1)
    case $version in
        6.[3-9] | [7-9].* | [1-9][0-9].*) ;;
        *) fail "Swift ${version:-of an unknown version} is too old. Get Swift 6.3 from https://www.swift.org/install/linux/" ;;
    esac
}

# Builds products unless a caller has built them; sets $bin to where they are.
#   build debug|release PRODUCT...
build() {
    local configuration=$1 product
    shift
    need_packages
    need_swift
    cd "$root"
    if [ -z "${IS_BUILT:-}" ]; then
        for product in "$@"; do
            swift build -q -c "$configuration" --product "$product" >&2 || fail "The build of $product failed."
        done
    fi
    bin=$root/.build/$configuration
}

# Runs a command beside us until we end, with its output in a file; its process id is in $started.
pids=()
start() {
    local log=$1
    shift
    "$@" >>"$log" 2>&1 &
    started=$!
    pids+=("$started")
}

# Ends one of them, gracefully unless a signal is named.
stop() {
    kill "-${2:-TERM}" "$1" 2>/dev/null || true
    wait "$1" 2>/dev/null || true
}

stop_all() {
    local pid
    for pid in "${pids[@]}"; do stop "$pid"; done
    pids=()
}
