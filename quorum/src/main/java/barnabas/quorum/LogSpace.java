package barnabas.quorum;

import barnabas.base.Clock;
import barnabas.base.DiskError;
import barnabas.base.ForceFailed;
import barnabas.metadata.log.MetadataReserve;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Waits of a quorum's metadata log while space, file descriptors or memory are short, after it has given back what is
/// reserved for it. The engine knows no step that can be taken later, so its thread stands still, and
/// the other nodes take the node for a slow one: a leader that waits is replaced by one that has space.
///
/// Owner: the Raft thread, which alone waits here; any thread asks [#isShort] and closes.
final class LogSpace {
    private static final Logger LOG = LoggerFactory.getLogger(LogSpace.class);
    private static final Duration PAUSE = Duration.ofMillis(50);
    /// Between two looks whether there is space for the reserve.
    private static final Duration REFILL_INTERVAL = Duration.ofSeconds(5);

    /// A step that changes nothing when it fails for a shortage, so that it can be taken again.
    @FunctionalInterface
    interface Step<T> {
        T take() throws IOException;
    }

    /// Such a step without a result.
    @FunctionalInterface
    interface Change {
        void make() throws IOException;

        default Step<Boolean> asStep() {
            return () -> {
                make();
                return true;
            };
        }
    }

    private final Path directory;
    private final MetadataReserve reserve;
    private final Clock clock;
    private boolean waits;
    private long refillNanos;
    private volatile boolean isShort;
    private volatile boolean closing;

    LogSpace(Path directory, MetadataReserve reserve, Clock clock) {
        this.directory = directory;
        this.reserve = reserve;
        this.clock = clock;
        this.refillNanos = clock.nanos();
    }

    /// Takes the step, again and again until it does not fail for a shortage.
    ///
    /// @throws IOException when it fails for another reason, or the node stops meanwhile
    <T> T await(Step<T> step) throws IOException {
        while (true) {
            try {
                T result = step.take();
                if (waits) LOG.info("The metadata log in {} goes on", directory);
                waits = false;
                isShort &= reserve.isShort();
                return result;
            } catch (IOException e) {
                if (!isShortage(e)) throw e;
                isShort = true;
                boolean released = DiskError.of(e).isFull() && reserve.release(0);
                if (!released) pause(e);
            }
        }
    }

    private static boolean isShortage(IOException failed) {
        // after a failed force nothing is sure
        return DiskError.of(failed).isShortage() && !ForceFailed.isIn(failed);
    }

    private void pause(IOException shortage) throws IOException {
        if (closing) throw shortage;
        if (!waits) LOG.warn("The metadata log in {} waits: {}", directory, shortage.getMessage());
        waits = true;
        clock.parkUntil(this, clock.nanos() + PAUSE.toNanos());
    }

    /// Takes back what was released, now and then, once there is space.
    void refill() {
        if (!reserve.isShort() || clock.nanos() - refillNanos < 0) return;
        refillNanos = clock.nanos() + REFILL_INTERVAL.toNanos();
        reserve.refill();
        isShort &= reserve.isShort();
    }

    /// Whether a step has failed for a shortage since the reserve was whole.
    boolean isShort() {
        return isShort;
    }

    /// Nothing waits any more.
    void close() {
        closing = true;
    }

    /// Whether the node stops; the step that failed for a shortage was not taken then.
    boolean isClosing() {
        return closing;
    }
}
