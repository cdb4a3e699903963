export REGISTRY_USERNAME REGISTRY_PASSWORD

# curl reads the credentials from a pipe: neither a command line nor a file has them.
credentials() {
  local user="${REGISTRY_USERNAME//\\/\\\\}" password="${REGISTRY_PASSWORD//\\/\\\\}"
  printf 'user = "%s:%s"\n' "${user//\"/\\\"}" "${password//\"/\\\"}"
}

ask() {
  curl --silent --show-error --location --retry 2 --config <(credentials) "$@"
}

# Fetches an address into a file: 0 when it is there, 1 when it isn't. No other answer is taken for one of these.
fetch() {
  local code
  code="$(ask --output "$work/answer" --write-out '%{http_code}' "$1")" || stop "$1 could not be asked"
  case "$code" in
    200) return 0 ;;
    404) return 1 ;;
    *) stop "$1 answered $code" ;;
  esac
}

# Whether the very same file is at an address; another one there ends the build.
is_there() {
  fetch "$2" || return 1
  if [ "$(sha256 "$1")" != "$(sha256 "$work/answer")" ]; then
    stop "$2 holds other content, and nothing is overwritten"
  fi
  echo "$2 is there already, with the same content"
}
