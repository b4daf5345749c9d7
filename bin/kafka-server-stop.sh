#!/usr/bin/env bash
# Stop the nodes that run from this checkout.
#   kafka-server-stop.sh [--node-id=N] [--process-role=broker|controller]
# --node-id=N         stop only the node with this number (default: all)
# --process-role=ROLE stop only nodes with this role, broker or controller (default: all)
# SIGNAL is the signal to send (default: TERM).
# Exit codes: 0 a signal was sent, 1 no node found or wrong argument.
# Example: kafka-server-stop.sh --node-id=1
set -euo pipefail
home=$(cd "$(dirname "$(readlink -f "$0")")/.." && pwd -P)
refuse() {
  echo "kafka-server-stop.sh: $1 (see 'kafka-server-stop.sh --help')" >&2
  exit 1
}

node='' role=''
for argument in "$@"; do
  case $argument in
    --node-id=*)
      node=${argument#*=}
      case $node in '' | *[!0-9]*) refuse "--node-id takes a whole number, not '$node'" ;; esac
      ;;
    --process-role=broker | --process-role=controller) role=${argument#*=} ;;
    -h | --help) sed -n '2,8s/^# \{0,1\}//p' "$0" && exit ;;
    --process-role=*) refuse "--process-role takes broker or controller, not '${argument#*=}'" ;;
    *) refuse "unknown argument '$argument', not one of --node-id=N, --process-role=ROLE" ;;
  esac
done

# property NAME DEFAULT PID WORD...: of the node with this command line. What --set says outranks the config file.
property() {
  local name=$1 value=$2 pid=$3 file='' from_set='' found
  shift 3
  while [ $# -gt 0 ]; do
    case $1 in
      --config) file=${2:-} ;;
      --set) case ${2:-} in "$name="*) from_set=${2#*=} ;; esac ;;
    esac
    shift
  done
  case $file in '' | /*) ;; *) file=/proc/$pid/cwd/$file ;; esac
  if [ -n "$file" ] && [ -r "$file" ]; then
    found=$(sed -n "s/^[[:space:]]*${name//./\\.}[[:space:]]*=[[:space:]]*//p" "$file" | tail -n 1)
    value=${found:-$value}
  fi
  echo "${from_set:-$value}"
}

stopped=0
# shellcheck disable=SC2009 # pgrep on macOS does not show the command lines
while read -r pid line; do
  read -ra words <<<"$line"
  if [ -n "$node" ] && [ "$(property node.id 1 "$pid" "${words[@]}")" != "$node" ]; then continue; fi
  roles=$(property process.roles broker,controller "$pid" "${words[@]}")
  if [ -n "$role" ] && [[ ",$roles," != *",$role,"* ]]; then continue; fi
  kill -s "${SIGNAL:-TERM}" "$pid" && stopped=$((stopped + 1))
done < <(ps axww -o pid=,args= | grep -F "$home/cli/target/run/" | grep -F ' barnabas.cli.Main start' | grep -v grep || true)
if [ $stopped = 0 ]; then
  echo 'No kafka server to stop'
  exit 1
fi
