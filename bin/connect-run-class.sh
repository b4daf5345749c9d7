#!/usr/bin/env bash
# Run a class of Apache Kafka's Connect runtime; connect-distributed.sh, connect-standalone.sh, connect-mirror-maker.sh and
# `barnabas connect start` call this script.
#   connect-run-class.sh CLASS [-daemon] [ARGUMENT]...
#   connect-run-class.sh --prepare      only fetch the runtime and make its AOT cache, if that was not done yet
# The first call downloads the runtime with Maven into connect/worker/target and makes an AOT cache of the classes that a worker loads.
# KAFKA_HEAP_OPTS, KAFKA_OPTS, KAFKA_LOG4J_OPTS, KAFKA_JVM_PERFORMANCE_OPTS, CLASSPATH and LOG_DIR have the same meaning as for
# Kafka's scripts.
# Example: connect-run-class.sh org.apache.kafka.connect.cli.ConnectDistributed worker.properties
set -euo pipefail
case ${1:-} in
  '') echo "connect-run-class.sh: CLASS is missing (see 'connect-run-class.sh --help')" >&2 && exit 1 ;;
  -h | --help) sed -n '2,9s/^# \{0,1\}//p' "$0" && exit ;;
  --prepare) ;;
  -*) echo "connect-run-class.sh: CLASS must come before '$1' (see 'connect-run-class.sh --help')" >&2 && exit 1 ;;
esac
home=$(cd "$(dirname "$(readlink -f "$0")")/.." && pwd -P)
worker=$home/connect/worker
target=$worker/target
# Paths of java and the class path; written last, when the download is complete.
ready=$target/ready
cache=$target/connect.aot
# shellcheck source-path=SCRIPTDIR source=maven-fetch
source "$home/bin/maven-fetch"
# An AOT cache works only with the garbage collector and the object headers it was made with. One thread collects a small heap with
# less memory than several do; an idle worker gives back what its connectors needed at their start.
jvm=(-XX:+UseSerialGC -XX:+UseCompactObjectHeaders -XX:-UsePerfData -XX:+ExitOnOutOfMemoryError -XX:TrimNativeHeapInterval=10000
  -XX:MinHeapFreeRatio=10 -XX:MaxHeapFreeRatio=30 -Xlog:disable -Xlog:all=error:stderr --enable-native-access=ALL-UNNAMED
  --sun-misc-unsafe-memory-access=allow)

# Run a worker with two connectors against the temporary broker; see make_cache.
train() {
  attend "$java" "${jvm[@]}" -Xmx512M -Dlog4j2.configurationFile=connect-log4j2.properties -XX:AOTCacheOutput="$1/new.aot" -cp "$class_path" \
    barnabas.connect.Training "$training_address" "$1"
}

prepare() {
  # Let one process fetch while others wait, if the system has flock.
  if command -v flock >/dev/null; then
    mkdir -p "$target"
    exec 9>"$target/lock"
    flock 9
  fi
  if [ ! -e "$ready" ] || [ "$worker/pom.xml" -nt "$ready" ] \
    || [ -n "$(find "$worker/src" -newer "$ready" -type f -print -quit)" ]; then
    fetch_jars "$worker/pom.xml" jars.stage "Apache Kafka's Connect runtime, about 45 MB"
  fi
  # A checkout that was moved names jars that are gone.
  if ! { read -r java && read -r class_path; } <"$ready" || [ ! -x "$java" ] || [ ! -e "${class_path%%:*}" ]; then
    rm -f "$ready"
    exec "$0" "${arguments[@]}"
  fi
  [ -e "$cache" ] || make_cache 'the Connect runtime' 9>&-
  exec 9>&-
}

arguments=("$@")
prepare
[ "$1" != --prepare ] || exit 0
class=$1
shift
heap=-Xmx2G
# Small enough that a worker stays small, large enough for a few connectors; KAFKA_HEAP_OPTS changes it.
[ "$class" != barnabas.connect.Worker ] || heap='-Xms32M -Xmx512M'
[ ! -s "$cache" ] || jvm+=(-XX:AOTCache="$cache")
# shellcheck disable=SC2206 # options that their users separate with spaces
command=("$java" "${jvm[@]}" ${KAFKA_HEAP_OPTS:-$heap} ${KAFKA_JVM_PERFORMANCE_OPTS:-}
  ${KAFKA_LOG4J_OPTS:--Dlog4j2.configurationFile=connect-log4j2.properties} ${KAFKA_OPTS:-}
  -cp "$class_path${CLASSPATH:+:$CLASSPATH}" "$class")
launch "$@"
