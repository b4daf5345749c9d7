package barnabas.net;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/// Logins by outcome, of one listener on one event loop. For any thread.
public final class LoginCounts {
    /// Of those that nothing has counted.
    public static final LoginCounts NONE = new LoginCounts();

    private final Map<LoginOutcome, LongAdder> counts = new EnumMap<>(LoginOutcome.class);

    public LoginCounts() {
        for (LoginOutcome each : LoginOutcome.values()) counts.put(each, new LongAdder());
    }

    public void count(LoginOutcome outcome) {
        LongAdder count = counts.get(outcome);
        if (count != null) count.increment();
    }

    public long of(LoginOutcome outcome) {
        LongAdder count = counts.get(outcome);
        return count == null ? 0 : count.sum();
    }

    /// First logins that succeeded, of clients of all kinds.
    public long succeeded() {
        return of(LoginOutcome.SUCCEEDED) + of(LoginOutcome.SUCCEEDED_ONCE);
    }
}
