/// The journal of a log directory: acknowledgements that mean "on disk" at the price of one `fdatasync` for all
/// partitions together. Start at [barnabas.log.journal.Journal]; every byte is drawn in docs/formats/journal.md.
@NullMarked
package barnabas.log.journal;

import org.jspecify.annotations.NullMarked;
