export GEM_HOST_API_KEY

for file in "${files[@]}"; do
  if ! is_there "$file" "$REGISTRY_URL/gems/${file##*/}"; then
    (cd "$work" && gem push --host "$REGISTRY_URL" "$bundle/$file")
    echo "published ${file##*/}"
  fi
done
