package barnabas.log;

import java.nio.file.Path;

/// Damaged place in a partition's files, and the records that a repair would delete.
///
/// @param position the byte in `file` from which on nothing is believed
/// @param firstOffset the first offset that would be lost
/// @param endOffset behind the last batch that can still be recognised behind the damage; not below `firstOffset`
/// @param bytes of batches that would be removed, with everything behind them
public record LogDamage(
        TopicPartition partition,
        Path file,
        long position,
        long firstOffset,
        long endOffset,
        long bytes,
        String reason) {}
