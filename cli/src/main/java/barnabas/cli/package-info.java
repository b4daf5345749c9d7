/// The `barnabas` command: starts a broker, and talks to any Kafka cluster from the command line.
@NullMarked
package barnabas.cli;

import org.jspecify.annotations.NullMarked;
