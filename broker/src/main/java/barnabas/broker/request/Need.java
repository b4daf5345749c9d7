package barnabas.broker.request;

import barnabas.broker.security.Operation;

/// Permission that a client needs for an API. Each API declares it; a [Gate] checks it before the API reads the
/// request.
public sealed interface Need {
    /// The rights depend on the request: see the guard of the API in `barnabas.broker.access`.
    Need OF_ITS_GUARD = new OfItsGuard();

    /// An operation on the cluster as a whole.
    record OnCluster(Operation operation) implements Need {}

    /// A class of its own, so that no API can pass for one without a guard.
    final class OfItsGuard implements Need {
        private OfItsGuard() {}
    }

    /// No right is needed.
    ///
    /// @param reason why nothing is given away
    record Nothing(String reason) implements Need {}
}
