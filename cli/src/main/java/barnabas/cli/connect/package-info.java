/// `barnabas connect`: workers of Kafka Connect, their plug-ins and connectors. Start reading at
/// [barnabas.cli.connect.ConnectBranch].
@NullMarked
package barnabas.cli.connect;

import org.jspecify.annotations.NullMarked;
