#!/usr/bin/env bash
exec "$(dirname "$(readlink -f "$0")")/connect-run-class.sh" org.apache.kafka.connect.cli.ConnectDistributed "$@"
