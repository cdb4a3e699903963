repository=(--domain "$CODEARTIFACT_DOMAIN" --domain-owner "$CODEARTIFACT_DOMAIN_OWNER" \
  --repository "$CODEARTIFACT_REPOSITORY" --format generic --namespace "$APPLICATION" --package "$APPLICATION" \
  --package-version "$version")

# What is there of this version: one line an asset, its digest and its name.
if ! aws codeartifact list-package-version-assets "${repository[@]}" --output text \
  --query 'assets[].[hashes."SHA-256", name]' > "$work/there" 2> "$work/said"; then
  grep -q ResourceNotFoundException "$work/said" || stop "$(cat "$work/said")"
  : > "$work/there"
fi
missing=()
for file in "${files[@]}"; do
  there="$(awk -F '\t' -v name="${file##*/}" '$2 == name { print $1 }' "$work/there")"
  if [ "$there" = "$(sha256 "$file")" ]; then
    echo "${file##*/} of $version is there already, with the same content"
  elif [ -n "$there" ]; then
    stop "${file##*/} of $version is there with other content, and nothing is overwritten"
  else
    missing+=("$file")
  fi
done
for index in "${!missing[@]}"; do
  file="${missing[$index]}"
  # The last asset closes the version.
  open=()
  if [ "$((index + 1))" -lt "${#missing[@]}" ]; then open=(--unfinished); fi
  aws codeartifact publish-package-version "${repository[@]}" ${open[@]+"${open[@]}"} --asset-name "${file##*/}" \
    --asset-sha256 "$(sha256 "$file")" --asset-content "$file" --query versionRevision --output text
  echo "published ${file##*/} of $version"
done
