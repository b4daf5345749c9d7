package barnabas.base;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// Failures of work on several things that do not depend on each other: all are worked on, then the failures are
/// thrown as one. Owner: one thread.
public final class CollectedFailures {
    private static final int SUPPRESSED_MAX = 10;

    private @Nullable IOException first;

    /// One piece of work on the disk.
    @FunctionalInterface
    public interface Work {
        void run() throws IOException;
    }

    public void attempt(Work work) {
        try {
            work.run();
        } catch (IOException failed) {
            var earlier = first;
            if (earlier == null) first = failed;
            else if (earlier.getSuppressed().length < SUPPRESSED_MAX) earlier.addSuppressed(failed);
        }
    }

    /// Throws the first failure, if there was one.
    public void rethrow() throws IOException {
        if (first != null) throw first;
    }
}
