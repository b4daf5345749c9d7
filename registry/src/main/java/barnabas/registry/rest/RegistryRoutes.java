package barnabas.registry.rest;

import barnabas.client.ClientException;
import barnabas.net.http.HttpResponse;
import barnabas.registry.model.RegistryProblem;
import barnabas.registry.model.SchemaType;
import barnabas.registry.store.SchemaTopic;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Paths of the REST interface. Documented by
/// [Confluent](https://docs.confluent.io/platform/current/schema-registry/develop/api.html).
public final class RegistryRoutes {
    private static final Set<String> ROOTS =
            Set.of("subjects", "schemas", "config", "mode", "compatibility", "contexts", "v1");

    private final SubjectRoutes subjects;
    private final SchemaRoutes schemas;
    private final SettingRoutes settings;
    private final SchemaTopic topic;

    public RegistryRoutes(SchemaTopic topic) {
        this.topic = topic;
        var registrar = new Registrar(topic);
        this.subjects = new SubjectRoutes(topic, registrar);
        this.schemas = new SchemaRoutes(topic);
        this.settings = new SettingRoutes(topic);
    }

    /// Whether a path is one of the registry's; the root is not.
    public static boolean takes(String path) {
        int end = path.indexOf('/', 1);
        return ROOTS.contains(end < 0 ? path.substring(1) : path.substring(1, end));
    }

    public HttpResponse answer(RegistryRequest request) throws RegistryProblem, ClientException, InterruptedException {
        List<String> path = request.path();
        if (path.isEmpty()) return Answers.json(Map.of());
        return switch (path.getFirst()) {
            case "subjects" -> subjects.answer(request);
            case "compatibility" -> subjects.compatibility(request);
            case "schemas" -> schemas.answer(request);
            case "config" -> settings.config(request);
            case "mode" -> settings.mode(request);
            case "contexts" -> contexts(request);
            case "v1" -> metadata(request);
            default -> throw notFound();
        };
    }

    private HttpResponse contexts(RegistryRequest request)
            throws RegistryProblem, ClientException, InterruptedException {
        if (request.path().size() > 1) throw notFound();
        only(request, "GET");
        return Answers.json(topic.look(request.cluster(), state -> state.contexts()));
    }

    private static HttpResponse metadata(RegistryRequest request) throws RegistryProblem, ClientException {
        only(request, "GET");
        return switch (String.join("/", request.path())) {
            case "v1/metadata/id" -> {
                request.cluster().refresh(List.of(), false);
                var clusters = Answers.of(
                                "kafka-cluster", request.cluster().metadata().clusterId())
                        .put("schema-registry-cluster", "schema-registry");
                yield Answers.json(
                        Answers.of("scope", Answers.of("path", List.of()).put("clusters", clusters))
                                .put("id", ""));
            }
            case "v1/metadata/version" ->
                Answers.json(Answers.of("version", "7.9.0").put("commitId", "barnabas"));
            default -> throw notFound();
        };
    }

    static List<String> types() {
        return List.of(SchemaType.JSON.name(), SchemaType.PROTOBUF.name(), SchemaType.AVRO.name());
    }

    static RegistryProblem notFound() {
        return new RegistryProblem(404, "HTTP 404 Not Found");
    }

    static void only(RegistryRequest request, String method) throws RegistryProblem {
        if (!request.method().equals(method)) throw notAllowed();
    }

    static RegistryProblem notAllowed() {
        return new RegistryProblem(405, "HTTP 405 Method Not Allowed");
    }
}
