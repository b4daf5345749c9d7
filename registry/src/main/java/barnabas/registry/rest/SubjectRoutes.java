package barnabas.registry.rest;

import barnabas.client.ClientException;
import barnabas.console.json.JsonObject;
import barnabas.net.http.HttpResponse;
import barnabas.registry.model.RegistryProblem;
import barnabas.registry.model.SchemaVersion;
import barnabas.registry.model.Subjects;
import barnabas.registry.rest.Registrar.Version;
import barnabas.registry.state.SchemaChanges;
import barnabas.registry.store.SchemaTopic;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// `/subjects` and `/compatibility`.
final class SubjectRoutes {
    private final SchemaTopic topic;
    private final Registrar registrar;

    SubjectRoutes(SchemaTopic topic, Registrar registrar) {
        this.topic = topic;
        this.registrar = registrar;
    }

    HttpResponse answer(RegistryRequest request) throws RegistryProblem, ClientException, InterruptedException {
        List<String> path = request.path();
        boolean versions = path.size() > 2 && path.get(2).equals("versions");
        return switch (path.size()) {
            case 1 -> list(request);
            case 2 -> subject(request);
            case 3 -> versions ? versions(request) : path.get(2).equals("metadata") ? metadata(request) : notFound();
            case 4 -> versions ? version(request) : notFound();
            case 5 -> versions ? partOfVersion(request) : notFound();
            default -> notFound();
        };
    }

    private static HttpResponse notFound() throws RegistryProblem {
        throw RegistryRoutes.notFound();
    }

    private HttpResponse list(RegistryRequest request) throws RegistryProblem, ClientException, InterruptedException {
        RegistryRoutes.only(request, "GET");
        boolean own = !request.context().equals(Subjects.DEFAULT_CONTEXT);
        String prefix = own
                ? Subjects.qualified(
                        request.context(), request.query("subjectPrefix").orElse(""))
                : request.query("subjectPrefix").orElse(":*:");
        List<String> names = topic.look(
                request.cluster(),
                state -> state.subjects(prefix, request.flag("deleted"), request.flag("deletedOnly")));
        return Answers.json(Pages.of(names, request));
    }

    private HttpResponse subject(RegistryRequest request)
            throws RegistryProblem, ClientException, InterruptedException {
        String subject = request.subject(1);
        return switch (request.method()) {
            case "POST" -> {
                SchemaVersion found = registrar.find(request, subject);
                yield Answers.json(Answers.version(shown(request, _ -> found)));
            }
            case "DELETE" ->
                Answers.json(topic.change(
                        request.cluster(),
                        state -> new SchemaChanges(state).deleteSubject(subject, request.flag("permanent"))));
            default -> throw RegistryRoutes.notAllowed();
        };
    }

    private HttpResponse versions(RegistryRequest request)
            throws RegistryProblem, ClientException, InterruptedException {
        String subject = request.subject(1);
        return switch (request.method()) {
            case "GET" -> Answers.json(Pages.of(numbers(request, subject), request));
            case "POST" -> {
                SchemaVersion registered = registrar.register(request, subject);
                JsonObject json = Answers.of("id", registered.id()).put("version", registered.version());
                yield Answers.json(Answers.schema(json, registered.schema()));
            }
            default -> throw RegistryRoutes.notAllowed();
        };
    }

    private List<Integer> numbers(RegistryRequest request, String subject)
            throws RegistryProblem, ClientException, InterruptedException {
        return topic.look(request.cluster(), state -> {
            boolean deletedOnly = request.flag("deletedOnly");
            List<SchemaVersion> versions = state.versions(subject, deletedOnly || request.flag("deleted"));
            if (versions.isEmpty()) throw RegistryProblem.noSubject(subject);
            return versions.stream()
                    .filter(each -> !deletedOnly || each.deleted())
                    .map(SchemaVersion::version)
                    .toList();
        });
    }

