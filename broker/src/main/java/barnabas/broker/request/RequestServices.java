package barnabas.broker.request;

import barnabas.base.Clock;
import barnabas.broker.security.Authorizer;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/// The parts of a broker that every request may use.
///
/// @param budget of memory for requests that wait and for answers
/// @param decoded the part of it for large requests
/// @param virtualThreads run what must wait
/// @param authorizer decides which operations a client may ask for
/// @param metrics counts requests
/// @param throttle has quotas of clients
public record RequestServices(
        MemoryBudget budget,
        DecodedMemory decoded,
        Executor virtualThreads,
        Authorizer authorizer,
        RequestMetrics metrics,
        Throttle throttle,
        Clock clock) {
    public RequestServices {
        if (!(authorizer instanceof Authorizer.AllowAll) && !(authorizer instanceof Gate))
            throw new IllegalArgumentException("an authorizer that does not check requests: " + authorizer);
    }

    public RequestServices(
            MemoryBudget budget, Executor virtualThreads, Authorizer authorizer, RequestMetrics metrics, Clock clock) {
        this(budget, new DecodedMemory(budget, clock), virtualThreads, authorizer, metrics, Throttle.NONE, clock);
    }

    /// These with quotas.
    public RequestServices with(Throttle quotas) {
        return new RequestServices(budget, decoded, virtualThreads, authorizer, metrics, quotas, clock);
    }

    /// Check of requests before their APIs; null when nothing is forbidden.
    @Nullable
    Gate gate() {
        return authorizer instanceof Gate gate ? gate : null;
    }
}
