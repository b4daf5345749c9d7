package barnabas.console.rest;

import barnabas.config.keys.NearestName;
import java.util.ArrayList;
import java.util.List;

/// One method of one path below `/api/v1`.
///
/// @param method in capitals
/// @param template `/topics/{topic}`: a segment in braces is a parameter
/// @param summary one line for the OpenAPI document
/// @param parameters of the query
/// @param body members of the body; none without a body
public record Route(
        String method, String template, String summary, List<Field> parameters, List<Field> body, Endpoint endpoint) {
    /// A parameter or a member.
    ///
    /// @param type a type of JSON: string, integer, boolean, object, array
    public record Field(String name, String type, String meaning) {
        /// Reads `name:type meaning`.
        static Field of(String text) {
            int colon = text.indexOf(':');
            int space = text.indexOf(' ');
            return new Field(text.substring(0, colon), text.substring(colon + 1, space), text.substring(space + 1));
        }
    }

    public static Route get(String template, String summary, Endpoint endpoint) {
        return new Route("GET", template, summary, List.of(), List.of(), endpoint);
    }

    public static Route of(String method, String template, String summary, Endpoint endpoint) {
        return new Route(method, template, summary, List.of(), List.of(), endpoint);
    }

    /// @param fields each `name:type meaning`
    public Route query(String... fields) {
        return new Route(method, template, summary, fields(fields), body, endpoint);
    }

    /// @param fields each `name:type meaning`
    public Route body(String... fields) {
        return new Route(method, template, summary, parameters, fields(fields), endpoint);
    }

    private static List<Field> fields(String... texts) {
        var fields = new ArrayList<Field>();
        for (String each : texts) fields.add(Field.of(each));
        return fields;
    }

    /// Parameters that the query may have: a yes or no of the body may stand there instead.
    List<Field> allowed() {
        var allowed = new ArrayList<>(parameters);
        for (Field each : body) if (each.type().equals("boolean")) allowed.add(each);
        return allowed;
    }

    /// Refuses a query with another parameter: a misspelt one would be left out without a word.
    void check(ApiRequest request) throws ApiProblem {
        var names = new ArrayList<String>();
        for (Field each : allowed()) names.add(each.name());
        for (String each : request.queryNames()) {
            if (names.contains(each)) continue;
            throw ApiProblem.invalid("There is no parameter " + each + " of " + method + " " + Routes.BASE + template
                    + NearestName.to(each, names)
                            .map(nearest -> ", the nearest is " + nearest)
                            .orElse(names.isEmpty() ? ", it takes none" : ", it takes " + String.join(", ", names)));
        }
    }

    boolean reads() {
        return method.equals("GET");
    }
}
