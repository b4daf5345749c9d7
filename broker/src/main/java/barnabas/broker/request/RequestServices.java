package barnabas.broker.request;

import barnabas.broker.security.Authorizer;
import java.util.concurrent.Executor;

/// The parts of a broker that every request may use.
///
/// @param budget of memory for requests that wait and for answers
/// @param decoded the part of it for large requests
/// @param virtualThreads run what must wait
/// @param authorizer decides which operations a client may ask for
public record RequestServices(
        MemoryBudget budget, DecodedMemory decoded, Executor virtualThreads, Authorizer authorizer) {
    public RequestServices(MemoryBudget budget, Executor virtualThreads, Authorizer authorizer) {
        this(budget, new DecodedMemory(budget), virtualThreads, authorizer);
    }
}
