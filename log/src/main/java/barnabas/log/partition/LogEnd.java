package barnabas.log.partition;

/// The end of a log as appends publish it: one value, so that offset and position always belong together.
///
/// @param offset the next record's
/// @param segmentBaseOffset of the active segment
/// @param position of the end in the active segment's file
record LogEnd(long offset, long segmentBaseOffset, long position) {}
