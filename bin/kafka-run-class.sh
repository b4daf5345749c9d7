#!/usr/bin/env bash
# Run a class of Apache Kafka's own tools; the other kafka-*.sh and connect-*.sh of this folder call this script.
#   kafka-run-class.sh CLASS [-daemon] [ARGUMENT]...
# The first call downloads the tools with Maven into tools/target and makes an AOT cache of the classes that they load.
# KAFKA_HEAP_OPTS, KAFKA_OPTS, KAFKA_LOG4J_OPTS, KAFKA_JVM_PERFORMANCE_OPTS, CLASSPATH and LOG_DIR have the same meaning as for
# Kafka's script of this name.
# Example: kafka-run-class.sh org.apache.kafka.tools.TopicCommand --bootstrap-server localhost:9092 --list
set -euo pipefail
case ${1:-} in
  '') echo "kafka-run-class.sh: CLASS is missing (see 'kafka-run-class.sh --help')" >&2 && exit 1 ;;
  -h | --help) sed -n '2,7s/^# \{0,1\}//p' "$0" && exit ;;
  -*) echo "kafka-run-class.sh: CLASS must come before '$1' (see 'kafka-run-class.sh --help')" >&2 && exit 1 ;;
esac
home=$(cd "$(dirname "$(readlink -f "$0")")/.." && pwd -P)
tools=$home/tools
target=$tools/target
# Paths of java and the class path; written last, when the download is complete.
ready=$target/ready
cache=$target/tools.aot
# An AOT cache works only with the garbage collector it was made with.
jvm=(-XX:+UseSerialGC -XX:-UsePerfData -Xlog:disable -Xlog:all=error:stderr --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow)

# One line that grows on a terminal; elsewhere one for every ten jars.
show_downloads() {
  local line count=0
  while read -r line; do
    case $line in
      *Downloaded*.jar*)
        count=$((count + 1))
        if [ -t 2 ]; then printf '\r  %d jars' $count >&2; elif [ $((count % 10)) = 0 ]; then echo "  $count jars" >&2; fi
        ;;
    esac
  done
  [ ! -t 2 ] || [ $count = 0 ] || echo >&2
}

fetch() {
  local stage=$target/stage.$$ jar class_path=''
  JAVA_HOME=$("$home/bin/find-java")
  export JAVA_HOME
  command -v mvn >/dev/null || { echo "Apache Kafka's tools are fetched with Maven 3.8 or newer: install it (for example: apt-get install maven)" >&2; exit 1; }
  echo "Fetching Apache Kafka's tools, about 60 MB; only this once." >&2
  mkdir -p "$stage"
  # Download into a separate folder first: an interrupted download must not look complete, and two at once must not mix.
  if ! mvn -B -f "$tools/pom.xml" -Dstyle.color=never -Dtools.stage="$stage" package 2>&1 | tee "$stage/maven.log" | show_downloads; then
    grep '^\[ERROR\]' "$stage/maven.log" | head -n 10 >&2
    echo "Maven failed; its output is in $stage/maven.log" >&2
    exit 1
  fi
  rm -rf "$cache" "${target:?}/lib"
  mv "$stage/lib" "$target/lib"
  for jar in "$target"/lib/*.jar; do class_path=$class_path:$jar; done
  printf '%s\n' "$JAVA_HOME/bin/java" "${class_path#:}" >"$stage/ready"
  mv "$stage/ready" "$ready"
  rm -rf "$stage"
}

# Make the AOT cache by running the tools against a temporary broker of this checkout. Skip it if Barnabas is not built yet, as on a
# machine from which a cluster is only administered.
make_cache() {
  local stage=$target/train.$$ broker address='' tries=0
  [ -e "$home/cli/target/run/ready" ] || return 0
  mkdir -p "$stage"
  echo "Making an AOT cache for Apache Kafka's tools; only this once." >&2
  "$home/bin/barnabas" start --port 0 --data "$stage/data" --set group.initial.rebalance.delay.ms=0 >"$stage/broker.log" 2>&1 &
  broker=$!
  while [ -z "$address" ] && [ $tries -lt 300 ] && kill -0 $broker 2>/dev/null; do
    sleep 0.1
    tries=$((tries + 1))
    address=$(sed -n 's/^Barnabas ready on //p' "$stage/broker.log")
  done
  if [ -n "$address" ] \
    && "$java" "${jvm[@]}" -Dorg.slf4j.simpleLogger.defaultLogLevel=warn -XX:AOTCacheOutput="$stage/tools.aot" -cp "$class_path" \
      barnabas.tools.Training "$address" >"$stage/training.log" 2>&1 && [ -s "$stage/tools.aot" ]; then
    mv "$stage/tools.aot" "$cache"
  else
    # An empty file prevents a new attempt at each call.
    : >"$cache"
    mv "$stage/training.log" "$target/training.log" 2>/dev/null || true
    echo "Making the AOT cache failed, starts take longer; see $target/training.log. Delete $cache to try again." >&2
  fi
  kill -TERM $broker 2>/dev/null || true
  wait $broker || true
  rm -rf "$stage"
}

if [ ! -e "$ready" ] || [ "$tools/pom.xml" -nt "$ready" ]; then
  fetch
fi
{
  read -r java
  read -r class_path
} <"$ready"
if [ ! -x "$java" ]; then
  rm -f "$ready"
  exec "$0" "$@"
fi
[ -e "$cache" ] || make_cache

class=$1
shift
level=warn heap=-Xmx256M
case $class in
  *.ConnectStandalone | *.ConnectDistributed | *.MirrorMaker) level=info heap='-Xms256M -Xmx2G' ;;
  *.Console* | *.Verifiable* | *Performance | *.EndToEndLatency) heap=-Xmx512M ;;
  # Short commands end before the second compiler would help.
  *Command | *.ClusterTool | *.GetOffsetShell | *.StorageTool) jvm+=(-XX:TieredStopAtLevel=1) ;;
esac
[ ! -s "$cache" ] || jvm+=(-XX:AOTCache="$cache")
# shellcheck disable=SC2206 # options that their users separate with spaces
command=("$java" "${jvm[@]}" ${KAFKA_HEAP_OPTS:-$heap} ${KAFKA_JVM_PERFORMANCE_OPTS:-}
  -Dorg.slf4j.simpleLogger.defaultLogLevel=$level ${KAFKA_LOG4J_OPTS:-} ${KAFKA_OPTS:-}
  -cp "$class_path${CLASSPATH:+:$CLASSPATH}" "$class")
if [ "${1:-}" = -daemon ]; then
  shift
  logs=${LOG_DIR:-$home/logs}
  mkdir -p "$logs"
  nohup "${command[@]}" "$@" >"$logs/${class##*.}.out" 2>&1 </dev/null &
else
  exec "${command[@]}" "$@"
fi
