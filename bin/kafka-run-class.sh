#!/usr/bin/env bash
# Run a class of Apache Kafka's own tools; the other kafka-*.sh of this folder call this script.
#   kafka-run-class.sh CLASS [-daemon] [ARGUMENT]...
# The first call downloads the tools with Maven into tools/target and makes an AOT cache of the classes that they load.
# KAFKA_HEAP_OPTS, KAFKA_OPTS, KAFKA_LOG4J_OPTS, KAFKA_JVM_PERFORMANCE_OPTS, CLASSPATH and LOG_DIR have the same meaning as for
# Kafka's script of this name.
# Example: kafka-run-class.sh org.apache.kafka.tools.TopicCommand --bootstrap-server localhost:9092 --list
set -euo pipefail
case ${1:-} in
  '') echo "kafka-run-class.sh: CLASS is missing (see 'kafka-run-class.sh --help')" >&2 && exit 1 ;;
  -h | --help) sed -n '2,7s/^# \{0,1\}//p' "$0" && exit ;;
  # The Connect runtime has jars of its own.
  *.ConnectStandalone | *.ConnectDistributed | *.MirrorMaker) exec "$(dirname "$(readlink -f "$0")")/connect-run-class.sh" "$@" ;;
  -*) echo "kafka-run-class.sh: CLASS must come before '$1' (see 'kafka-run-class.sh --help')" >&2 && exit 1 ;;
esac
home=$(cd "$(dirname "$(readlink -f "$0")")/.." && pwd -P)
tools=$home/tools
target=$tools/target
# Paths of java and the class path; written last, when the download is complete.
ready=$target/ready
cache=$target/tools.aot
# shellcheck source-path=SCRIPTDIR source=maven-fetch
source "$home/bin/maven-fetch"
# An AOT cache works only with the garbage collector it was made with.
jvm=(-XX:+UseSerialGC -XX:-UsePerfData -Xlog:disable -Xlog:all=error:stderr --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow)

# Run the tools against the temporary broker; see make_cache.
train() {
  attend "$java" "${jvm[@]}" -Dorg.slf4j.simpleLogger.defaultLogLevel=warn -XX:AOTCacheOutput="$1/new.aot" -cp "$class_path" \
    barnabas.tools.Training "$training_address"
}

if [ ! -e "$ready" ] || [ "$tools/pom.xml" -nt "$ready" ]; then
  fetch_jars "$tools/pom.xml" tools.stage "Apache Kafka's tools, about 60 MB"
fi
# A checkout that was moved names jars that are gone.
if ! { read -r java && read -r class_path; } <"$ready" || [ ! -x "$java" ] || [ ! -e "${class_path%%:*}" ]; then
  rm -f "$ready"
  exec "$0" "$@"
fi
[ -e "$cache" ] || make_cache "Apache Kafka's tools"

class=$1
shift
level=warn heap=-Xmx256M
case $class in
  *.Console* | *.Verifiable* | *Performance | *.EndToEndLatency) heap=-Xmx512M ;;
  # Short commands end before the second compiler would help.
  *Command | *.ClusterTool | *.GetOffsetShell | *.StorageTool) jvm+=(-XX:TieredStopAtLevel=1) ;;
esac
[ ! -s "$cache" ] || jvm+=(-XX:AOTCache="$cache")
# shellcheck disable=SC2206 # options that their users separate with spaces
command=("$java" "${jvm[@]}" ${KAFKA_HEAP_OPTS:-$heap} ${KAFKA_JVM_PERFORMANCE_OPTS:-}
  -Dorg.slf4j.simpleLogger.defaultLogLevel=$level ${KAFKA_LOG4J_OPTS:-} ${KAFKA_OPTS:-}
  -cp "$class_path${CLASSPATH:+:$CLASSPATH}" "$class")
launch "$@"
