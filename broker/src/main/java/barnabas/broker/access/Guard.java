package barnabas.broker.access;

import barnabas.protocol.ApiKey;
import barnabas.protocol.RequestMessage;
import java.util.List;

/// The one place in which an API's requests are checked.
///
/// @param rights all that the check may ask for ([Access] refuses others); docs/security.md lists them
record Guard<Q extends RequestMessage>(ApiKey key, Class<Q> type, List<Right> rights, Check<Q> check) {
    @FunctionalInterface
    interface Check<Q> {
        Verdict check(Q request, Access access);
    }

    Verdict of(RequestMessage request, Access access) {
        return check.check(type.cast(request), access);
    }
}
