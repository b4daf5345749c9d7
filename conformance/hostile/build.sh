# What run needs: $here and $repository are set. Compiled against the broker's own message classes, as bin/barnabas has built them.
JAVA_HOME=$("$repository/bin/find-java")
export JAVA_HOME
"$repository/bin/barnabas" --help >/dev/null # builds what is missing or outdated
library=$(sed -n 3p "$repository/cli/target/run/ready")
annotations=$(find "${M2_REPOSITORY:-$HOME/.m2/repository}/org/jspecify/jspecify" -name 'jspecify-*.jar' ! -name '*-sources.jar' | sort | tail -n 1)
target=$here/target
mkdir -p "$target"
# The message classes change with the broker.
if [ ! -e "$target/built" ] || [ -n "$(find "$here/src" "$repository/cli/target/run/ready" -newer "$target/built" -print -quit)" ]; then
  rm -rf "$target/classes"
  "$JAVA_HOME/bin/javac" -d "$target/classes" -Xlint:all,-path -Werror -cp "$library:$annotations" \
    "$here"/src/main/java/barnabas/conformance/hostile/*.java
  printf 'Premain-Class: barnabas.conformance.hostile.SlowHandler\n' >"$target/manifest"
  "$JAVA_HOME/bin/jar" --create --file "$target/slow-handler.jar" --manifest "$target/manifest" -C "$target/classes" \
    barnabas/conformance/hostile
  touch "$target/built"
fi

run_class() { # CLASS [ARGUMENT]...
  "$JAVA_HOME/bin/java" -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xmx1g -cp "$target/classes:$library" "$@"
}
