package barnabas.registry.rest;

import barnabas.client.ClientException;
import barnabas.console.json.JsonObject;
import barnabas.net.http.HttpResponse;
import barnabas.registry.model.RegistryProblem;
import barnabas.registry.model.SchemaText;
import barnabas.registry.model.SchemaVersion;
import barnabas.registry.model.Subjects;
import barnabas.registry.state.RegistryState;
import barnabas.registry.store.SchemaTopic;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/// `/schemas`.
final class SchemaRoutes {
    private static final int SCHEMAS_IN_ANSWER_MAX = 1_000;

    private final SchemaTopic topic;

    SchemaRoutes(SchemaTopic topic) {
        this.topic = topic;
    }

    HttpResponse answer(RegistryRequest request) throws RegistryProblem, ClientException, InterruptedException {
        RegistryRoutes.only(request, "GET");
        List<String> path = request.path();
        if (path.size() == 1) return list(request);
        if (path.size() == 2 && path.get(1).equals("types")) return Answers.json(RegistryRoutes.types());
        boolean ofId = (path.size() == 3 || path.size() == 4) && path.get(1).equals("ids");
        if (!ofId) throw RegistryRoutes.notFound();
        int id = RegistryRequest.number(path.get(2));
        if (path.size() == 3) return whole(request, id);
        return switch (path.get(3)) {
            case "schema" -> Answers.text(schema(request, id).text());
            case "subjects" -> {
                var names = new TreeSet<String>();
                for (SchemaVersion each : uses(request, id)) names.add(each.subject());
                yield Answers.json(Pages.of(List.copyOf(names), request));
            }
            case "versions" -> {
                var versions = new ArrayList<JsonObject>();
                for (SchemaVersion each : uses(request, id))
                    versions.add(Answers.of("subject", each.subject()).put("version", each.version()));
                yield Answers.json(Pages.of(versions, request));
            }
            default -> throw RegistryRoutes.notFound();
        };
    }

    private static String context(RegistryRequest request) throws RegistryProblem {
        String subject = request.query("subject").orElse("");
        return subject.isEmpty() ? request.context() : Subjects.context(request.subject(subject));
    }

    private HttpResponse whole(RegistryRequest request, int id)
            throws RegistryProblem, ClientException, InterruptedException {
        String context = context(request);
        var json = new JsonObject();
        ShownSchema shown = topic.look(request.cluster(), state -> {
            if (request.flag("fetchMaxId")) json.put("maxId", state.idMax(context));
            return ShownSchema.of(request, found(state, context, id), state);
        });
        return Answers.json(Answers.schema(json, shown.inForm()));
    }

    private static SchemaText found(RegistryState state, String context, int id) throws RegistryProblem {
        return state.schema(context, id).orElseThrow(() -> RegistryProblem.noId(id));
    }

    private SchemaText schema(RegistryRequest request, int id)
            throws RegistryProblem, ClientException, InterruptedException {
        String context = context(request);
        return topic.look(request.cluster(), state -> ShownSchema.of(request, found(state, context, id), state))
                .inForm();
    }

    private List<SchemaVersion> uses(RegistryRequest request, int id)
            throws RegistryProblem, ClientException, InterruptedException {
        String context = context(request);
        return topic.look(request.cluster(), state -> {
            SchemaText schema = found(state, context, id);
            List<SchemaVersion> uses = state.usesOf(context, id, request.flag("deleted"));
            return uses.stream().filter(each -> each.schema().equals(schema)).toList();
        });
    }

    private HttpResponse list(RegistryRequest request) throws RegistryProblem, ClientException, InterruptedException {
        boolean own = !request.context().equals(Subjects.DEFAULT_CONTEXT);
        String prefix = own
                ? Subjects.qualified(
                        request.context(), request.query("subjectPrefix").orElse(""))
                : request.query("subjectPrefix").orElse(":*:");
        boolean latestOnly = request.flag("latestOnly");
        boolean deleted = request.flag("deleted");
        int from = Math.max(0, request.number("offset", 0));
        int limit = request.number("limit", SCHEMAS_IN_ANSWER_MAX);
        int most = limit < 0 ? SCHEMAS_IN_ANSWER_MAX : Math.min(limit, SCHEMAS_IN_ANSWER_MAX);
        List<JsonObject> found = topic.look(request.cluster(), state -> {
            var schemas = new ArrayList<JsonObject>();
            int skipped = 0;
            for (String subject : state.subjects(prefix, deleted, false)) {
                List<SchemaVersion> versions = state.versions(subject, deleted);
                List<SchemaVersion> shown = latestOnly && !versions.isEmpty() ? List.of(versions.getLast()) : versions;
                for (SchemaVersion each : shown) {
                    if (skipped++ < from) continue;
                    if (schemas.size() >= most) return schemas;
                    schemas.add(Answers.version(each));
                }
            }
            return schemas;
        });
        return Answers.json(found);
    }
}
