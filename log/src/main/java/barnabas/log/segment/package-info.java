/// One segment of a log: its batches, its indexes, lookups in them. Start reading at [barnabas.log.segment.Segment].
@NullMarked
package barnabas.log.segment;

import org.jspecify.annotations.NullMarked;
