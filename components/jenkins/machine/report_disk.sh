#!/bin/bash
# Tells CloudWatch how full the machine's own disk is. The home has no size to run out of.
set -euo pipefail

used="$(df --output=pcent / | tail -n 1 | tr -dc '0-9')"
aws cloudwatch put-metric-data --namespace "$METRICS" --metric-name "$DISK_USED" --dimensions "Server=$SERVER" \
  --unit Percent --value "$used"
