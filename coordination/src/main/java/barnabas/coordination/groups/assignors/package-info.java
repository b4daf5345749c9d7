/// Server-side assignors: who gets which partition, computed by the coordinator (KIP-848).
@NullMarked
package barnabas.coordination.groups.assignors;

import org.jspecify.annotations.NullMarked;
