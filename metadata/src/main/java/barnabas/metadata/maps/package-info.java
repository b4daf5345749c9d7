/// Immutable maps that share what they have in common.
@NullMarked
package barnabas.metadata.maps;

import org.jspecify.annotations.NullMarked;
