package barnabas.log.producers;

import java.nio.file.Path;

/// Batch in a segment whose bytes have another CRC than its header says.
///
/// @param offset of its first record
public record DamagedBatch(Path file, long position, long offset) {}
