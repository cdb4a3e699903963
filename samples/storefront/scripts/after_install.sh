#!/usr/bin/env bash
# AfterInstall: make the copied files a service of this server.
set -euo pipefail
# shellcheck source=scripts/service.sh
source "$(dirname "${BASH_SOURCE[0]}")/service.sh"

if [[ ! -r "${home}/VERSION" || "$(<"${bundle}/VERSION")" != "$(<"${home}/VERSION")" ]]; then
  fail "${home}/VERSION isn't the version of this bundle: the files were not copied"
fi

install -d -m 0755 "$(dirname "${unit}")"
cat >"${unit}.new" <<UNIT
[Unit]
Description=Storefront, version $(<"${home}/VERSION")
Wants=network-online.target
After=network-online.target

[Service]
Type=simple
User=${user}
WorkingDirectory=${home}
Environment=PORT=8080 PYTHONDONTWRITEBYTECODE=1
EnvironmentFile=-${environment_file}
ExecStart=${python} -m storefront
Restart=on-failure
RestartSec=2
TimeoutStopSec=20
NoNewPrivileges=true
CapabilityBoundingSet=
PrivateDevices=true
PrivateTmp=true
ProtectHome=true
ProtectKernelModules=true
ProtectKernelTunables=true
ProtectSystem=strict
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX

[Install]
WantedBy=multi-user.target
UNIT
chmod 0644 "${unit}.new"
# By renaming, so that no reader ever sees half a file.
mv -f "${unit}.new" "${unit}"

if [[ "${manager}" == systemd ]]; then
  systemctl daemon-reload
fi
say "installed version $(<"${home}/VERSION")"
