package barnabas.registry.state;

import barnabas.registry.model.Mode;
import barnabas.registry.model.RegistryProblem;
import barnabas.registry.model.SchemaText;
import barnabas.registry.model.SchemaVersion;
import barnabas.registry.model.Subjects;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Decisions on changes: what is appended, or why it is refused. Nothing changes before the records come back from the
/// topic.
public final class SchemaChanges {
    static final int SCHEMAS_MAX = 100_000;
    static final long TEXT_BYTES_MAX = 256L << 20;

    private final RegistryState state;

    public SchemaChanges(RegistryState state) {
        this.state = state;
    }

    /// A schema to register, parsed and checked against the versions before.
    ///
    /// @param id of another registry, 0 for the next one
    /// @param version of another registry, 0 for the next one
    public record Registration(String subject, SchemaText schema, int id, int version) {}

    /// The version that has this content already.
    public Optional<SchemaVersion> registered(String subject, SchemaText schema, boolean deleted) {
        List<SchemaVersion> versions = state.versions(subject, deleted);
        for (SchemaVersion each : versions.reversed()) if (each.schema().equals(schema)) return Optional.of(each);
        return Optional.empty();
    }

    /// Fails unless the subject takes schemas.
    public void checkWritable(String subject) throws RegistryProblem {
        if (state.modeFor(subject).readOnly())
            throw RegistryProblem.notPermitted(place(subject) + " is in read-only mode");
    }

    private static String place(String subject) {
        return subject.isEmpty() ? "The registry" : "Subject " + subject;
    }

    /// Fails unless the subject takes a schema.
    ///
    /// @param id of an import, 0 without one
    public void checkRegistrable(String subject, int id) throws RegistryProblem {
        checkWritable(subject);
        boolean imports = state.modeFor(subject) == Mode.IMPORT;
        if (id > 0 && !imports) throw RegistryProblem.notPermitted("Subject " + subject + " is not in import mode");
        if (id <= 0 && imports)
            throw RegistryProblem.notPermitted("Subject " + subject + " is in import mode, and the schema has no id");
    }

    public Decision<SchemaVersion> register(Registration wanted) throws RegistryProblem {
        String subject = wanted.subject();
        checkRegistrable(subject, wanted.id());
        boolean imports = state.modeFor(subject) == Mode.IMPORT;
        if (!imports) {
            Optional<SchemaVersion> present = registered(subject, wanted.schema(), false);
            if (present.isPresent()) return Decision.nothing(present.get());
        }
        String context = Subjects.context(subject);
        int id = imports ? wanted.id() : idFor(context, wanted.schema());
        int version = wanted.version() > 0 ? wanted.version() : state.nextVersion(subject);
        Optional<SchemaText> before = state.schema(context, id);
        if (before.isPresent() && !before.get().equals(wanted.schema()))
            throw RegistryProblem.notPermitted("Overwrite new schema with id " + id + " is not permitted.");
        checkLimits(wanted.schema());
        var record = new SchemaRecord.Version(subject, version, id, wanted.schema(), false);
        return new Decision<>(List.of(record), new SchemaVersion(subject, version, id, wanted.schema(), false));
    }

    private int idFor(String context, SchemaText schema) throws RegistryProblem {
        Optional<Integer> present = state.id(context, schema);
        if (present.isPresent()) return present.get();
        if (state.idMax(context) == Integer.MAX_VALUE)
            throw RegistryProblem.notPermitted("The context " + context + " has no id left");
        return state.idMax(context) + 1;
    }

    private void checkLimits(SchemaText schema) throws RegistryProblem {
        if (state.schemaCount() >= SCHEMAS_MAX)
            throw RegistryProblem.notPermitted("The registry holds " + SCHEMAS_MAX + " schemas, which is its limit");
        if (state.textBytes() + schema.text().length() > TEXT_BYTES_MAX)
            throw RegistryProblem.notPermitted(
                    "The registry holds " + (TEXT_BYTES_MAX >> 20) + " MB of schemas, which is its limit");
    }

    public Decision<List<Integer>> deleteSubject(String subject, boolean permanent) throws RegistryProblem {
        checkWritable(subject);
        List<SchemaVersion> all = state.versions(subject, true);
        List<SchemaVersion> live = state.versions(subject, false);
        if (all.isEmpty()) throw RegistryProblem.noSubject(subject);
        if (permanent && !live.isEmpty())
            throw new RegistryProblem(
                    40405, "Subject '" + subject + "' was not deleted first before being permanently deleted");
        if (!permanent && live.isEmpty())
            throw new RegistryProblem(
                    40404, "Subject '" + subject + "' was soft deleted.Set permanent=true to delete permanently");
        for (SchemaVersion each : permanent ? all : live) checkNoReferences(each);
        var records = new ArrayList<SchemaRecord>();
        if (permanent) {
            for (SchemaVersion each : all) records.addAll(tombstones(each));
            if (state.config(subject).isPresent()) records.add(new SchemaRecord.Config(subject, null));
            if (state.mode(subject).isPresent()) records.add(new SchemaRecord.ModeOf(subject, null));
        } else {
            records.add(new SchemaRecord.DeletedSubject(subject, live.getLast().version()));
        }
        return new Decision<>(
                records,
                (permanent ? all : live).stream().map(SchemaVersion::version).toList());
    }

