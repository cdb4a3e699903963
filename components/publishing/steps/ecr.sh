# Two builds of one bundle differ in their bytes, so an image is known by the bundle it was built from, as a tag.
content="bundle-$(find . -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum | cut -d ' ' -f 1)"
if [[ "$version" == *+* ]]; then
  stop "the version '$version' can't be a tag, which has no +"
fi
registry="${IMAGE_REPOSITORY%%/*}"
repository=(--registry-id "${registry%%.*}" --repository-name "${IMAGE_REPOSITORY#*/}")

# The tags of the image that a tag names, and its digest; nothing where there is no such image.
describe() {
  if ! aws ecr describe-images "${repository[@]}" --image-ids "imageTag=$1" --output json \
    --query 'imageDetails[0].{tags: imageTags, digest: imageDigest}' > "$work/image" 2> "$work/said"; then
    grep -q ImageNotFoundException "$work/said" || stop "$(cat "$work/said")"
    return 1
  fi
}

if describe "$version"; then
  if ! jq -e --arg content "$content" '.tags | index($content) != null' "$work/image" > "$work/none"; then
    stop "$IMAGE_REPOSITORY:$version was built from another bundle, and nothing is overwritten"
  fi
  echo "$IMAGE_REPOSITORY:$version is there already, built from the same bundle"
else
  if ! describe "$content"; then
    aws ecr get-login-password | docker login --username AWS --password-stdin "$registry" > "$work/none"
    docker build --file "$DOCKERFILE" --tag "$IMAGE_REPOSITORY:$content" \
      --label "org.opencontainers.image.version=$version" --label "org.opencontainers.image.revision=${COMMIT:-}" \
      "$CONTEXT"
    docker push "$IMAGE_REPOSITORY:$content"
    describe "$content" || stop "$IMAGE_REPOSITORY:$content was pushed and isn't there"
  fi
  # The version last: a run that ended before it goes on from the image that it pushed.
  aws ecr batch-get-image "${repository[@]}" --image-ids "imageTag=$content" --output json \
    --query 'images[0].{text: imageManifest, type: imageManifestMediaType}' > "$work/manifest"
  jq -ej .text "$work/manifest" > "$work/manifest.json"
  aws ecr put-image "${repository[@]}" --image-tag "$version" --image-manifest "file://$work/manifest.json" \
    --image-manifest-media-type "$(jq -er .type "$work/manifest")" --query image.imageId.imageDigest --output text
  echo "published $IMAGE_REPOSITORY:$version"
fi
IMAGE_DIGEST="$(jq -er .digest "$work/image")"
IMAGE_URI="$IMAGE_REPOSITORY@$IMAGE_DIGEST"
export IMAGE_DIGEST IMAGE_URI
