#!/bin/bash
# Puts the administrator's password where Jenkins reads it at start: in memory, for its own user. The very first start
# makes the password; nothing but Secrets Manager keeps it.
set -euo pipefail
umask 077
file=/run/jenkins/admin-password

versions="$(aws secretsmanager describe-secret --secret-id "$ADMIN_ENTRY" --query VersionIdsToStages --output text)"
if [[ -z "$versions" || "$versions" == None ]]; then
  password="$(aws secretsmanager get-random-password --password-length 40 --exclude-punctuation \
    --query RandomPassword --output text)"
  # A file, because everybody on a machine sees the arguments of a command; printf is part of the shell.
  printf '%s' "$password" > "$file"
  aws secretsmanager put-secret-value --secret-id "$ADMIN_ENTRY" --secret-string "file://$file" > /dev/null
fi
password="$(aws secretsmanager get-secret-value --secret-id "$ADMIN_ENTRY" --query SecretString --output text)"
# Jenkins would take an empty file for an empty password.
[[ -n "$password" ]]
printf '%s' "$password" > "$file"
