package barnabas.console.rest;

import barnabas.console.json.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// The OpenAPI 3.1 document of routes.
final class OpenApi {
    private OpenApi() {}

    static JsonObject of(List<Route> routes) {
        Map<String, JsonObject> paths = new LinkedHashMap<>();
        for (Route each : routes)
            paths.computeIfAbsent(
                            Routes.BASE + (each.template().equals("/") ? "" : each.template()), _ -> new JsonObject())
                    .put(each.method().toLowerCase(Locale.ROOT), operation(each));
        return new JsonObject()
                .put("openapi", "3.1.0")
                .put(
                        "info",
                        new JsonObject()
                                .put("title", "Barnabas")
                                .put("version", "1")
                                .put("description", "What the console of a Barnabas cluster shows and changes"))
                .put("paths", paths)
                .put("components", JsonObject.of("schemas", JsonObject.of("Problem", problem())));
    }

    private static JsonObject operation(Route route) {
        var operation = new JsonObject().put("summary", route.summary());
        var parameters = new ArrayList<JsonObject>();
        for (String part : route.template().split("/", -1))
            if (part.startsWith("{"))
                parameters.add(parameter(part.substring(1, part.length() - 1), "path", "string", "")
                        .put("required", true));
        for (Route.Field each : route.allowed())
            parameters.add(parameter(each.name(), "query", each.type(), each.meaning()));
        if (!parameters.isEmpty()) operation.put("parameters", parameters);
        if (!route.body().isEmpty())
            operation.put("requestBody", JsonObject.of("content", content(schema(route.body()))));
        var responses = new JsonObject()
                .put("200", JsonObject.of("description", "Done"))
                .put(
                        "default",
                        new JsonObject()
                                .put("description", "Refused")
                                .put("content", content(JsonObject.of("$ref", "#/components/schemas/Problem"))));
        return operation.put("responses", responses);
    }

    private static JsonObject content(JsonObject schema) {
        return JsonObject.of("application/json", JsonObject.of("schema", schema));
    }

    private static JsonObject parameter(String name, String in, String type, String meaning) {
        var parameter = new JsonObject().put("name", name).put("in", in);
        if (!meaning.isEmpty()) parameter.put("description", meaning);
        return parameter.put("schema", JsonObject.of("type", type));
    }

    private static JsonObject schema(List<Route.Field> fields) {
        var properties = new JsonObject();
        for (Route.Field each : fields)
            properties.put(
                    each.name(), new JsonObject().put("type", each.type()).put("description", each.meaning()));
        return new JsonObject().put("type", "object").put("properties", properties);
    }

    private static JsonObject problem() {
        return schema(List.of(new Route.Field(
                "error", "object", "code in capitals, message for people, position of a wrong character")));
    }
}
