/// Batches on their way into a log: the checks of headers and records, limits of what records may unpack to,
/// recompression. Start reading at [barnabas.log.batches.AppendCheck].
@NullMarked
package barnabas.log.batches;

import org.jspecify.annotations.NullMarked;
