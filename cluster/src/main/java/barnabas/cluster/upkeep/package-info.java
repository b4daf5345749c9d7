/// Looks of the active controller that no request asks for, again and again.
@NullMarked
package barnabas.cluster.upkeep;

import org.jspecify.annotations.NullMarked;
