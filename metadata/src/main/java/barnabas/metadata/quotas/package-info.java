/// Entities that have client quotas, and filters of them (KIP-546).
@NullMarked
package barnabas.metadata.quotas;

import org.jspecify.annotations.NullMarked;
