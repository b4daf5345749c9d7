# What run and soak share: $here and $repository are set.
JAVA_HOME=$("$repository/bin/find-java")
export JAVA_HOME
target=$here/target
if [ ! -e "$target/built" ] || [ -n "$(find "$here/src" "$here/pom.xml" -newer "$target/built" -print -quit)" ]; then
  mvn -B -ntp -q -Dstyle.color=never -f "$here/pom.xml" clean process-classes >&2
  touch "$target/built"
fi

run_class() { # CLASS [ARGUMENT]...
  "$JAVA_HOME/bin/java" -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xmx768m -Dorg.slf4j.simpleLogger.defaultLogLevel=off \
    -cp "$target/classes:$target/lib/*" "$@"
}

# The same for a class that starts nodes, in a process group of its own: end_cluster leaves nothing of it, however the script and the class end.
group=''
run_cluster() { # OUTPUT CLASS [ARGUMENT]...
  local output=$1
  shift
  set -m
  run_class "$@" | tee "$output" &
  group=$(jobs -p %%)
  set +m
  wait "$!" || true
}

end_cluster() {
  [ -z "$group" ] || kill -KILL -- "-$group" 2>/dev/null || true
}
