# One glob a line; a blank in it is a blank.
shopt -s globstar nullglob
files=()
declare -A named=()
while IFS= read -r pattern; do
  found=no
  IFS=
  for file in $pattern; do
    if [ -f "$file" ]; then
      found=yes
      if [ -z "${named[$file]:-}" ]; then
        named[$file]=yes
        files+=("$file")
      fi
    fi
  done
  unset IFS
  if [ "$found" = no ]; then
    stop "no file of the bundle matches $pattern"
  fi
done <<< "$FILES"
