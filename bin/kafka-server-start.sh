#!/usr/bin/env bash
# Start a node of Barnabas with the command line of Apache Kafka.
#   kafka-server-start.sh [-daemon] server.properties [--override property=value]...
# -daemon              run in the background, write the output to kafkaServer.out in LOG_DIR (default: logs of this checkout)
# --override KEY=VALUE set a broker config, overrides the file; repeatable (default: none)
# KAFKA_HEAP_OPTS and KAFKA_OPTS are passed to the JVM (default: none). JMX_PORT and KAFKA_JMX_OPTS open a port of JMX (default: none).
# Exit codes: 0 stopped or started in the background, 1 failure or wrong argument.
# Example: kafka-server-start.sh -daemon config/server.properties --override log.retention.hours=24
set -euo pipefail
bin=$(cd "$(dirname "$(readlink -f "$0")")" && pwd -P)
refuse() {
  echo "kafka-server-start.sh: $1 (see 'kafka-server-start.sh --help')" >&2
  exit 1
}

daemon=false
if [ "${1:-}" = -daemon ]; then daemon=true && shift; fi
case ${1:-} in
  -h | --help) sed -n '2,8s/^# \{0,1\}//p' "$0" && exit ;;
  '') refuse 'server.properties is missing' ;;
  -*) refuse "unknown option '$1', not one of -daemon, --help" ;;
esac
# Absolute, so that kafka-server-stop.sh finds it from anywhere.
command=("$bin/barnabas" start --config "$(readlink -f "$1")")
shift
while [ $# -gt 0 ]; do
  [ "$1" = --override ] || refuse "unknown argument '$1', expected --override KEY=VALUE"
  case ${2:-} in ?*=*) ;; *) refuse "--override takes KEY=VALUE, not '${2:-}'" ;; esac
  command+=(--set "$2")
  shift 2
done
export BARNABAS_JVM_OPTIONS="${BARNABAS_JVM_OPTIONS:-} ${KAFKA_HEAP_OPTS:-} ${KAFKA_OPTS:-}"
if $daemon; then
  logs=${LOG_DIR:-$bin/../logs}
  mkdir -p "$logs"
  nohup "${command[@]}" >"$logs/kafkaServer.out" 2>&1 </dev/null &
else
  exec "${command[@]}"
fi
