# Shared by the scripts of this folder, to be sourced: where things are, and how the broker under test is started and stopped.
# shellcheck shell=bash
clients=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
conformance=$(dirname "$clients")
repository=$(dirname "$conformance")
barnabas=$repository/bin/barnabas
broker_pid=''
bootstrap=''

fail() {
  echo "$(basename "$0"): $*" >&2
  exit 1
}

# start_broker PORT DIR [OPTION]...: starts the broker named by $BROKER (bin/barnabas, or conformance/peer/apache-kafka.sh) in a process group of its
# own, waits for its ready line (a first start may have to build) and sets $bootstrap and $broker_pid. Its output goes to DIR.out.
start_broker() {
  local port=$1 data=$2 out=$2.out deadline=$((SECONDS + 300))
  shift 2
  : >"$out"
  # A group of its own, so that a kill -9 reaches the broker also when a shell script stands before it.
  setsid "${BROKER:-$barnabas}" start --port "$port" --data "$data" "$@" >"$out" 2>&1 &
  broker_pid=$!
  bootstrap=''
  while [ -z "$bootstrap" ]; do
    bootstrap=$(grep -E '(Barnabas|Apache Kafka) ready' "$out" | grep -oE '(localhost|[0-9]+(\.[0-9]+){3}):[0-9]+' | head -n 1 || true)
    if ! kill -0 "$broker_pid" 2>/dev/null || [ "$SECONDS" -gt "$deadline" ]; then
      [ -z "$bootstrap" ] || break
      cat "$out" >&2
      kill_broker
      fail "the broker did not start"
    fi
    sleep 0.05
  done
}

# Stops the broker as an operator does; one that does not stop within 30 seconds is a failure.
stop_broker() {
  [ -n "$broker_pid" ] || return 0
  local pid=$broker_pid deadline=$((SECONDS + 30)) status=0
  kill -TERM "$pid" 2>/dev/null || true
  while kill -0 "$pid" 2>/dev/null; do
    if [ "$SECONDS" -gt "$deadline" ]; then
      kill_broker
      echo "the broker did not stop on SIGTERM" >&2
      return 1
    fi
    sleep 0.05
  done
  wait "$pid" || status=$?
  broker_pid=''
  # 143: ended by SIGTERM, the exit code of a JVM after its shutdown hooks.
  [ "$status" = 0 ] || [ "$status" = 143 ] || { echo "the broker stopped with exit code $status" >&2; return 1; }
}

kill_broker() {
  [ -n "$broker_pid" ] || return 0
  # Both: the group does not exist before setsid has run.
  kill -KILL -- "-$broker_pid" "$broker_pid" 2>/dev/null || true
  wait "$broker_pid" 2>/dev/null || true
  broker_pid=''
}
