package barnabas.client;

import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// One thing that fails and is tried again: its reason is reported once it has failed for [#SILENT_NANOS]. Owner: the
/// thread that tries.
public final class Delay {
    private static final long SILENT_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Consumer<String> report;
    private final LongSupplier nanos;
    private boolean begun;
    private long beginNanos;
    private @Nullable String reported;

    /// @param nanos of a clock
    Delay(Consumer<String> report, LongSupplier nanos) {
        this.report = report;
        this.nanos = nanos;
    }

    /// A try has failed, and another one follows.
    public void failed(@Nullable String reason) {
        long now = nanos.getAsLong();
        if (!begun) {
            begun = true;
            beginNanos = now;
        } else if (reason != null && now - beginNanos >= SILENT_NANOS && !reason.equals(reported)) {
            reported = reason;
            report.accept(reason);
        }
    }

    /// It works again.
    public void over() {
        begun = false;
        reported = null;
    }
}
