/// The log directories that replicas of this broker lie in.
@NullMarked
package barnabas.replication.placement;

import org.jspecify.annotations.NullMarked;
