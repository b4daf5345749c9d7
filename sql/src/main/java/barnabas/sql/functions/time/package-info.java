/// Functions of dates, times and timestamps.
@NullMarked
package barnabas.sql.functions.time;

import org.jspecify.annotations.NullMarked;
