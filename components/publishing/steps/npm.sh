# npm itself reads the variable: the file holds its name.
# shellcheck disable=SC2016
printf '%s/:%s=${REGISTRY_AUTH}\n' "${REGISTRY_URL#*:}" "$npm_key" > "$work/npmrc"
export REGISTRY_AUTH NPM_CONFIG_USERCONFIG="$work/npmrc" NPM_CONFIG_REGISTRY="$REGISTRY_URL/"

for file in "${files[@]}"; do
  tar -xzOf "$file" package/package.json > "$work/package.json" || stop "$file is no package of npm"
  name="$(jq -er .name "$work/package.json")" release="$(jq -er .version "$work/package.json")"
  if ! there="$(cd "$work" && npm view "$name@$release" dist.shasum 2> "$work/said")"; then
    grep -q E404 "$work/said" || stop "npm could not ask for $name@$release"
    there=""
  fi
  if [ "$there" = "$(sha1sum < "$file" | cut -d ' ' -f 1)" ]; then
    echo "$name@$release is there already, with the same content"
  elif [ -n "$there" ]; then
    stop "$name@$release is there with other content, and nothing is overwritten"
  else
    # A version that isn't final must not become what everybody gets.
    case "$release" in
      *-*) tag=next ;;
      *) tag=latest ;;
    esac
    (cd "$work" && npm publish "$bundle/$file" --ignore-scripts --tag "$tag")
    echo "published $name@$release"
  fi
done
