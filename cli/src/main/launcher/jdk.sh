# Finds the JDK for the scripts that source this: find_jdk prints the folder of one that is new enough.
# It reads the "release" files of the usual places and executes nothing. The jar's bootstrap looks in the same places.

JDK_NEEDED=25

# jdk_feature HOME: prints the feature version (8, 17, 25) of the JDK in that folder, or 0.
jdk_feature() {
  if [ ! -f "$1/release" ] || [ ! -x "$1/bin/java" ] || [ ! -x "$1/bin/javac" ]; then
    echo 0
    return
  fi
  _version=0
  while IFS= read -r _line || [ -n "$_line" ]; do
    case $_line in
      JAVA_VERSION=*)
        _version=${_line#JAVA_VERSION=}
        _version=${_version#\"}
        _version=${_version#1.}
        _version=${_version%%[!0-9]*}
        ;;
    esac
  done < "$1/release"
  echo "${_version:-0}"
}

# find_jdk: OCELLI_JAVA_HOME is the only one looked at where it is set; else the newest of JAVA_HOME, PATH and the usual folders.
find_jdk() {
  if [ -n "${OCELLI_JAVA_HOME:-}" ]; then
    if [ "$(jdk_feature "$OCELLI_JAVA_HOME")" -ge "$JDK_NEEDED" ]; then
      echo "$OCELLI_JAVA_HOME"
      return 0
    fi
    echo "ocelli: OCELLI_JAVA_HOME=$OCELLI_JAVA_HOME is no JDK $JDK_NEEDED or newer; correct it" >&2
    return 1
  fi
  _best=
  _best_feature=0
  _on_path=$(command -v javac 2>/dev/null || true)
  if [ -n "$_on_path" ]; then
    _on_path=$(readlink -f "$_on_path" 2>/dev/null || echo "$_on_path")
    _on_path=${_on_path%/bin/javac}
  fi
  for _home in "${JAVA_HOME:-}" "$_on_path" \
    /usr/lib/jvm/* /usr/lib64/jvm/* /usr/java/* /usr/local/java/* /usr/local/* /opt/* /opt/java/* \
    "${HOME:-}"/.sdkman/candidates/java/* "${HOME:-}"/.jdks/* "${HOME:-}"/.local/share/mise/installs/java/* \
    "${HOME:-}"/.asdf/installs/java/* \
    /Library/Java/JavaVirtualMachines/*/Contents/Home "${HOME:-}"/Library/Java/JavaVirtualMachines/*/Contents/Home \
    /opt/homebrew/opt/*/libexec/openjdk.jdk/Contents/Home /usr/local/opt/*/libexec/openjdk.jdk/Contents/Home; do
    if [ -n "$_home" ] && [ -f "$_home/release" ]; then
      _feature=$(jdk_feature "$_home")
      if [ "$_feature" -gt "$_best_feature" ]; then
        _best=$_home
        _best_feature=$_feature
      fi
    fi
  done
  if [ "$_best_feature" -ge "$JDK_NEEDED" ]; then
    echo "$_best"
    return 0
  fi
  echo "ocelli: needs a JDK $JDK_NEEDED or newer and found none (newest: ${_best_feature}); install one" \
    "(https://adoptium.net) or set OCELLI_JAVA_HOME to its folder" >&2
  return 1
}
