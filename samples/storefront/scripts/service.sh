#!/usr/bin/env bash
# What the hooks share: where things are on the server, and how a service is started and stopped there.
#
# STOREFRONT_ROOT             folder taken for the server's / (default: none, the real one)
# STOREFRONT_SERVICE_MANAGER  systemd (default), or process: plain processes with pid files, for a folder of one's own
# STOREFRONT_USER             account that runs the service (default: storefront)
# STOREFRONT_PYTHON           interpreter of the service (default: /usr/bin/python3)
# STOREFRONT_START_SECONDS    how long ValidateService waits for the new version (default: 60)
#
# shellcheck disable=SC2034 # The hooks that source this file use the names.
set -euo pipefail

readonly service=storefront
readonly placeholder=delivery-placeholder
readonly root="${STOREFRONT_ROOT:-}"
readonly manager="${STOREFRONT_SERVICE_MANAGER:-systemd}"
readonly user="${STOREFRONT_USER:-storefront}"
readonly python="${STOREFRONT_PYTHON:-/usr/bin/python3}"
readonly start_seconds="${STOREFRONT_START_SECONDS:-60}"

readonly home="${root}/opt/storefront"
readonly unit="${root}/etc/systemd/system/${service}.service"
# Written by the fleet's user data: PORT, APPLICATION and ENVIRONMENT, one NAME=value a line.
readonly environment_file="${root}/etc/delivery/environment"
readonly run_folder="${root}/run"
readonly log="${root}/var/log/${service}.log"

bundle="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
readonly bundle

say() {
  printf '%s: %s\n' "${service}" "$*"
}

fail() {
  printf '%s: %s\n' "${service}" "$*" >&2
  exit 1
}

case "${manager}" in
  systemd | process) ;;
  *) fail "STOREFRONT_SERVICE_MANAGER is '${manager}': expected systemd or process" ;;
esac

# The port that the fleet gave this server, 8080 when it gave none.
service_port() {
  local port=""
  if [[ -r "${environment_file}" ]]; then
    port="$(sed -n 's/^PORT="\{0,1\}\([0-9]*\).*/\1/p' "${environment_file}" | tail -n 1)"
  fi
  printf '%s\n' "${port:-8080}"
}

# Stop a service by name. One that isn't there, or doesn't run, is fine.
service_stop() {
  local name="$1"
  if [[ "${manager}" == systemd ]]; then
    if systemctl cat "${name}.service" >/dev/null 2>&1; then
      systemctl stop "${name}.service"
    fi
  else
    process_stop "${name}"
  fi
}

# Stop a service and keep it from coming back with the next boot.
service_remove() {
  local name="$1"
  service_stop "${name}"
  if [[ "${manager}" == systemd ]] && systemctl cat "${name}.service" >/dev/null 2>&1; then
    systemctl disable "${name}.service"
  fi
}

# Start our service now and with every boot.
service_start() {
  if [[ "${manager}" == systemd ]]; then
    systemctl enable "${service}.service"
    systemctl restart "${service}.service"
  else
    process_stop "${service}"
    process_start
  fi
}

# The last lines that our service wrote.
service_log() {
  if [[ "${manager}" == systemd ]]; then
    journalctl --unit "${service}.service" --lines 20 --no-pager || true
  elif [[ -r "${log}" ]]; then
    tail -n 20 "${log}"
  fi
}

process_start() {
  mkdir -p "${run_folder}" "$(dirname "${log}")"
  (
    cd "${home}"
    if [[ -r "${environment_file}" ]]; then
      set -a
      # shellcheck source=/dev/null
      source "${environment_file}"
      set +a
    fi
    # A session of its own, and none of the hook's streams: the agent waits until they are closed.
    PYTHONDONTWRITEBYTECODE=1 exec setsid "${python}" -m storefront </dev/null >>"${log}" 2>&1
  ) &
  printf '%s\n' "$!" >"${run_folder}/${service}.pid"
}

process_stop() {
  local name="$1" pid
  local pid_file="${run_folder}/${name}.pid"
  if [[ ! -r "${pid_file}" ]]; then
    return 0
  fi
  pid="$(<"${pid_file}")"
  if kill -TERM "${pid}" 2>/dev/null; then
    for _ in {1..100}; do
      process_runs "${pid}" || break
      sleep 0.1
    done
    if process_runs "${pid}"; then
      kill -KILL "${pid}" 2>/dev/null || true
    fi
  fi
  rm -f "${pid_file}"
}

# A process that has ended and waits for its parent to notice (Z) doesn't run any more.
process_runs() {
  local state
  state="$(sed -n 's/^State:[[:space:]]*\(.\).*/\1/p' "/proc/$1/status" 2>/dev/null)" || return 1
  [[ -n "${state}" && "${state}" != Z ]]
}
