package barnabas.sql.functions;

import barnabas.base.Clock;
import barnabas.sql.types.Struct;
import barnabas.sql.types.ValueProblem;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Limits of the evaluation of one row's expressions: functions are bounded each by itself, and their bounds multiply
/// when calls nest or a lambda calls them.
///
/// Sizes are units: characters, bytes, and elements of collections with all that is in them.
///
/// Owner: the thread that evaluates; evaluations nest.
public final class Budget {
    /// Units that the functions and lambdas of a row may make.
    public static final int MADE_MAX = 1 << 24;

    /// Units of arguments that they may look at: about a second.
    static final long SEEN_MAX = 1L << 29;

    /// Units after which a virtual thread lets others run, a few milliseconds at most. Nothing interrupts it: a few
    /// queries would hold up every other request of a server that has as few processors.
    private static final int TURN_UNITS = 1 << 14;

    private static final long REST_NANOS = 50_000;

    /// Units of a row, beside those of its functions.
    private static final int ROW_UNITS = 1 << 6;

    private static final ThreadLocal<Budget> OF_THREAD = ThreadLocal.withInitial(Budget::new);

    private int depth;
    private long made;
    private long seen;
    private long turn;

    private Budget() {}

    /// Begins an evaluation, within the one that goes on if there is one. [#leave] ends it.
    public static Budget enter() {
        Budget budget = OF_THREAD.get();
        if (budget.depth++ == 0) {
            budget.made = 0;
            budget.seen = 0;
            budget.spend(ROW_UNITS);
        }
        return budget;
    }

    public void leave() {
        depth--;
    }

    /// Takes arguments of a call.
    ///
    /// @throws ValueProblem when the row has looked at too much
    public void see(@Nullable Object[] arguments) {
        long units = 1;
        for (Object each : arguments) units += size(each, SEEN_MAX);
        seen += units;
        spend(units);
        if (seen > SEEN_MAX) throw new ValueProblem("The expressions of a row take too long");
    }

    /// Takes a result.
    ///
    /// @return the result
    /// @throws ValueProblem when the row has made too much
    public @Nullable Object make(@Nullable Object result) {
        long units = size(result, MADE_MAX);
        made += units;
        spend(units);
        checkSize(made);
        return result;
    }

    /// A thread that yields is the next one of its carrier again, before those that were woken from outside; one that
    /// is parked comes behind them.
    private void spend(long units) {
        turn += units;
        if (turn < TURN_UNITS) return;
        turn = 0;
        if (Thread.currentThread().isVirtual()) Clock.SYSTEM.parkUntil(this, Clock.SYSTEM.nanos() + REST_NANOS);
    }

    /// Refuses a result that would be too large, before it is made.
    ///
    /// @throws ValueProblem when it is
    public static void checkSize(long units) {
        if (units > MADE_MAX)
            throw new ValueProblem("The expressions of a row make more than " + MADE_MAX + " characters and elements");
    }

    /// @param max units after which counting ends
    private static long size(@Nullable Object value, long max) {
        return switch (value) {
            case String text -> text.length();
            case ByteBuffer bytes -> bytes.remaining();
            case Collection<?> all -> size(all, max);
            case Map<?, ?> map -> size(map.keySet(), max) + size(map.values(), max);
            case Struct struct -> size(struct.values(), max);
            case null, default -> 1;
        };
    }

    private static long size(Collection<?> all, long max) {
        long units = 1;
        for (Object each : all) {
            units += size(each, max);
            if (units > max) return units;
        }
        return units;
    }
}
