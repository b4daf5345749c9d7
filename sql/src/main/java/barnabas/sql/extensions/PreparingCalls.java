package barnabas.sql.extensions;

import barnabas.sql.types.StuckProblem;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Calls of one class of a jar when the service starts and when statements are analysed: constructors, `configure`,
/// `schemaProvider` and factories. They are bounded on all threads. After a call that did not return in time no other
/// is begun until it does, so that a start with many statements of one function waits once.
final class PreparingCalls {
    private final String name;

    /// Completed when the call that was not waited for has returned.
    private volatile CompletableFuture<@Nullable Void> late = CompletableFuture.completedFuture(null);

    /// @param name of the class, for messages
    PreparingCalls(String name) {
        this.name = name;
    }

    /// @throws StuckProblem when the call does not return in time, or an earlier one has not yet
    /// @throws ExecutionException with what the call has thrown
    @Nullable
    Object call(Callable<@Nullable Object> call) throws ExecutionException {
        if (!late.isDone())
            throw new StuckProblem("The function " + name + " of a jar was not called: an earlier call of it goes on");
        var begun = new AtomicBoolean();
        var returned = new CompletableFuture<@Nullable Void>();
        try {
            return JarCalls.prepare(name, () -> {
                begun.set(true);
                try {
                    return call.call();
                } finally {
                    returned.complete(null);
                }
            });
        } catch (StuckProblem e) {
            if (begun.get()) late = returned;
            throw e;
        }
    }

    /// A call that throws nothing checked.
    ///
    /// @throws StuckProblem as above
    @Nullable
    Object carried(Supplier<@Nullable Object> call) {
        try {
            return call(call::get);
        } catch (ExecutionException e) {
            throw JarCalls.unchecked(e);
        }
    }
}