    private HttpResponse version(RegistryRequest request)
            throws RegistryProblem, ClientException, InterruptedException {
        String subject = request.subject(1);
        @Nullable Integer number = request.version(3);
        return switch (request.method()) {
            case "GET" -> Answers.json(Answers.version(at(request, subject, number)));
            case "DELETE" ->
                Answers.json(topic.change(
                        request.cluster(),
                        state -> new SchemaChanges(state).deleteVersion(subject, number, request.flag("permanent"))));
            default -> throw RegistryRoutes.notAllowed();
        };
    }

    private SchemaVersion at(RegistryRequest request, String subject, @Nullable Integer number)
            throws RegistryProblem, ClientException, InterruptedException {
        return shown(request, state -> new Version(number).in(subject, state, request.flag("deleted")));
    }

    /// The latest version whose metadata has all of the properties `key` with the values `value`.
    private HttpResponse metadata(RegistryRequest request)
            throws RegistryProblem, ClientException, InterruptedException {
        RegistryRoutes.only(request, "GET");
        String subject = request.subject(1);
        List<String> keys = request.values("key");
        List<String> values = request.values("value");
        if (keys.size() != values.size()) throw new RegistryProblem(422, "As many values as keys are needed");
        boolean deleted = request.flag("deleted");
        return Answers.json(Answers.version(shown(request, state -> {
            List<SchemaVersion> versions = state.versions(subject, deleted);
            if (versions.isEmpty()) throw RegistryProblem.noSubject(subject);
            for (SchemaVersion each : versions.reversed()) if (has(each, keys, values)) return each;
            throw RegistryProblem.noVersion("with these properties");
        })));
    }

    private static boolean has(SchemaVersion version, List<String> keys, List<String> values) {
        if (!(version.schema().metadata().get("properties") instanceof Map<?, ?> properties)) return keys.isEmpty();
        for (int i = 0; i < keys.size(); i++) if (!values.get(i).equals(properties.get(keys.get(i)))) return false;
        return true;
    }

    /// A version in the form that the request asks for.
    private SchemaVersion shown(RegistryRequest request, SchemaTopic.Look<SchemaVersion> find)
            throws RegistryProblem, ClientException, InterruptedException {
        record Found(SchemaVersion version, ShownSchema shown) {}
        Found found = topic.look(request.cluster(), state -> {
            SchemaVersion version = find.at(state);
            return new Found(version, ShownSchema.of(request, version.schema(), state));
        });
        SchemaVersion version = found.version;
        return new SchemaVersion(
                version.subject(), version.version(), version.id(), found.shown.inForm(), version.deleted());
    }

    private HttpResponse partOfVersion(RegistryRequest request)
            throws RegistryProblem, ClientException, InterruptedException {
        RegistryRoutes.only(request, "GET");
        String subject = request.subject(1);
        @Nullable Integer number = request.version(3);
        return switch (request.path().get(4)) {
            case "schema" -> Answers.text(at(request, subject, number).schema().text());
            case "referencedby" ->
                Answers.json(topic.look(request.cluster(), state -> {
                    int version = new Version(number).in(subject, state, true).version();
                    return state.referencesTo(subject, version).stream()
                            .map(SchemaVersion::id)
                            .distinct()
                            .toList();
                }));
            default -> throw RegistryRoutes.notFound();
        };
    }

    /// `/compatibility/subjects/{subject}/versions[/{version}]`.
    HttpResponse compatibility(RegistryRequest request) throws RegistryProblem, ClientException, InterruptedException {
        List<String> path = request.path();
        boolean fits = (path.size() == 4 || path.size() == 5)
                && path.get(1).equals("subjects")
                && path.get(3).equals("versions");
        if (!fits) throw RegistryRoutes.notFound();
        RegistryRoutes.only(request, "POST");
        List<String> obstacles = registrar.obstacles(
                request, request.subject(2), path.size() == 5 ? new Version(request.version(4)) : null);
        JsonObject answer = Answers.of("is_compatible", obstacles.isEmpty());
        if (request.flag("verbose")) answer.put("messages", obstacles);
        return Answers.json(answer);
    }
}
