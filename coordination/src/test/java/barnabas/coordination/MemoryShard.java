package barnabas.coordination;

import barnabas.protocol.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Carries out a core's decisions at once on a log that is a list, on the test's own thread.
public final class MemoryShard<S extends Shard> {
    /// Appended entry: a record, or a marker.
    public record Stored(
            @Nullable CoordinatorRecord record, @Nullable Producer producer, boolean commit) {}

    private final List<Stored> log = new ArrayList<>();
    private final Consumer<Reply<?>> replies;
    private final Consumer<CoordinatorRecord> appended;
    private S shard;
    private @Nullable ErrorCode nextFailure;
    private Bug bug = record -> new Written(record, record);

    /// Change to a record on its way, for tests that plant a bug.
    ///
    /// @param logged null when it does not get into the log
    public record Written(
            CoordinatorRecord replayed, @Nullable CoordinatorRecord logged) {}

    /// Something that goes wrong with records.
    public interface Bug {
        Written write(CoordinatorRecord record);
    }

    public void plant(Bug planted) {
        bug = planted;
    }

    public MemoryShard(S empty, Consumer<Reply<?>> replies, Consumer<CoordinatorRecord> appended) {
        this.shard = empty;
        this.replies = replies;
        this.appended = appended;
    }

    public S shard() {
        return shard;
    }

    public List<Stored> log() {
        return log;
    }

    /// The next append fails; null takes that back.
    public void failNext(@Nullable ErrorCode error) {
        nextFailure = error;
    }

    public void carryOut(Decision decision) {
        switch (decision) {
            case Decision.Answer(var all) -> all.forEach(replies);
            case Decision.Several(var all) -> all.forEach(this::carryOut);
            case Decision.Append append -> {
                ErrorCode failure = takeFailure();
                if (failure != null) {
                    carryOut(append.failed().apply(failure));
                    return;
                }
                for (CoordinatorRecord record : append.records()) {
                    Written written = bug.write(record);
                    appended.accept(record);
                    if (written.logged() != null) log.add(new Stored(written.logged(), append.producer(), false));
                    shard.replay(written.replayed(), log.size() - 1, append.producer());
                }
                carryOut(append.appended().get());
            }
            case Decision.AppendMarker marker -> {
                ErrorCode failure = takeFailure();
                if (failure != null) {
                    carryOut(marker.failed().apply(failure));
                    return;
                }
                log.add(new Stored(
                        null, marker.marker().producer(), marker.marker().commit()));
                shard.replayMarker(marker.marker().producer(), marker.marker().commit());
                carryOut(marker.appended().get());
            }
        }
    }

    private @Nullable ErrorCode takeFailure() {
        ErrorCode failure = nextFailure;
        nextFailure = null;
        return failure;
    }

    public void expire(Now now) {
        for (Decision due = shard.timers().expire(now);
                due != null;
                due = shard.timers().expire(now)) carryOut(due);
    }

    /// Replays the log, through its stored form, into an empty core.
    public static void replay(List<Stored> log, Shard into) {
        for (int offset = 0; offset < log.size(); offset++) {
            Stored stored = log.get(offset);
            CoordinatorRecord record = stored.record();
            if (record == null) {
                into.replayMarker(stored.producer(), stored.commit());
                continue;
            }
            byte[] value = record.valueBytes();
            CoordinatorRecord decoded = into.decode(
                    java.nio.ByteBuffer.wrap(record.keyBytes()),
                    value == null ? null : java.nio.ByteBuffer.wrap(value));
            if (decoded == null) throw new AssertionError("cannot decode " + record);
            into.replay(decoded, offset, stored.producer());
        }
    }

    /// The coordinator moves: every waiting request is refused, and an empty core takes over the log.
    public void moveTo(S empty, Now now) {
        carryOut(shard.unloaded(ErrorCode.NOT_COORDINATOR));
        shard = empty;
        replay(log, shard);
        carryOut(shard.loaded(now));
    }
}
