#!/usr/bin/env bash
# Starts Barnabas the way Apache Kafka is started.
#   kafka-server-start.sh [-daemon] server.properties [--override property=value]...
# With -daemon it comes back at once; the output goes to LOG_DIR (./logs of this checkout), as the script of Kafka does it. KAFKA_HEAP_OPTS
# and KAFKA_OPTS reach the JVM.
set -euo pipefail
bin=$(cd "$(dirname "$(readlink -f "$0")")" && pwd -P)
usage() {
  sed -n '3s/^# \{0,1\}/USAGE:/p' "$0" >&2
  exit 1
}

daemon=false
if [ "${1:-}" = -daemon ]; then daemon=true && shift; fi
[ $# -ge 1 ] || usage
# Absolute, so that kafka-server-stop.sh finds it from anywhere.
command=("$bin/barnabas" start --config "$(readlink -f "$1")")
shift
while [ $# -gt 0 ]; do
  if [ "$1" != --override ] || [ $# -lt 2 ]; then usage; fi
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
