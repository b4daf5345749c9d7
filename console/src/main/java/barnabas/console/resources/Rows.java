package barnabas.console.resources;

import barnabas.console.json.JsonObject;
import barnabas.console.rest.ApiProblem;
import barnabas.console.rest.ApiRequest;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Function;

/// A part of a list: searched, sorted and cut on this side, so that a page of ten thousand is no larger than one of a
/// hundred.
///
/// @param total entries that the search found
/// @param rows of this page
record Rows<T>(int total, int offset, List<T> rows) {
    static final String[] PARAMETERS = {
        "q:string text that the name contains, in any case",
        "sort:string column to sort by",
        "order:string asc or desc",
        "offset:integer entries before the first one",
        "limit:integer entries at most, 100 by default, 1000 at most"
    };

    private static final int LIMIT = 100;
    private static final int LIMIT_MAX = 1_000;

    /// @param sorts orders by the name of their column; the first that `request` may name is not the default
    static <T> Rows<T> of(
            ApiRequest request, Collection<T> all, Function<T, String> name, Map<String, Comparator<T>> sorts)
            throws ApiProblem {
        String wanted = request.query("q").orElse("").toLowerCase(Locale.ROOT);
        var found = new ArrayList<T>();
        for (T each : all)
            if (wanted.isEmpty() || name.apply(each).toLowerCase(Locale.ROOT).contains(wanted)) found.add(each);
        found.sort(order(request, name, sorts));
        int offset = (int) request.number("offset", 0, 0, Integer.MAX_VALUE);
        int limit = (int) request.number("limit", LIMIT, 1, LIMIT_MAX);
        int from = Math.min(offset, found.size());
        int to = Math.min(found.size(), from + limit);
        return new Rows<>(found.size(), from, List.copyOf(found.subList(from, to)));
    }

    private static <T> Comparator<T> order(
            ApiRequest request, Function<T, String> name, Map<String, Comparator<T>> sorts) throws ApiProblem {
        Comparator<T> byName = Comparator.comparing(name);
        String column = request.query("sort").orElse("name");
        Comparator<T> order = column.equals("name") ? byName : sorts.get(column);
        if (order == null)
            throw ApiProblem.invalid(
                    "sort=" + column + " is none of name, " + String.join(", ", new TreeSet<>(sorts.keySet())));
        return switch (request.query("order").orElse("asc")) {
            case "asc" -> order.thenComparing(byName);
            case "desc" -> order.reversed().thenComparing(byName);
            default -> throw ApiProblem.invalid("order is asc or desc");
        };
    }

    JsonObject json(Function<T, JsonObject> row) {
        return new JsonObject()
                .put("total", total)
                .put("offset", offset)
                .put("items", rows.stream().map(row).toList());
    }
}
