#!/usr/bin/env bash
# ValidateService: succeed only when this server answers with the version of this bundle.
set -euo pipefail
# shellcheck source=scripts/service.sh
source "$(dirname "${BASH_SOURCE[0]}")/service.sh"

url="http://127.0.0.1:$(service_port)/health"
version="$(<"${bundle}/VERSION")"

if "${python}" "${bundle}/scripts/await_version.py" "${url}" "${version}" "${start_seconds}"; then
  say "version ${version} answers at ${url}"
else
  printf '%s: the last lines of its log:\n' "${service}" >&2
  service_log >&2
  fail "version ${version} didn't become healthy at ${url} within ${start_seconds} s"
fi
