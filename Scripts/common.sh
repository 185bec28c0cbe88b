# What quickstart.sh and test.sh share. To be sourced.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# Installs the Debian packages that are missing, and says so.
install_system_libraries() {
    local needed=(libopenblas-dev libicu-dev libsndfile1-dev libsamplerate0-dev pkg-config) missing=() package
    for package in "${needed[@]}"; do
        dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
    done
    [ ${#missing[@]} -gt 0 ] || return 0
    local as_root=()
    if [ "$(id -u)" -ne 0 ]; then
        command -v sudo >/dev/null || {
            echo "These packages are missing: ${missing[*]}. Install them as root: apt-get install ${missing[*]}" >&2
            exit 1
        }
        as_root=(sudo)
    fi
    echo "Installing the system libraries ${missing[*]} with apt-get."
    "${as_root[@]}" apt-get update -qq
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "${missing[@]}" >/dev/null
}

require_swift() {
    command -v swift >/dev/null || {
        echo "No Swift toolchain found. Cantus needs Swift 6.2 or newer, from swift.org; then run this again." >&2
        exit 1
    }
}

install_system_libraries
require_swift
