package barnabas.sql.extensions;

import barnabas.base.Threads;
import barnabas.sql.functions.Budget;
import barnabas.sql.types.StuckProblem;
import barnabas.sql.types.ValueProblem;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// Calls of functions of jars for requests, and beside them those of [PreparingCalls].
///
/// A request has a virtual thread, and a function that computes without end holds the processor's thread below it: two
/// of them would end all of the service. So a thread of a pool carries the call out while the request waits for a time.
/// Threads of persistent queries carry out theirs.
final class JarCalls {
    private static final Duration WAIT_MAX = Duration.ofSeconds(10);

    /// Calls that go on at once, also after their request has failed.
    private static final int CALLS_MAX = 32;

    private static final JarCalls OF_REQUESTS = new JarCalls("sql-function", Duration.ZERO);

    /// A definition that is read must not fail because others are busy for a moment.
    private static final JarCalls PREPARING = new JarCalls("sql-function-preparing", Duration.ofSeconds(5));

    private final ExecutorService callers;
    private final Duration patience;

    /// Without one nothing waits long behind calls that do not return.
    private final Semaphore free = new Semaphore(CALLS_MAX);

    /// @param patience how long to wait until a thread is free
    private JarCalls(String threads, Duration patience) {
        callers = Threads.SYSTEM.pool(threads, CALLS_MAX);
        this.patience = patience;
    }

    /// A call that a request waits for.
    ///
    /// @param name of the function, for messages
    /// @throws StuckProblem when the call does not return in time
    /// @throws ExecutionException with what the call has thrown
    static @Nullable Object call(String name, Callable<@Nullable Object> call) throws ExecutionException {
        return OF_REQUESTS.carried(name, call);
    }

    /// A call of [PreparingCalls], which have threads of their own.
    ///
    /// @param name of the class, for messages
    /// @throws StuckProblem when the call does not return in time
    /// @throws ExecutionException with what the call has thrown
    static @Nullable Object prepare(String name, Callable<@Nullable Object> call) throws ExecutionException {
        return PREPARING.carried(name, call);
    }

    private @Nullable Object carried(String name, Callable<@Nullable Object> call) throws ExecutionException {
        if (!hasThread(name))
            throw new StuckProblem("The function " + name + " of a jar was not called: " + CALLS_MAX
                    + " calls of such functions go on, which is the service's limit");
        Future<@Nullable Object> running;
        try {
            running = callers.submit(() -> {
                Budget budget = Budget.enter();
                try {
                    return call.call();
                } finally {
                    budget.leave();
                    free.release();
                }
            });
        } catch (RuntimeException | Error e) {
            free.release();
            throw e;
        }
        try {
            return running.get(WAIT_MAX.toSeconds(), TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            running.cancel(true);
            throw new StuckProblem("The function " + name + " of a jar has not returned within " + WAIT_MAX.toSeconds()
                    + " s. Calls that go on keep a thread each, of which the service has " + CALLS_MAX + ".");
        } catch (InterruptedException e) {
            running.cancel(true);
            throw interrupted(name, e);
        }
    }

    private boolean hasThread(String name) {
        try {
            return free.tryAcquire(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            throw interrupted(name, e);
        }
    }

    private static ValueProblem interrupted(String name, InterruptedException e) {
        Thread.currentThread().interrupt();
        return new ValueProblem("The wait for the function " + name + " of a jar was interrupted", e);
    }

    /// Exception that a call has thrown, unchecked.
    ///
    /// @throws Error when it was one
    static RuntimeException unchecked(ExecutionException thrown) {
        if (thrown.getCause() instanceof RuntimeException cause) return cause;
        if (thrown.getCause() instanceof Error cause) throw cause;
        return new ValueProblem("a function of a jar failed: " + thrown.getCause(), thrown);
    }
}
