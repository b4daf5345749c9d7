/// Checks of produce requests that need no partition.
@NullMarked
package barnabas.broker.produce;

import org.jspecify.annotations.NullMarked;
