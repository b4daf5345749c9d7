/// The log directories that replicas of this broker lie in, as the controller knows them (KIP-858).
@NullMarked
package barnabas.broker.placement;

import org.jspecify.annotations.NullMarked;
