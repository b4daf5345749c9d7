/// Committed offsets: what groups have read, kept apart from how they are organised.
@NullMarked
package barnabas.coordination.groups.offsets;

import org.jspecify.annotations.NullMarked;
