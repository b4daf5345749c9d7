/// The service as a process: settings, start and end. Start reading at [barnabas.sql.server.SqlService].
@NullMarked
package barnabas.sql.server;

import org.jspecify.annotations.NullMarked;
