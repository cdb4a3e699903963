#!/usr/bin/env bash
# ApplicationStop: stop what runs. It comes from the revision installed before, and may find nothing to stop.
set -euo pipefail
# shellcheck source=scripts/service.sh
source "$(dirname "${BASH_SOURCE[0]}")/service.sh"

service_stop "${service}"
service_remove "${placeholder}"
say "stopped"
