metadata="version=$version,execution=$EXECUTION"
if [ -n "${COMMIT:-}" ]; then metadata="$metadata,commit=$COMMIT"; fi
for file in "${files[@]}"; do
  key="$APPLICATION/$version/$file" digest="$(sha256 "$file")"
  object=(--bucket "$BUCKET" --key "$key" --expected-bucket-owner "$OWNER")
  # S3 itself refuses a second object under the key.
  if aws s3api put-object "${object[@]}" --body "$file" --if-none-match '*' --checksum-algorithm SHA256 \
    --metadata "$metadata,sha256=$digest" --query VersionId --output text 2> "$work/said"; then
    echo "published s3://$BUCKET/$key"
  elif ! grep -q PreconditionFailed "$work/said"; then
    stop "$(cat "$work/said")"
  elif [ "$(aws s3api head-object "${object[@]}" --query Metadata.sha256 --output text)" = "$digest" ]; then
    echo "s3://$BUCKET/$key is there already, with the same content"
  else
    stop "s3://$BUCKET/$key is there with other content, and nothing is overwritten"
  fi
done
