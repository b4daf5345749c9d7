/// Leaders of partitions for clients that asked another broker, and replicas that consumers may read from.
@NullMarked
package barnabas.broker.leaders;

import org.jspecify.annotations.NullMarked;
