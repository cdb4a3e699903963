export TWINE_USERNAME="$REGISTRY_USERNAME" TWINE_PASSWORD="$REGISTRY_PASSWORD" TWINE_REPOSITORY_URL="$REGISTRY_URL/"
export TWINE_NON_INTERACTIVE=1

# The link of the index to a file of a project, with the digest in it that
# https://packaging.python.org/en/latest/specifications/simple-repository-api/ asks for.
listed() {
  grep -oE 'href="[^"]+"' "$work/answer" | cut -d '"' -f 2 | sed 's|.*/||' |
    awk -v name="${1//+/%2B}" '$0 == name || index($0, name "#") == 1' | head -n 1 || true
}

for file in "${files[@]}"; do
  base="${file##*/}"
  case "$base" in
    *.whl) project="${base%%-*}" ;;
    *.tar.gz) project="${base%-*}" ;;
    *) stop "$file is neither a wheel nor a .tar.gz" ;;
  esac
  project="$(tr '[:upper:]' '[:lower:]' <<< "$project" | sed -E 's/[-_.]+/-/g')"
  link=""
  if fetch "$REGISTRY_URL/simple/$project/"; then link="$(listed "$base")"; fi
  case "${link##*#}" in
    sha256=*) mine="$(sha256 "$file")" ;;
    md5=*) mine="$(md5sum < "$file" | cut -d ' ' -f 1)" ;;
    "") ;;
    *) stop "the index says nothing of the content of $base, which is there" ;;
  esac
  if [ -z "$link" ]; then
    (cd "$work" && twine upload --disable-progress-bar "$bundle/$file")
    echo "published $base"
  elif [ "${link##*=}" = "$mine" ]; then
    echo "$base is there already, with the same content"
  else
    stop "$base is there with other content, and nothing is overwritten"
  fi
done
