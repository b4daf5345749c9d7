/// Streams, tables and types that statements have made. Start reading at [barnabas.sql.catalog.Catalog].
@NullMarked
package barnabas.sql.catalog;

import org.jspecify.annotations.NullMarked;
