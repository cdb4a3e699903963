cat > "$work/nuget.config" <<XML
<configuration>
  <packageSources>
    <clear />
    <add key="target" value="$REGISTRY_URL" protocolVersion="3" />
  </packageSources>
  <packageSourceCredentials>
    <target>
      <add key="Username" value="%REGISTRY_USERNAME%" />
      <add key="ClearTextPassword" value="%REGISTRY_PASSWORD%" />
    </target>
  </packageSourceCredentials>
</configuration>
XML

element() {
  sed -nE "s|.*<$1>[[:space:]]*([^<[:space:]]+)[[:space:]]*</$1>.*|\1|p" "$work/nuspec" | head -n 1
}

# Where a feed keeps its packages: https://learn.microsoft.com/en-us/nuget/api/package-base-address-resource
fetch "$REGISTRY_URL" || stop "$REGISTRY_URL is no feed of NuGet"
packages="$(jq -er 'first(.resources[] | select(.["@type"] | startswith("PackageBaseAddress/3")) | .["@id"])' \
  "$work/answer")"
for file in "${files[@]}"; do
  unzip -p "$file" '*.nuspec' > "$work/nuspec" || stop "$file is no package of NuGet"
  release="$(element version)"
  id="$(element id | tr '[:upper:]' '[:lower:]')" release="$(tr '[:upper:]' '[:lower:]' <<< "${release%%+*}")"
  if ! is_there "$file" "${packages%/}/$id/$release/$id.$release.nupkg"; then
    # nuget.config is found in the folder that the client runs in.
    (cd "$work" && dotnet nuget push "$bundle/$file" --source target)
    echo "published $id $release"
  fi
done
