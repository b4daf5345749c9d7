/// Connections to the other brokers of the cluster. None is opened on a node alone.
@NullMarked
package barnabas.broker.peers;

import org.jspecify.annotations.NullMarked;
