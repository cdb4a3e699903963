#!/usr/bin/env bash
# ApplicationStart: start the new version. Whether it serves is ValidateService's question.
set -euo pipefail
# shellcheck source=scripts/service.sh
source "$(dirname "${BASH_SOURCE[0]}")/service.sh"

service_start
say "started"
