package barnabas.console;

import barnabas.base.Clock;
import barnabas.base.Deadline;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Whether the cluster still takes the password of a user who has logged in: connections that are open stay open when
/// the user is removed. For any thread.
public final class LoginCheck {
    private static final Duration EVERY = Duration.ofSeconds(10);
    /// From the first check without an answer on. Users can fill the connections of a listener, so this has an end.
    private static final Duration UNCLEAR_MAX = Duration.ofMinutes(1);

    /// Result of one more login.
    enum Login {
        TAKEN,
        REFUSED,
        /// The listener has no connection left, or does not answer.
        UNCLEAR
    }

    private final Clock clock;
    private final Supplier<Login> again;
    private final ReentrantLock asking = new ReentrantLock();
    private Deadline next; // guarded by asking
    private volatile @Nullable Deadline unclearEnd; // written under asking

    /// Begins with a login that has just succeeded.
    ///
    /// @param again logs in once more, on a connection of its own
    LoginCheck(Clock clock, Supplier<Login> again) {
        this.clock = clock;
        this.again = again;
        this.next = Deadline.in(EVERY, clock);
    }

    /// Logs in again when the last success is ten seconds old. One caller does; the others go on while it waits.
    public boolean isTaken() {
        if (!asking.tryLock()) return !hasBeenUnclearTooLong();
        try {
            if (!next.passed()) return true;
            Deadline firstUnclearEnd = Deadline.in(UNCLEAR_MAX, clock);
            return switch (again.get()) {
                case TAKEN -> {
                    next = Deadline.in(EVERY, clock);
                    unclearEnd = null;
                    yield true;
                }
                case REFUSED -> false;
                case UNCLEAR -> {
                    if (unclearEnd == null) unclearEnd = firstUnclearEnd;
                    yield !hasBeenUnclearTooLong();
                }
            };
        } finally {
            asking.unlock();
        }
    }

    private boolean hasBeenUnclearTooLong() {
        Deadline end = unclearEnd;
        return end != null && end.passed();
    }
}
