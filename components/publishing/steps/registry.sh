# REGISTRY_USERNAME and REGISTRY_PASSWORD come from Secrets Manager, by CodeBuild.
REGISTRY_AUTH="$(printf '%s:%s' "$REGISTRY_USERNAME" "$REGISTRY_PASSWORD" | base64 | tr -d '\n')"
GEM_HOST_API_KEY="Basic $REGISTRY_AUTH"
npm_key=_auth
REGISTRY_URL="${REGISTRY_URL%/}"
