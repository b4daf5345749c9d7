package barnabas.registry.rest;

import barnabas.client.ClientException;
import barnabas.console.json.JsonObject;
import barnabas.console.json.JsonTree;
import barnabas.net.http.HttpResponse;
import barnabas.registry.model.Compatibility;
import barnabas.registry.model.Mode;
import barnabas.registry.model.RegistryProblem;
import barnabas.registry.model.Subjects;
import barnabas.registry.state.RegistryState;
import barnabas.registry.state.SchemaChanges;
import barnabas.registry.state.SubjectConfig;
import barnabas.registry.store.SchemaTopic;
import java.util.Map;
import java.util.Set;

/// `/config` and `/mode`.
final class SettingRoutes {
    private static final Set<String> CONFIG_MEMBERS = Set.of("compatibility", "compatibilityLevel", "normalize");

    private final SchemaTopic topic;

    SettingRoutes(SchemaTopic topic) {
        this.topic = topic;
    }

    HttpResponse config(RegistryRequest request) throws RegistryProblem, ClientException, InterruptedException {
        if (request.path().size() > 2) throw RegistryRoutes.notFound();
        String place = request.place();
        return switch (request.method()) {
            case "GET" -> Answers.json(topic.look(request.cluster(), state -> shown(request, place, state)));
            case "PUT" -> {
                SubjectConfig wanted = configOf(request);
                SubjectConfig set =
                        topic.change(request.cluster(), state -> new SchemaChanges(state).setConfig(place, wanted));
                yield Answers.json(shown("compatibility", set));
            }
            case "DELETE" ->
                Answers.json(shown(
                        "compatibilityLevel",
                        topic.change(request.cluster(), state -> new SchemaChanges(state).removeConfig(place))));
            default -> throw RegistryRoutes.notAllowed();
        };
    }

    private static JsonObject shown(RegistryRequest request, String place, RegistryState state) throws RegistryProblem {
        boolean general = Subjects.name(place).isEmpty() || request.flag("defaultToGlobal");
        if (state.config(place).isEmpty() && !general)
            throw new RegistryProblem(
                    40408, "Subject '" + place + "' does not have subject-level compatibility configured");
        boolean normalizes = state.normalizes(place);
        return shown(
                "compatibilityLevel",
                new SubjectConfig(state.compatibilityFor(place), normalizes ? Boolean.TRUE : null));
    }

    private static JsonObject shown(String levelName, SubjectConfig config) {
        var json = new JsonObject();
        if (config.compatibility() != null)
            json.put(levelName, config.compatibility().name());
        if (config.normalize() != null) json.put("normalize", config.normalize());
        return json;
    }

    private static SubjectConfig configOf(RegistryRequest request) throws RegistryProblem {
        Map<?, ?> body = request.json();
        for (Map.Entry<?, ?> each : body.entrySet())
            if (!CONFIG_MEMBERS.contains(String.valueOf(each.getKey()))
                    && !each.getValue().equals(JsonTree.NULL))
                throw new RegistryProblem(422, "The setting " + each.getKey() + " is not supported");
        Object level = body.get("compatibility") == null ? body.get("compatibilityLevel") : body.get("compatibility");
        Object normalize = body.get("normalize");
        Compatibility compatibility = level instanceof String name ? Compatibility.named(name) : null;
        boolean noLevel = level == null || level.equals(JsonTree.NULL);
        if (compatibility == null && (!noLevel || !(normalize instanceof Boolean)))
            throw new RegistryProblem(
                    42203,
                    "Invalid compatibility level. Valid values are none, backward, forward, full, backward_transitive,"
                            + " forward_transitive, and full_transitive");
        return new SubjectConfig(compatibility, normalize instanceof Boolean flag ? flag : null);
    }

    HttpResponse mode(RegistryRequest request) throws RegistryProblem, ClientException, InterruptedException {
        if (request.path().size() > 2) throw RegistryRoutes.notFound();
        String place = request.place();
        return switch (request.method()) {
            case "GET" ->
                answer(topic.look(request.cluster(), state -> {
                    boolean general = Subjects.name(place).isEmpty() || request.flag("defaultToGlobal");
                    if (state.mode(place).isEmpty() && !general)
                        throw new RegistryProblem(
                                40409, "Subject '" + place + "' does not have subject-level mode configured");
                    return state.modeFor(place);
                }));
            case "PUT" -> {
                Mode wanted = request.json().get("mode") instanceof String name ? Mode.named(name) : null;
                if (wanted == null)
                    throw new RegistryProblem(
                            42204, "Invalid mode. Valid values are READWRITE, READONLY, READONLY_OVERRIDE, and IMPORT");
                yield answer(topic.change(
                        request.cluster(),
                        state -> new SchemaChanges(state).setMode(place, wanted, request.flag("force"))));
            }
            case "DELETE" ->
                answer(topic.change(request.cluster(), state -> new SchemaChanges(state).removeMode(place)));
            default -> throw RegistryRoutes.notAllowed();
        };
    }

    private static HttpResponse answer(Mode mode) {
        return Answers.json(Answers.of("mode", mode.name()));
    }
}
