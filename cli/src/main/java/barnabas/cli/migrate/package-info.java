/// Plan of a rolling migration between Apache Kafka and Barnabas, node by node (docs/migration.md). Reads only, with
/// requests of Kafka's own protocol.
@NullMarked
package barnabas.cli.migrate;

import org.jspecify.annotations.NullMarked;
