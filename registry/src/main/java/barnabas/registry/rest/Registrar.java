package barnabas.registry.rest;

import barnabas.client.ClientException;
import barnabas.registry.kinds.ParsedSchema;
import barnabas.registry.kinds.SchemaKind;
import barnabas.registry.kinds.SchemaKind.Used;
import barnabas.registry.model.Compatibility;
import barnabas.registry.model.Mode;
import barnabas.registry.model.RegistryProblem;
import barnabas.registry.model.SchemaText;
import barnabas.registry.model.SchemaVersion;
import barnabas.registry.state.CompatibilityCheck;
import barnabas.registry.state.CompatibilityCheck.Before;
import barnabas.registry.state.Decision;
import barnabas.registry.state.References;
import barnabas.registry.state.RegistryState;
import barnabas.registry.state.SchemaChanges;
import barnabas.registry.state.SchemaChanges.Registration;
import barnabas.registry.store.SchemaTopic;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Registers, finds and checks schemas. Parsing and checking run outside of all locks, on a state that was looked at
/// before; a registration is decided only if the subject is still as it was then.
final class Registrar {
    private static final int TRIES_MAX = 5;

    private final SchemaTopic topic;

    Registrar(SchemaTopic topic) {
        this.topic = topic;
    }

    /// Parts of the state that a check depends on.
    private record Ground(List<SchemaVersion> live, Compatibility level, Mode mode) {
        static Ground of(String subject, RegistryState state) {
            return new Ground(state.versions(subject, false), state.compatibilityFor(subject), state.modeFor(subject));
        }
    }

    /// A schema with what it is checked against.
    private record Prepared(
            SchemaText schema, List<Used> used, boolean normalize, Ground ground, List<Before> before) {}

    private Prepared prepare(RegistryRequest request, String subject, SchemaText sent, boolean all)
            throws RegistryProblem, ClientException, InterruptedException {
        return topic.look(request.cluster(), state -> prepare(request, subject, sent, all, state));
    }

    private static Prepared prepare(
            RegistryRequest request, String subject, SchemaText sent, boolean all, RegistryState state)
            throws RegistryProblem {
        SchemaText schema = sent.withReferences(References.withVersions(sent.references(), state));
        var ground = Ground.of(subject, state);
        return new Prepared(
                schema,
                References.of(schema, state),
                request.flag("normalize") || state.normalizes(subject),
                ground,
                all ? CompatibilityCheck.before(ground.live, ground.level, state) : List.of());
    }

    private static ParsedSchema parse(Prepared prepared) throws RegistryProblem {
        SchemaText schema = prepared.schema;
        return SchemaKind.of(schema.type()).parse(schema.text(), prepared.used);
    }

    private static SchemaText stored(Prepared prepared, ParsedSchema parsed) {
        return prepared.schema.withText(prepared.normalize ? parsed.normalized() : parsed.canonical());
    }

    /// Registers a schema under a subject, or finds it there.
    SchemaVersion register(RegistryRequest request, String subject)
            throws RegistryProblem, ClientException, InterruptedException {
        Submission sent = Submission.of(request);
        for (int i = 0; i < TRIES_MAX; i++) {
            Prepared prepared = topic.look(request.cluster(), state -> {
                new SchemaChanges(state).checkRegistrable(subject, sent.id());
                return prepare(request, subject, sent.schema(), true, state);
            });
            ParsedSchema parsed = parse(prepared);
            SchemaText schema = stored(prepared, parsed);
            boolean imports = prepared.ground.mode == Mode.IMPORT;
            if (!imports) {
                Optional<SchemaVersion> present = present(prepared.ground.live, schema);
                if (present.isPresent()) return present.get();
                refuseObstacles(
                        subject, CompatibilityCheck.obstacles(schema, parsed, prepared.before, prepared.ground.level));
            }
            var wanted = new Registration(subject, schema, sent.id(), sent.version());
            Optional<SchemaVersion> registered =
                    topic.change(request.cluster(), state -> decide(wanted, prepared.ground, state));
            if (registered.isPresent()) return registered.get();
        }
        throw new RegistryProblem(50001, "Register operation failed: the subject changes all the time; try again");
    }

    private static Optional<SchemaVersion> present(List<SchemaVersion> versions, SchemaText schema) {
        for (SchemaVersion each : versions.reversed()) if (each.schema().equals(schema)) return Optional.of(each);
        return Optional.empty();
    }

    /// Empty when the subject is not as it was checked.
    private static Decision<Optional<SchemaVersion>> decide(Registration wanted, Ground ground, RegistryState state)
            throws RegistryProblem {
        if (!Ground.of(wanted.subject(), state).equals(ground)) return Decision.nothing(Optional.empty());
        Decision<SchemaVersion> decision = new SchemaChanges(state).register(wanted);
        return new Decision<>(decision.records(), Optional.of(decision.answer()));
    }

    private static void refuseObstacles(String subject, List<String> obstacles) throws RegistryProblem {
        if (obstacles.isEmpty()) return;
        throw new RegistryProblem(
                409,
                "Schema being registered is incompatible with an earlier schema for subject \"" + subject
                        + "\", details: " + obstacles);
    }

    /// The version of a subject with a schema.
    SchemaVersion find(RegistryRequest request, String subject)
            throws RegistryProblem, ClientException, InterruptedException {
        Submission sent = Submission.of(request);
        boolean deleted = request.flag("deleted");
        Prepared prepared = prepare(request, subject, sent.schema(), false);
        List<SchemaVersion> versions = topic.lookBack(state -> {
            if (state.versions(subject, deleted).isEmpty()) throw RegistryProblem.noSubject(subject);
            return state.versions(subject, deleted);
        });
        ParsedSchema parsed = parse(prepared);
        SchemaText exact = prepared.schema.withText(parsed.canonical());
        SchemaText normalized = prepared.schema.withText(parsed.normalized());
        return present(versions, exact).or(() -> present(versions, normalized)).orElseThrow(RegistryProblem::noSchema);
    }

    /// Reasons against a schema after one version, or after those that count at the subject's level.
    ///
    /// @param version null for all that count
    List<String> obstacles(RegistryRequest request, String subject, @Nullable Version version)
            throws RegistryProblem, ClientException, InterruptedException {
        Submission sent = Submission.of(request);
        Prepared prepared = prepare(request, subject, sent.schema(), version == null);
        ParsedSchema parsed = parse(prepared);
        if (version == null)
            return CompatibilityCheck.obstacles(prepared.schema, parsed, prepared.before, prepared.ground.level);
        if (prepared.ground.level == Compatibility.NONE) return List.of();
        Before before = topic.lookBack(state -> {
            SchemaVersion found = version.in(subject, state, false);
            return new Before(found, References.of(found.schema(), state));
        });
        return CompatibilityCheck.obstacles(prepared.schema, parsed, List.of(before), prepared.ground.level);
    }

    /// A version that a path names.
    ///
    /// @param number null for the latest
    record Version(@Nullable Integer number) {
        SchemaVersion in(String subject, RegistryState state, boolean deleted) throws RegistryProblem {
            if (state.versions(subject, deleted).isEmpty()) throw RegistryProblem.noSubject(subject);
            if (number == null)
                return deleted
                        ? state.versions(subject, true).getLast()
                        : state.latest(subject).orElseThrow(() -> RegistryProblem.noSubject(subject));
            return state.version(subject, number)
                    .filter(found -> deleted || !found.deleted())
                    .orElseThrow(() -> RegistryProblem.noVersion(String.valueOf(number)));
        }
    }
}
