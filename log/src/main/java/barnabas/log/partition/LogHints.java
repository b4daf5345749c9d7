package barnabas.log.partition;

/// The directory's checkpoints about one log.
///
/// @param recoveryPoint everything below was forced to disk
/// @param highWatermark as last checkpointed, `Long.MAX_VALUE` when it never was
/// @param closedCleanly nothing was written after the last flush
public record LogHints(
        long recoveryPoint, long logStartOffset, long highWatermark, boolean closedCleanly, Damages damages) {
    public static final LogHints NEW = new LogHints(0, 0, Long.MAX_VALUE, true, Damages.REFUSED);

    /// Whether a log with a damaged place at this offset, which no crash leaves behind, is cut before it. Otherwise it
    /// is not opened.
    public boolean acceptsLossAt(long offset) {
        return offset >= damages.cutFrom;
    }

    /// The same for a log that may be cut from `offset` on.
    public LogHints cuttingFrom(long offset) {
        return new LogHints(recoveryPoint, logStartOffset, highWatermark, closedCleanly, Damages.cutFrom(offset));
    }

    /// Treatment of damaged places that no crash leaves behind.
    ///
    /// @param sought everything is read to find them, on disk or not, as an operator asks for
    /// @param cutFrom the log is cut before one at this offset or later; an earlier one keeps it closed
    public record Damages(boolean sought, long cutFrom) {
        /// The log is not opened.
        public static final Damages REFUSED = cutFrom(Long.MAX_VALUE);
        /// The log is cut before the first.
        public static final Damages SOUGHT_AND_CUT = new Damages(true, 0);

        public static Damages cutFrom(long offset) {
            return new Damages(false, offset);
        }
    }
}
