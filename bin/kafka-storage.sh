#!/usr/bin/env bash
# Format and inspect data directories: kafka-storage.sh format|info|random-uuid|version-mapping|feature-dependencies ...
# The two tables of feature versions are printed by Apache Kafka's own tool.
bin=$(dirname "$(readlink -f "$0")")
case "${1:-}" in
  version-mapping | feature-dependencies) exec "$bin/kafka-run-class.sh" kafka.tools.StorageTool "$@" ;;
  *) exec "$bin/barnabas" storage "$@" ;;
esac
