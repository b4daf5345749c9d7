/// Bytes of keys and values in topics. Start reading at [barnabas.sql.formats.Format].
@NullMarked
package barnabas.sql.formats;

import org.jspecify.annotations.NullMarked;
