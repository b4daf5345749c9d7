package barnabas.coordination;

import barnabas.protocol.ErrorCode;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// A core that owns the state of one partition of an internal topic. No thread, no I/O, no clock: its owner calls
/// one method at a time and carries out the [Decision] before the next call.
///
/// State that must survive changes only in [#replay] and [#replayMarker]; everything else a shard knows
/// (sessions, members that are waiting) is allowed to be lost with it.
public interface Shard {
    /// Reads a stored record; null when it is of a kind that this version does not know and may skip.
    @Nullable
    CoordinatorRecord decode(ByteBuffer key, @Nullable ByteBuffer value);

    /// @param offset where the record is in the partition
    /// @param producer set when the record belongs to a transaction, which may still be open
    void replay(CoordinatorRecord record, long offset, @Nullable Producer producer);

    void replayMarker(Producer producer, boolean commit);

    /// All records have been replayed; from now on requests come.
    Decision loaded(Now now);

    /// Pending time-outs of this shard.
    Timers timers();

    /// The shard is unloaded: every waiting request is refused with `error`.
    Decision unloaded(ErrorCode error);
}
