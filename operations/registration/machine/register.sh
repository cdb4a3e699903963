#!/bin/sh
# Makes this machine one that CodeDeploy deploys to. Read it, then run it as root: sh register.sh
#
# Beside it lie settings.env, which has no secret, and for a machine that is new activation.env, which is one.
# It changes: the agents of Systems Manager and of CodeDeploy, /etc/codedeploy-agent/conf, /etc/delivery-agent,
# /opt/delivery-agent, and a timer of systemd. Run again it repairs what is missing and leaves the rest.
# Back: sh deregister.sh
set -eu

here=$(cd "$(dirname "$0")" && pwd)
registration=/var/lib/amazon/ssm/registration
agent_folder=/etc/codedeploy-agent/conf
own_folder=/etc/delivery-agent

say() { echo "register: $*"; }
fail() {
    echo "register: $*" >&2
    exit 1
}

[ "$#" -eq 0 ] || fail "takes no argument; what it needs is in settings.env beside it"
[ "$(id -u)" -eq 0 ] || fail "must run as root"
[ -r "$here/settings.env" ] || fail "settings.env is not beside this script"
# shellcheck source=/dev/null
. "$here/settings.env"
for name in APPLICATION ACCOUNT PARTITION REGION ROLE SYSTEM AGENT_PACKAGE AGENT_SHA256 SETUP_TOOL SETUP_SHA256; do
    eval "[ -n \"\${$name:-}\" ]" || fail "settings.env does not say $name; write it anew with operations register-script"
done
for command in curl sha256sum systemctl install; do
    command -v "$command" >/dev/null 2>&1 || fail "$command is missing on this machine"
done
case "$SYSTEM" in
debian) command -v apt-get >/dev/null 2>&1 || fail "settings.env is for Debian, and apt-get is missing here" ;;
red-hat) command -v dnf >/dev/null 2>&1 || fail "settings.env is for Red Hat, and dnf is missing here" ;;
*) fail "settings.env is for $SYSTEM; this script knows debian and red-hat" ;;
esac

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# fetch <address> <sha256> <file>: a file that is not the one of the stack file is not used.
fetch() {
    curl --fail --silent --show-error --proto '=https' --retry 3 --connect-timeout 10 --output "$3" "$1" ||
        fail "cannot fetch $1; does this machine reach AWS on port 443?"
    printf '%s  %s\n' "$2" "$3" | sha256sum --check --status ||
        fail "$1 is not the file that the stack file names: its sha256 differs"
}

# --- Systems Manager: gives the machine its name and, hour by hour, its credentials ---
if [ ! -s "$registration" ]; then
    [ -r "$here/activation.env" ] || fail "activation.env is not beside this script; operations register-script --activate"
    # The agent would write its own over them.
    [ ! -e ~root/.aws/credentials ] || fail "root has credentials of its own in ~root/.aws/credentials; move them away"
    # shellcheck source=/dev/null
    . "$here/activation.env"
    fetch "https://amazon-ssm-$REGION.s3.$REGION.amazonaws.com/$SETUP_TOOL" "$SETUP_SHA256" "$work/ssm-setup-cli"
    chmod 0700 "$work/ssm-setup-cli"
    "$work/ssm-setup-cli" -register -activation-id "$ACTIVATION_ID" -activation-code "$ACTIVATION_CODE" \
        -region "$REGION" || fail "Systems Manager did not take the activation; is it used up or too old?"
    [ -s "$registration" ] || fail "Systems Manager did not register this machine; see journalctl -u amazon-ssm-agent"
fi
machine=$(sed -n 's/.*"ManagedInstanceID" *: *"\(mi-[0-9a-f]*\)".*/\1/p' "$registration")
[ -n "$machine" ] || fail "$registration names no machine; sh deregister.sh, then register again"
grep -q "\"$REGION\"" "$registration" || fail "$machine is registered in another region; sh deregister.sh first"
systemctl enable --now amazon-ssm-agent.service

# --- Credentials: a copy for the agent of CodeDeploy, renewed by a timer ---
install -d -m 0700 "$own_folder"
install -d -m 0755 /opt/delivery-agent
install -m 0755 "$here/renew-credentials.sh" /opt/delivery-agent/renew-credentials.sh
for unit in delivery-credentials.service delivery-credentials.timer; do
    install -m 0644 "$here/$unit" "/etc/systemd/system/$unit"
done
systemctl daemon-reload
attempt=0
until /opt/delivery-agent/renew-credentials.sh; do
    attempt=$((attempt + 1))
    [ "$attempt" -lt 30 ] || fail "Systems Manager brought no credentials within a minute"
    sleep 2
done
systemctl enable --now delivery-credentials.timer

# --- CodeDeploy: who it is comes first, so that the agent never starts as nobody ---
install -d -m 0755 "$agent_folder"
cat >"$work/onpremises.yml" <<YAML
---
iam_session_arn: arn:$PARTITION:sts::$ACCOUNT:assumed-role/$ROLE/$machine
aws_credentials_file: $own_folder/credentials
region: $REGION
YAML
restart=no
if ! cmp -s "$work/onpremises.yml" "$agent_folder/codedeploy.onpremises.yml"; then
    install -m 0644 "$work/onpremises.yml" "$agent_folder/codedeploy.onpremises.yml"
    restart=yes
fi
if [ "$(cat "$own_folder/package" 2>/dev/null)" != "$AGENT_PACKAGE $AGENT_SHA256" ]; then
    package="$work/$AGENT_PACKAGE"
    fetch "https://aws-codedeploy-$REGION.s3.$REGION.amazonaws.com/releases/$AGENT_PACKAGE" "$AGENT_SHA256" "$package"
    # The folder is root's alone; apt reads as a user of its own.
    chmod 0755 "$work"
    chmod 0644 "$package"
    case "$SYSTEM" in
    debian) DEBIAN_FRONTEND=noninteractive apt-get install -y --allow-downgrades "$package" ;;
    # dnf leaves a newer one where it is, without a word.
    red-hat) dnf install -y "$package" && rpm -q --quiet "$(rpm -qp "$package")" ;;
    esac || fail "$AGENT_PACKAGE could not be installed"
    echo "$AGENT_PACKAGE $AGENT_SHA256" >"$own_folder/package"
    restart=yes
fi
systemctl enable --now codedeploy-agent.service
[ "$restart" = no ] || systemctl restart codedeploy-agent.service
systemctl is-active --quiet codedeploy-agent.service || fail "the agent of CodeDeploy does not run; see its journal"

say "$machine works for $APPLICATION; CodeDeploy has it within five minutes"
[ ! -e "$here/activation.env" ] || say "delete activation.env here when no other machine needs it"
