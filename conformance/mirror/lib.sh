# shellcheck shell=bash
# What the scripts of this folder share: a working directory that goes at the end with all processes, the clients, and the command.
# Needs: here, top.
JAVA_HOME=$("$top/bin/find-java")
work=$(mktemp -d)
declare -A pid
finish() {
  for each in "${pid[@]}"; do kill -9 "$each" 2>/dev/null || true; done
  wait 2>/dev/null || true
  [ -n "${KEEP:-}" ] || rm -rf "$work"
}
trap finish EXIT
fail() { echo "mirror: $*" >&2; exit 1; }

class_path=$("$top/conformance/peer/apache-kafka.sh" classpath)
mkdir "$work/classes"
"$JAVA_HOME/bin/javac" -proc:none -d "$work/classes" -cp "$class_path" "$here/Mirror.java"
java() {
  "$JAVA_HOME/bin/java" -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Dorg.slf4j.simpleLogger.defaultLogLevel=off \
    -cp "$work/classes:$class_path" Mirror "$@"
}
barnabas() { "${BARNABAS:-$top/bin/barnabas}" "$@"; }
