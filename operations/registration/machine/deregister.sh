#!/bin/sh
# Undoes register.sh: takes the agent of CodeDeploy, its credentials and this machine's registration away.
# Read it, then run it as root: sh deregister.sh. What was deployed stays and runs on. Twice is harmless.
set -eu

registration=/var/lib/amazon/ssm/registration

say() { echo "deregister: $*"; }
fail() {
    echo "deregister: $*" >&2
    exit 1
}

[ "$#" -eq 0 ] || fail "takes no argument"
[ "$(id -u)" -eq 0 ] || fail "must run as root"

machine=
[ ! -s "$registration" ] || machine=$(sed -n 's/.*"ManagedInstanceID" *: *"\(mi-[0-9a-f]*\)".*/\1/p' "$registration")
region=
[ ! -s "$registration" ] || region=$(sed -n 's/.*"Region" *: *"\([a-z0-9-]*\)".*/\1/p' "$registration")

# stop <unit>: one that isn't there any more has stopped.
stop() { systemctl disable --now "$1" 2>/dev/null || say "$1 is not there"; }

stop codedeploy-agent.service
stop delivery-credentials.timer
if [ -e /etc/delivery-agent/package ]; then
    if command -v apt-get >/dev/null 2>&1; then
        DEBIAN_FRONTEND=noninteractive apt-get purge -y codedeploy-agent
    else
        dnf remove -y codedeploy-agent
    fi || fail "the agent of CodeDeploy could not be removed"
fi
rm -f /etc/codedeploy-agent/conf/codedeploy.onpremises.yml
rm -f /etc/systemd/system/delivery-credentials.service /etc/systemd/system/delivery-credentials.timer
rm -rf /etc/delivery-agent /opt/delivery-agent
systemctl daemon-reload

stop amazon-ssm-agent.service
if [ -n "$machine" ]; then
    amazon-ssm-agent -register -clear -y || fail "the agent of Systems Manager did not forget $machine"
    rm -f ~root/.aws/credentials "$registration"
    say "$machine is nobody any more. Somebody who may administer Systems Manager ends it there:"
    say "aws ssm deregister-managed-instance --instance-id $machine --region $region"
    say "CodeDeploy forgets it within five minutes after that"
else
    say "this machine is not registered"
fi
