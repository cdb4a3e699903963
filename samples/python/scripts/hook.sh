#!/usr/bin/env bash
# Every hook of appspec.yml; CodeDeploy's agent says in LIFECYCLE_EVENT which one it is. Each can run twice.
# https://docs.aws.amazon.com/codedeploy/latest/userguide/reference-appspec-file-structure-hooks.html
set -euo pipefail

# For trying the hooks out: ROOT is a folder to take for the server's /, TRIES how often ValidateService asks.
readonly home="${ROOT:-}/opt/greeter"
readonly environment_file="${ROOT:-}/etc/delivery/environment"
scripts="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
readonly scripts

# Stop a service and keep it from coming back; one that isn't there is fine.
remove() {
  if systemctl cat "$1.service" >/dev/null 2>&1; then
    systemctl disable --now "$1.service"
  fi
}

# Ask once a second until the new version answers.
validate() {
  local port version answer
  port="$(sed -n 's/^PORT="\{0,1\}\([0-9]*\).*/\1/p' "${environment_file}" 2>/dev/null | tail -n 1)"
  version="$(<"${scripts}/../VERSION")"
  for _ in $(seq "${TRIES:-60}"); do
    answer="$(curl --silent --show-error --max-time 5 "http://127.0.0.1:${port:-8080}/health" 2>&1)" || true
    if [[ "${answer}" == *"\"${version}\""* ]]; then
      return 0
    fi
    sleep 1
  done
  echo "greeter: wanted version ${version}, heard ${answer}" >&2
  journalctl --unit greeter.service --lines 20 --no-pager >&2 || true
  return 1
}

case "${LIFECYCLE_EVENT}" in
  ApplicationStop) remove greeter ;;
  BeforeInstall)
    remove greeter
    # What answers on the port until the first deployment.
    remove delivery-placeholder
    if [[ -s "${scripts}/packages" ]]; then
      xargs dnf install --assumeyes --quiet <"${scripts}/packages"
    fi
    rm -rf -- "${home}"
    ;;
  ApplicationStart)
    systemctl daemon-reload
    systemctl enable --now greeter.service
    ;;
  ValidateService) validate ;;
  *)
    echo "greeter: no hook for '${LIFECYCLE_EVENT}'" >&2
    exit 1
    ;;
esac
