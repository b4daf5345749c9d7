/// Record batches of the current format (magic 2) as views over buffers: the unit that is produced, stored and
/// fetched. Nothing here copies or decompresses unless a caller asks for single records.
@NullMarked
package barnabas.protocol.records;

import org.jspecify.annotations.NullMarked;
