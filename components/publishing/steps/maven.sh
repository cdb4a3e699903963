cat > "$work/settings.xml" <<'XML'
<settings>
  <servers>
    <server>
      <id>target</id>
      <username>${env.REGISTRY_USERNAME}</username>
      <password>${env.REGISTRY_PASSWORD}</password>
    </server>
  </servers>
</settings>
XML

property() {
  sed -n "s/^$1=//p" "$work/pom.properties" | tr -d '\r'
}

# An archive of Maven carries its POM. One that holds those of others too is the one that it is called after.
read_coordinates() {
  local entry entries own=""
  entries="$(unzip -Z1 "$1" 'META-INF/maven/*/*/pom.properties')" || stop "$1 holds no POM of Maven"
  while IFS= read -r entry; do
    unzip -p "$1" "$entry" > "$work/pom.properties"
    if [ "$entry" = "$entries" ] || [ "$(property artifactId)-$(property version)" = "$(basename "${1%.*}")" ]; then
      own="${entry%/*}"
    fi
  done <<< "$entries"
  if [ -z "$own" ]; then
    stop "$1 holds several POMs and is called after none of them"
  fi
  unzip -p "$1" "$own/pom.properties" > "$work/pom.properties"
  unzip -p "$1" "$own/pom.xml" > "$work/described.pom"
}

# In a folder with a pom.xml Maven would begin with that project.
for file in "${files[@]}"; do
  read_coordinates "$file"
  group="$(property groupId)" artifact="$(property artifactId)" release="$(property version)"
  case "$release" in
    *-SNAPSHOT) stop "$file is a snapshot, which the next one would overwrite" ;;
  esac
  address="$REGISTRY_URL/${group//.//}/$artifact/$release/$artifact-$release"
  there=()
  if is_there "$work/described.pom" "$address.pom"; then there+=(pom); fi
  if is_there "$file" "$address.${file##*.}"; then there+=("${file##*.}"); fi
  case "${#there[@]}" in
    2) continue ;;
    1) stop "$address is there by half, with its ${there[0]} only: take it away, then publish again" ;;
  esac
  (cd "$work" && mvn --batch-mode --no-transfer-progress --settings "$work/settings.xml" \
    org.apache.maven.plugins:maven-deploy-plugin:3.1.4:deploy-file -DrepositoryId=target "-Durl=$REGISTRY_URL" \
    "-DpomFile=$work/described.pom" "-Dfile=$bundle/$file")
  echo "published $group:$artifact:$release"
done
