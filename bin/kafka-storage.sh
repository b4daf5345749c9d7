#!/usr/bin/env bash
# kafka-storage.sh format|info|random-uuid ...: data directories of Barnabas. The tables of feature versions are Kafka's own.
bin=$(dirname "$(readlink -f "$0")")
case "${1:-}" in
  version-mapping | feature-dependencies) exec "$bin/kafka-run-class.sh" kafka.tools.StorageTool "$@" ;;
  *) exec "$bin/barnabas" storage "$@" ;;
esac
