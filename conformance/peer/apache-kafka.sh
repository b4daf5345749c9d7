#!/usr/bin/env bash
# Apache Kafka itself, from its Maven Central jars: the peer that Barnabas is compared with.
#   apache-kafka.sh start [--port N] [--data DIR] [--config FILE] [--set key=value]...
#       a single KRaft node on 127.0.0.1 (port 9092 unless set, 0 = any free port) with its data in DIR (./kafka-data unless set).
#       Stays in the foreground, prints one line beginning "Apache Kafka ready" with the address when it serves clients;
#       its own log goes to DIR/server.log. SIGTERM stops it cleanly.
#   apache-kafka.sh run CLASS [ARGUMENT]...     runs a class of Kafka's jars, for example org.apache.kafka.tools.DumpLogSegments
#   apache-kafka.sh classpath                   prints the class path
# KAFKA_VERSION chooses another version (4.3.1), KAFKA_JVM_OPTS the JVM's options (-Xms512m -Xmx512m).
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
version=${KAFKA_VERSION:-4.3.1}
jars=$here/target/kafka-$version
JAVA_HOME=$("$here/../../bin/find-java")
export JAVA_HOME

fail() {
  echo "apache-kafka.sh: $*" >&2
  exit 1
}

resolve_jars() {
  [ -d "$jars" ] && return
  # Into a folder of its own first: a copy that was cut short must not look complete, nor two at once mix.
  local partial=$jars.partial.$$
  mvn -B -ntp -q -Dstyle.color=never -f "$here/pom.xml" -Dkafka.version="$version" dependency:copy-dependencies -DoutputDirectory="$partial" >&2 \
    || fail "Maven could not resolve Apache Kafka $version"
  mv -T "$partial" "$jars" 2>/dev/null || rm -rf "$partial"
}

free_port() {
  /usr/bin/python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

start() {
  local port=9092 data=kafka-data config='' settings=()
  while [ $# -gt 0 ]; do
    [ $# -ge 2 ] || fail "$1 needs a value"
    case "$1" in
      --port) port=$2 ;;
      --data) data=$2 ;;
      --config) config=$2 ;;
      --set) settings+=("$2") ;;
      *) fail "unknown option $1" ;;
    esac
    shift 2
  done
  resolve_jars
  mkdir -p "$data"
  data=$(cd "$data" && pwd)
  [ "$port" != 0 ] || port=$(free_port)
  local controller_port
  controller_port=$(free_port)
  {
    [ -z "$config" ] || cat "$config"
    # What a single node needs to differ in from Kafka's defaults: the replication of its own topics. Later lines win.
    cat <<EOF
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:$controller_port
listeners=PLAINTEXT://127.0.0.1:$port,CONTROLLER://127.0.0.1:$controller_port
advertised.listeners=PLAINTEXT://127.0.0.1:$port
controller.listener.names=CONTROLLER
log.dirs=$data/log
offsets.topic.replication.factor=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
EOF
    [ ${#settings[@]} = 0 ] || printf '%s\n' "${settings[@]}"
  } >"$data/server.properties"
  if [ ! -e "$data/log/meta.properties" ]; then
    "${java[@]}" kafka.tools.StorageTool format --cluster-id MkU3OEVBNTcwNTJENDM2Qg --config "$data/server.properties" \
      >"$data/format.log" 2>&1 || { cat "$data/format.log" >&2; fail "the storage could not be formatted"; }
  fi
  : >"$data/server.log"
  announce "$port" "$data/server.log" $$ &
  # In place of this script, so that a signal to it, also SIGKILL, reaches the broker.
  # shellcheck disable=SC2086
  exec "${java[@]}" ${KAFKA_JVM_OPTS:--Xms512m -Xmx512m} kafka.Kafka "$data/server.properties" >>"$data/server.log" 2>&1
}

announce() {
  local port=$1 log=$2 broker=$3
  while kill -0 "$broker" 2>/dev/null; do
    if grep -q 'Kafka Server started' "$log"; then
      echo "Apache Kafka ready on 127.0.0.1:$port"
      return
    fi
    sleep 0.05
  done
  tail -n 20 "$log" >&2
}

java=("$JAVA_HOME/bin/java" --sun-misc-unsafe-memory-access=allow
  -Dorg.slf4j.simpleLogger.defaultLogLevel=warn -Dorg.slf4j.simpleLogger.log.kafka.server.KafkaRaftServer=info -cp "$jars/*")
case "${1:-}" in
  start) shift && start "$@" ;;
  run) shift && resolve_jars && exec "${java[@]}" "$@" ;;
  classpath) resolve_jars && echo "$jars/*" ;;
  *) sed -n '2,9s/^# \{0,1\}//p' "${BASH_SOURCE[0]}" && exit 2 ;;
esac
