# Shared by the scripts; sourced, never run.
# After `set -euo pipefail`: paths, the packages and the compiler that a build needs, and processes that end with us.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
packages=(libarchive-dev libsqlite3-dev libcurl4-openssl-dev libssl-dev libgumbo-dev libcmark-gfm-dev libcmark-gfm-extensions-dev libpq-dev libvips-tools curl openssl python3)

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
            local quietly=(-q)
            if [ ! -x ".build/$configuration/$product" ]; then
                printf 'Building %s (%s). The first build fetches and compiles the libraries and takes minutes.\n' \
                    "$product" "$configuration" >&2
                quietly=()
            fi
            swift build "${quietly[@]}" -c "$configuration" --product "$product" >&2 || fail "The build of $product failed."
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

# Starts a PostgreSQL cluster of our own on a Unix socket, with nothing to lose; sets $cluster to its folder and
# $postgres to the address of its first database. Root may not run it, so root runs it as the user `postgres`.
cluster='' cluster_pid=''
start_cluster() {
    packages=(postgresql)
    need_packages
    local as=() programs try
    programs=$(printf '%s\n' /usr/lib/postgresql/*/bin | sort -V | tail -1)
    [ -x "$programs/initdb" ] || fail "PostgreSQL's initdb is missing: install the package postgresql."
    cluster=$(mktemp -d /tmp/staffroom-postgres.XXXXXX)
    if [ "$(id -u)" -eq 0 ]; then
        chown postgres "$cluster"
        as=(setpriv --reuid postgres --regid postgres --init-groups --)
    fi
    # A collation unlike SQLite's, so that the tests find what would depend on it.
    (cd / && "${as[@]}" "$programs/initdb" -D "$cluster/data" -U postgres --auth trust --encoding UTF8 --locale C.UTF-8 \
        --locale-provider icu --icu-locale en-US --no-sync >"$cluster/initdb.log" 2>&1) || fail "initdb failed: $(cat "$cluster/initdb.log")"
    (cd / && exec "${as[@]}" "$programs/postgres" -D "$cluster/data" -k "$cluster" -c listen_addresses= \
        -c max_connections=200 -c shared_buffers=128MB -c log_min_messages=warning) >>"$cluster/log" 2>&1 &
    cluster_pid=$!
    for try in $(seq 100); do
        "$programs/pg_isready" -q -h "$cluster" && break
        [ "$try" -lt 100 ] || fail "PostgreSQL did not start: $(tail -3 "$cluster/log")"
        sleep 0.1
    done
    postgres="postgres://postgres@${cluster//\//%2F}/postgres"
}

# Makes a database on it.
make_database() { psql -q -X -h "$cluster" -U postgres -d postgres -c "CREATE DATABASE $1"; }

# Ends it, whoever is still connected, and removes it.
stop_cluster() {
    [ -n "$cluster_pid" ] || return 0
    kill -INT "$cluster_pid" 2>/dev/null || true
    wait "$cluster_pid" 2>/dev/null || true
    rm -rf "$cluster"
    cluster_pid=''
}