    private List<SchemaRecord> tombstones(SchemaVersion gone) {
        var records = new ArrayList<SchemaRecord>();
        String context = Subjects.context(gone.subject());
        // Nothing else would say after a compaction that this id was given out.
        if (gone.id() == state.idMax(context)) records.add(new SchemaRecord.Context(context, false, gone.id()));
        for (String key : state.keys(gone.subject(), gone.version()))
            records.add(new SchemaRecord.NoVersion(gone.subject(), gone.version(), key));
        return records;
    }

    private void checkNoReferences(SchemaVersion version) throws RegistryProblem {
        if (state.referencesTo(version.subject(), version.version()).isEmpty()) return;
        throw new RegistryProblem(
                42206,
                "One or more references exist to the schema {magic=1,keytype=SCHEMA,subject=" + version.subject()
                        + ",version=" + version.version() + "}.");
    }

    /// @param number null for the latest
    public Decision<Integer> deleteVersion(String subject, @Nullable Integer number, boolean permanent)
            throws RegistryProblem {
        checkWritable(subject);
        List<SchemaVersion> all = state.versions(subject, true);
        if (all.isEmpty()) throw RegistryProblem.noSubject(subject);
        Optional<SchemaVersion> found;
        if (number != null) found = state.version(subject, number);
        else found = permanent ? Optional.of(all.getLast()) : state.latest(subject);
        SchemaVersion version = found.orElseThrow(() -> RegistryProblem.noVersion(String.valueOf(number)));
        if (permanent && !version.deleted())
            throw new RegistryProblem(
                    40407,
                    "Subject '" + subject + "' Version " + version.version()
                            + " was not deleted first before being permanently deleted");
        if (!permanent && version.deleted())
            throw new RegistryProblem(
                    40406,
                    "Subject '" + subject + "' Version " + version.version()
                            + " was soft deleted.Set permanent=true to delete permanently");
        checkNoReferences(version);
        List<SchemaRecord> records = permanent
                ? tombstones(version)
                : List.of(new SchemaRecord.Version(subject, version.version(), version.id(), version.schema(), true));
        return new Decision<>(records, version.version());
    }

    public Decision<SubjectConfig> setConfig(String subject, SubjectConfig wanted) throws RegistryProblem {
        checkWritable(subject);
        SubjectConfig before = state.config(subject).orElse(new SubjectConfig(null, null));
        var after = new SubjectConfig(
                wanted.compatibility() == null ? before.compatibility() : wanted.compatibility(),
                wanted.normalize() == null ? before.normalize() : wanted.normalize());
        return new Decision<>(List.of(new SchemaRecord.Config(subject, after)), after);
    }

    /// Answers with the settings as they were.
    public Decision<SubjectConfig> removeConfig(String subject) throws RegistryProblem {
        checkWritable(subject);
        Optional<SubjectConfig> before = state.config(subject);
        if (before.isEmpty() && !subject.isEmpty()) throw RegistryProblem.noSubject(subject);
        var effective = before.orElse(new SubjectConfig(state.compatibilityFor(""), null));
        return before.isEmpty()
                ? Decision.nothing(effective)
                : new Decision<>(List.of(new SchemaRecord.Config(subject, null)), effective);
    }

    /// @param force also when there are schemas that an import might collide with
    public Decision<Mode> setMode(String subject, Mode mode, boolean force) throws RegistryProblem {
        if (mode == Mode.IMPORT && state.modeFor(subject) != Mode.IMPORT && !force && hasSchemas(subject))
            throw RegistryProblem.notPermitted("Cannot import since found existing subjects");
        return new Decision<>(List.of(new SchemaRecord.ModeOf(subject, mode)), mode);
    }

    private boolean hasSchemas(String subject) {
        if (subject.isEmpty()) return state.schemaCount() > 0;
        if (Subjects.name(subject).isEmpty())
            return !state.subjects(subject, true, false).isEmpty();
        return !state.versions(subject, true).isEmpty();
    }

    /// Answers with the mode as it was.
    public Decision<Mode> removeMode(String subject) throws RegistryProblem {
        Mode before = state.mode(subject).orElse(null);
        if (before == null) throw RegistryProblem.noSubject(subject);
        return new Decision<>(List.of(new SchemaRecord.ModeOf(subject, null)), before);
    }
}
