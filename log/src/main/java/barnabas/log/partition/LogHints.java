package barnabas.log.partition;

/// The directory's checkpoints about one log.
///
/// @param recoveryPoint everything below was forced to disk
/// @param highWatermark as last checkpointed, `Long.MAX_VALUE` when it never was
/// @param closedCleanly nothing was written after the last flush
public record LogHints(
        long recoveryPoint, long logStartOffset, long highWatermark, boolean closedCleanly, Damages damages) {
    public static final LogHints NEW = new LogHints(0, 0, Long.MAX_VALUE, true, Damages.REFUSED);

    public boolean acceptsLoss() {
        return damages != Damages.REFUSED;
    }

    /// The same for a log that is cut before its first damaged place.
    public LogHints cutting() {
        return new LogHints(recoveryPoint, logStartOffset, highWatermark, closedCleanly, Damages.CUT);
    }

    /// Treatment of a log with a damaged place that no crash leaves behind.
    public enum Damages {
        /// It is not opened.
        REFUSED,
        /// It is cut before the place.
        CUT,
        /// Everything is read to find such places, on disk or not, and it is cut before the first.
        SOUGHT_AND_CUT
    }
}
