/// What the active controller looks for by itself, again and again.
@NullMarked
package barnabas.cluster.upkeep;

import org.jspecify.annotations.NullMarked;
