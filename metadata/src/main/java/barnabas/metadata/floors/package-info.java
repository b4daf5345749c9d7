/// Least leader epochs and producer ids that mirrors ask for.
@NullMarked
package barnabas.metadata.floors;

import org.jspecify.annotations.NullMarked;
