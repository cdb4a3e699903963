# The bundle is read and never run: clients work in a folder of their own, where no file of it can configure them.
set -euo pipefail
# A shell that writes down its commands would write down what they hold.
set +x
bundle="$PWD"
work="$(mktemp -d)"

stop() {
  echo "$*" >&2
  exit 1
}

sha256() {
  sha256sum < "$1" | cut -d ' ' -f 1
}
