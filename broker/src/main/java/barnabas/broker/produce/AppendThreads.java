package barnabas.broker.produce;

import barnabas.base.Joining;
import barnabas.base.Threads;
import java.util.concurrent.ExecutorService;
import java.util.function.Supplier;

/// Threads for appends that leave the event loop. They are never interrupted: an interrupt in the middle of a write
/// would close the log's file. A connection has at most one append here, as its later requests are held back
/// meanwhile.
///
/// Owner: itself; any thread may call.
public final class AppendThreads implements AutoCloseable {
    private final ExecutorService waiting;
    private final ExecutorService working;

    /// @param workersMax threads for work that needs a processor for long: decompression, compression
    public AppendThreads(int workersMax, Threads threads) {
        waiting = threads.perTask("append");
        working = threads.pool("append-check", workersMax);
    }

    /// Runs what mostly waits, on a virtual thread of its own.
    public void execute(Runnable append) {
        waiting.execute(append);
    }

    /// Runs what needs a processor for long and waits for its result; for the threads of [#execute], whose carriers
    /// stay free meanwhile.
    public <T> T work(Supplier<T> work) {
        return Joining.resultOf(working.submit(work::get));
    }

    /// Waits for the appends that are under way.
    @Override
    public void close() {
        waiting.close();
        working.close();
    }
}
