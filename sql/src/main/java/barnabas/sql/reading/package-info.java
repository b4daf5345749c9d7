/// Queries whose rows go to the one who asks. Start reading at [barnabas.sql.reading.Reading].
@NullMarked
package barnabas.sql.reading;

import org.jspecify.annotations.NullMarked;
