/// Definitions of a service carried out on a cluster. Start reading at [barnabas.sql.engine.SqlEngine].
@NullMarked
package barnabas.sql.engine;

import org.jspecify.annotations.NullMarked;
