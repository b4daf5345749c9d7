# To be sourced after ../clients/lib.sh: three or more real processes with static voters on free ports, each a broker and a controller.
# shellcheck shell=bash
# The node's process, by its id.
declare -A node_pids=()
node_ports=()
node_count=0
# Where the settings, the directories and the output of the nodes are.
node_folder=''
# What clients and tools take: the brokers' addresses and the controllers', joined by commas.
addresses='' controllers=''

# configure_nodes DIR COUNT CLUSTER_ID [SETTING=VALUE]...: writes DIR/nN.properties and formats the directories DIR/nN.
configure_nodes() {
  local id=$3 node voters=''
  node_folder=$1 node_count=$2
  shift 3
  mkdir -p "$node_folder"
  read -r -a node_ports < <(python3 -c '
import socket, sys
sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(2 * int(sys.argv[1]))]
print(*[each.getsockname()[1] for each in sockets])' "$node_count")
  addresses='' controllers=''
  for ((node = 1; node <= node_count; node++)); do
    addresses+=,127.0.0.1:$(broker_port "$node")
    controllers+=,127.0.0.1:$(controller_port "$node")
    voters+=,$node@127.0.0.1:$(controller_port "$node")
  done
  addresses=${addresses#,} controllers=${controllers#,} voters=${voters#,}
  for ((node = 1; node <= node_count; node++)); do
    cat >"$node_folder/n$node.properties" <<END
process.roles=broker,controller
node.id=$node
listeners=PLAINTEXT://127.0.0.1:$(broker_port "$node"),CONTROLLER://127.0.0.1:$(controller_port "$node")
controller.listener.names=CONTROLLER
controller.quorum.voters=$voters
controller.quorum.election.timeout.ms=300
controller.quorum.fetch.timeout.ms=900
log.dirs=$node_folder/n$node
END
    [ $# = 0 ] || printf '%s\n' "$@" >>"$node_folder/n$node.properties"
    "${BROKER:-$barnabas}" storage format --cluster-id "$id" --config "$node_folder/n$node.properties" >"$node_folder/n$node.format"
  done
}

broker_port() {
  echo "${node_ports[$1 - 1]}"
}

controller_port() {
  echo "${node_ports[$1 - 1 + node_count]}"
}

start_node() {
  : >"$node_folder/n$1.out"
  "${BROKER:-$barnabas}" start --config "$node_folder/n$1.properties" >>"$node_folder/n$1.out" 2>&1 &
  node_pids[$1]=$!
}

node_ready() {
  grep -q 'Barnabas ready' "$node_folder/n$1.out"
}

# Starts all and waits until each has printed its ready line.
start_nodes() {
  local node deadline=$((SECONDS + 60))
  for ((node = 1; node <= node_count; node++)); do start_node "$node"; done
  for ((node = 1; node <= node_count; node++)); do
    until node_ready "$node"; do
      if [ $SECONDS -gt $deadline ] || ! kill -0 "${node_pids[$node]}" 2>/dev/null; then
        fail "node $node does not start: $(tail -n 5 "$node_folder/n$node.out")"
      fi
      sleep 0.1
    done
  done
}

# stop_node NODE: as an operator does. 143: ended by SIGTERM, the exit code of a JVM after its shutdown hooks.
stop_node() {
  local status=0
  kill -TERM "${node_pids[$1]}"
  wait "${node_pids[$1]}" || status=$?
  unset "node_pids[$1]"
  [ "$status" = 0 ] || [ "$status" = 143 ]
}

kill_nodes() {
  local node
  for node in "${!node_pids[@]}"; do
    kill -KILL "${node_pids[$node]}" 2>/dev/null || true
    wait "${node_pids[$node]}" 2>/dev/null || true
    unset "node_pids[$node]"
  done
}
