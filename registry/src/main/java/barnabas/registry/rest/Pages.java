package barnabas.registry.rest;

import barnabas.registry.model.RegistryProblem;
import java.util.List;

/// Parts of long lists: `offset` and `limit` of the query.
final class Pages {
    private Pages() {}

    static <T> List<T> of(List<T> all, RegistryRequest request) throws RegistryProblem {
        int from = Math.clamp(request.number("offset", 0), 0, all.size());
        int limit = request.number("limit", -1);
        int to = limit < 0 ? all.size() : (int) Math.min((long) from + limit, all.size());
        return all.subList(from, to);
    }
}
