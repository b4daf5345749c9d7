package barnabas.log.compaction;

/// Tools that a thread compacts with, one log after the other.
///
/// @param keys bounds the number of different keys of one compaction
/// @param bufferBytes to read ahead, and to collect before a write
public record CompactionEnvironment(LatestOffsets keys, KeyHash hash, RateLimit rate, int bufferBytes) {}
