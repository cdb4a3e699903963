# The build writes the version that it exports into the bundle, so a promoted bundle has it too; else it is the commit.
version=""
if [ -f "$bundle/VERSION" ]; then version="$(tr -d '[:space:]' < "$bundle/VERSION")"; fi
version="${version:-${COMMIT:-}}"
if [ -z "$version" ]; then
  stop "the bundle has no file VERSION, and its source has no commit: let the build write one"
fi
if ! [[ "$version" =~ ^[A-Za-z0-9][A-Za-z0-9._+-]{0,127}$ ]]; then
  stop "the version '$version' is not 1 to 128 of A-Z a-z 0-9 . _ + -"
fi
