for file in "${files[@]}"; do
  address="$REGISTRY_URL/$APPLICATION/$version/${file// /%20}"
  if ! is_there "$file" "$address"; then
    ask --fail --output "$work/said" --upload-file "$file" "$address"
    echo "published $address"
  fi
done
