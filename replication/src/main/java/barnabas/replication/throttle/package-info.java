/// Limits of replication traffic for the replicas that topics name (KIP-73).
@NullMarked
package barnabas.replication.throttle;

import org.jspecify.annotations.NullMarked;
