#!/usr/bin/env bash
# BeforeInstall: an account, an empty folder and a free port for the new revision.
set -euo pipefail
# shellcheck source=scripts/service.sh
source "$(dirname "${BASH_SOURCE[0]}")/service.sh"

# A new server has had no ApplicationStop: there is no revision before the first.
service_stop "${service}"
service_remove "${placeholder}"

if ! id -u "${user}" >/dev/null 2>&1; then
  useradd --system --no-create-home --home-dir "${home}" --shell /sbin/nologin "${user}"
fi

# A module that the new revision no longer has must not stay importable.
rm -rf -- "${home:?}/storefront" "${home:?}/VERSION"
install -d -m 0755 "${home}"
say "ready for version $(<"${bundle}/VERSION")"
