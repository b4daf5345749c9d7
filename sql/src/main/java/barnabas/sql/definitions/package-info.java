/// Definitions of a service as records of its compacted topic. Start reading at [barnabas.sql.definitions.Definition].
@NullMarked
package barnabas.sql.definitions;

import org.jspecify.annotations.NullMarked;
