package barnabas.cli.console;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// SIGINT and SIGTERM as a request to end in order: the command is notified, finishes, and its own exit code
/// counts.
public final class Interruption {
    /// A command that does not end by then is cut off.
    private static final long PATIENCE_SECONDS = 60;

    private final CountDownLatch requested = new CountDownLatch(1);
    private final CountDownLatch finished = new CountDownLatch(1);
    private final AtomicReference<@Nullable Runnable> listener = new AtomicReference<>();
    private volatile int exitCode = 1;

    /// Listens to the process's signals.
    public static Interruption install() {
        var interruption = new Interruption();
        Runtime.getRuntime().addShutdownHook(new Thread(interruption::inHook, "interruption"));
        return interruption;
    }

    /// Reacts to nothing but [#request]: for commands that run inside another program.
    public static Interruption none() {
        return new Interruption();
    }

    private void inHook() {
        if (finished.getCount() == 0) return;
        request();
        try {
            if (!finished.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) return;
        } catch (InterruptedException e) {
            return;
        }
        // Otherwise the process would end with the signal's number although everything went well.
        Runtime.getRuntime().halt(exitCode);
    }

    public void request() {
        requested.countDown();
        var current = listener.get();
        if (current != null) current.run();
    }

    public boolean requested() {
        return requested.getCount() == 0;
    }

    public void awaitRequest() throws InterruptedException {
        requested.await();
    }

    /// @return whether the request came within `patience`
    public boolean awaitRequest(Duration patience) throws InterruptedException {
        return requested.await(patience.toNanos(), TimeUnit.NANOSECONDS);
    }

    /// Run `action` when the command is interrupted, at once if it already was.
    public void whenRequested(Runnable action) {
        listener.set(action);
        if (requested()) action.run();
    }

    /// The command has ended.
    public void finish(int code) {
        exitCode = code;
        finished.countDown();
    }
}
