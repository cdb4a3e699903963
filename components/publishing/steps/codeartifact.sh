# A token of fifteen minutes, in this shell alone.
repository=(--domain "$CODEARTIFACT_DOMAIN" --domain-owner "$CODEARTIFACT_DOMAIN_OWNER")
REGISTRY_PASSWORD="$(aws codeartifact get-authorization-token "${repository[@]}" --duration-seconds 900 \
  --query authorizationToken --output text)"
repository+=(--repository "$CODEARTIFACT_REPOSITORY" --format "$FORMAT")
REGISTRY_URL="$(aws codeartifact get-repository-endpoint "${repository[@]}" --query repositoryEndpoint --output text)"
REGISTRY_USERNAME=aws
REGISTRY_AUTH="$REGISTRY_PASSWORD"
GEM_HOST_API_KEY="Bearer $REGISTRY_PASSWORD"
npm_key=_authToken
REGISTRY_URL="${REGISTRY_URL%/}"
if [ "$FORMAT" = nuget ]; then REGISTRY_URL="$REGISTRY_URL/v3/index.json"; fi
