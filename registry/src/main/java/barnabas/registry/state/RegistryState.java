package barnabas.registry.state;

import barnabas.registry.model.Compatibility;
import barnabas.registry.model.Mode;
import barnabas.registry.model.Reference;
import barnabas.registry.model.SchemaText;
import barnabas.registry.model.SchemaVersion;
import barnabas.registry.model.Subjects;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Subjects, versions, ids, settings and modes, as the records of the registry's topic make them one after the other.
/// Owner: the caller, who lets one thread in at a time.
///
/// - A later record of a version takes the place of an earlier one, as compaction does it.
/// - A version is gone with a tombstone whose key means it, in any spelling: other order of members, the default
///   context written out. The spellings that were seen are kept, so that each gets a tombstone of its own and
///   compaction cannot bring the version back.
/// - An id keeps the content that it had first for as long as a version uses it.
public final class RegistryState {
    private final TreeMap<String, SubjectVersions> subjects = new TreeMap<>();
    private final Map<String, ContextSchemas> contexts = new HashMap<>();
    private final TreeSet<String> emptyContexts = new TreeSet<>();
    private final Map<String, SubjectConfig> configs = new HashMap<>();
    private final Map<String, Mode> modes = new HashMap<>();
    /// Tombstones that are missing, by key.
    private final Map<String, SchemaRecord.NoVersion> leftovers = new LinkedHashMap<>();

    private long textBytes;

    /// Takes the next record.
    ///
    /// @param key text of the record's key
    /// @return false when the record contradicts an earlier one and was taken as far as possible
    public boolean apply(SchemaRecord record, String key) {
        return switch (record) {
            case SchemaRecord.Version version -> put(version, key);
            case SchemaRecord.NoVersion gone -> remove(gone.subject(), gone.version(), gone.key());
            case SchemaRecord.DeletedSubject deleted -> deleteSoftly(deleted);
            case SchemaRecord.ClearedSubject cleared -> clear(cleared.subject());
            case SchemaRecord.Config config -> set(configs, config.subject(), config.settings());
            case SchemaRecord.ModeOf mode -> set(modes, mode.subject(), mode.mode());
            case SchemaRecord.Context context -> setContext(context);
            case SchemaRecord.Nothing _ -> true;
        };
    }

    private boolean setContext(SchemaRecord.Context context) {
        if (context.gone()) emptyContexts.remove(context.context());
        else emptyContexts.add(context.context());
        if (context.idMax() > 0)
            contexts.computeIfAbsent(context.context(), _ -> new ContextSchemas())
                    .raise(context.idMax());
        return true;
    }

    private static <T> boolean set(Map<String, T> map, String subject, @Nullable T value) {
        if (value == null) map.remove(subject);
        else map.put(subject, value);
        return true;
    }

    private boolean put(SchemaRecord.Version version, String key) {
        String subject = version.subject();
        SubjectVersions versions = subjects.computeIfAbsent(subject, _ -> new SubjectVersions());
        ContextSchemas context = contextOf(subject);
        SubjectVersions.Entry before = versions.entries().get(version.version());
        int sizeBefore = context.size();
        boolean agrees = context.use(version.id(), version.schema());
        if (context.size() > sizeBefore) textBytes += version.schema().text().length();
        if (before != null) release(context, before.id());
        boolean canonical = key.equals(RecordFormat.versionKey(subject, version.version()));
        var entry = new SubjectVersions.Entry(
                version.id(),
                version.deleted(),
                canonical || (before != null && before.canonical()),
                before == null ? List.of() : before.spellings());
        if (!canonical) entry = entry.with(key);
        leftovers.remove(key);
        versions.entries().put(version.version(), entry);
        return agrees;
    }

    private void release(ContextSchemas context, int id) {
        SchemaText schema = context.schema(id);
        context.release(id);
        if (schema != null && context.schema(id) == null)
            textBytes -= schema.text().length();
    }

    private boolean remove(String subject, int version, String key) {
        leftovers.remove(key);
        SubjectVersions versions = subjects.get(subject);
        if (versions == null) return true;
        SubjectVersions.Entry gone = versions.entries().remove(version);
        if (gone != null) {
            release(contextOf(subject), gone.id());
            String written = RecordFormat.versionKey(subject, version);
            if (gone.canonical() && !written.equals(key))
                leftovers.put(written, new SchemaRecord.NoVersion(subject, version, written));
            for (String each : gone.spellings())
                if (!each.equals(key)) leftovers.put(each, new SchemaRecord.NoVersion(subject, version, each));
        }
        if (versions.entries().isEmpty()) subjects.remove(subject);
        return true;
    }

    private boolean deleteSoftly(SchemaRecord.DeletedSubject deleted) {
        SubjectVersions versions = subjects.get(deleted.subject());
        if (versions == null) return true;
        versions.entries().headMap(deleted.upToVersion(), true).replaceAll((_, entry) -> entry.deletedSoftly());
        return true;
    }

    private boolean clear(String subject) {
        SubjectVersions versions = subjects.remove(subject);
        if (versions == null) return true;
        for (SubjectVersions.Entry each : versions.entries().values()) release(contextOf(subject), each.id());
        return true;
    }

    private ContextSchemas contextOf(String subject) {
        return contexts.computeIfAbsent(Subjects.context(subject), _ -> new ContextSchemas());
    }

    /// Tombstones for records of deleted versions that have another key than the tombstone which deleted them:
    /// compaction would remove that tombstone and leave the record. They are written with the next change.
    public List<SchemaRecord> missingTombstones(int countMax) {
        return leftovers.values().stream()
                .<SchemaRecord>map(each -> each)
                .limit(countMax)
                .toList();
    }

    /// Contents of all contexts.
    public int schemaCount() {
        int count = 0;
        for (ContextSchemas each : contexts.values()) count += each.size();
        return count;
    }

    /// Characters of all contents.
    public long textBytes() {
        return textBytes;
    }

    /// Qualified names in their order.
    ///
    /// @param prefix of the qualified name; `:*:` stands for all contexts
    public List<String> subjects(String prefix, boolean deleted, boolean deletedOnly) {
        boolean allContexts = prefix.startsWith(":*:");
        String start = allContexts ? prefix.substring(3) : prefix;
        var names = new ArrayList<String>();
        subjects.forEach((name, versions) -> {
            boolean fits = allContexts ? Subjects.name(name).startsWith(start) : name.startsWith(start);
            boolean live = versions.live();
            if (fits && (deletedOnly ? !live : live || deleted)) names.add(name);
        });
        return names;
    }

    /// Versions of a subject in their order.
    public List<SchemaVersion> versions(String subject, boolean deleted) {
        return versions(subject, entry -> deleted || !entry.deleted());
    }

    private List<SchemaVersion> versions(String subject, Predicate<SubjectVersions.Entry> fits) {
        var found = new ArrayList<SchemaVersion>();
        SubjectVersions versions = subjects.get(subject);
        if (versions == null) return found;
        ContextSchemas context = contextOf(subject);
        versions.entries().forEach((number, entry) -> {
            SchemaText schema = context.schema(entry.id());
            if (schema != null && fits.test(entry))
                found.add(new SchemaVersion(subject, number, entry.id(), schema, entry.deleted()));
        });
        return found;
    }

    public Optional<SchemaVersion> version(String subject, int version) {
        SubjectVersions versions = subjects.get(subject);
        SubjectVersions.Entry entry =
                versions == null ? null : versions.entries().get(version);
        if (entry == null) return Optional.empty();
        SchemaText schema = contextOf(subject).schema(entry.id());
        return schema == null
                ? Optional.empty()
                : Optional.of(new SchemaVersion(subject, version, entry.id(), schema, entry.deleted()));
    }

    /// The latest version that is not deleted.
    public Optional<SchemaVersion> latest(String subject) {
        SubjectVersions versions = subjects.get(subject);
        if (versions == null) return Optional.empty();
        NavigableMap<Integer, SubjectVersions.Entry> latestFirst =
                versions.entries().descendingMap();
        for (Map.Entry<Integer, SubjectVersions.Entry> each : latestFirst.entrySet())
            if (!each.getValue().deleted()) return version(subject, each.getKey());
        return Optional.empty();
    }

    /// The number for the next version: behind all that are there, deleted ones too.
    public int nextVersion(String subject) {
        SubjectVersions versions = subjects.get(subject);
        return versions == null ? 1 : versions.entries().lastKey() + 1;
    }

    /// Keys of a version's records in the topic.
    public List<String> keys(String subject, int version) {
        var keys = new ArrayList<String>();
        keys.add(RecordFormat.versionKey(subject, version));
        SubjectVersions versions = subjects.get(subject);
        SubjectVersions.Entry entry =
                versions == null ? null : versions.entries().get(version);
        if (entry != null) keys.addAll(entry.spellings());
        return keys;
    }

    public Optional<SchemaText> schema(String context, int id) {
        ContextSchemas schemas = contexts.get(context);
        return schemas == null ? Optional.empty() : Optional.ofNullable(schemas.schema(id));
    }

    /// The id of a content.
    public Optional<Integer> id(String context, SchemaText schema) {
        ContextSchemas schemas = contexts.get(context);
        return schemas == null ? Optional.empty() : Optional.ofNullable(schemas.id(schema));
    }

    /// The highest id of a context, 0 without any.
    public int idMax(String context) {
        ContextSchemas schemas = contexts.get(context);
        return schemas == null ? 0 : schemas.idMax();
    }

    /// Versions that use an id.
    public List<SchemaVersion> usesOf(String context, int id, boolean deleted) {
        var uses = new ArrayList<SchemaVersion>();
        for (String subject : subjects.keySet()) {
            if (!Subjects.context(subject).equals(context)) continue;
            uses.addAll(versions(subject, entry -> entry.id() == id && (deleted || !entry.deleted())));
        }
        return uses;
    }

    /// Versions that refer to a version, deleted ones excluded.
    public List<SchemaVersion> referencesTo(String subject, int version) {
        var found = new ArrayList<SchemaVersion>();
        for (String each : subjects.keySet())
            for (SchemaVersion candidate : versions(each, false))
                for (Reference reference : candidate.schema().references())
                    if (reference.version() == version && reference.subject().equals(subject)) {
                        found.add(candidate);
                        break;
                    }
        return found;
    }

    /// Names of contexts with schemas and of empty ones that were made, the default one always.
    public List<String> contexts() {
        var names = new TreeSet<>(emptyContexts);
        names.add(Subjects.DEFAULT_CONTEXT);
        for (String each : subjects.keySet()) names.add(Subjects.context(each));
        return List.copyOf(names);
    }

    /// Settings at exactly this place: a subject, `:.context:`, or empty for all.
    public Optional<SubjectConfig> config(String subject) {
        return Optional.ofNullable(configs.get(subject));
    }

    public Optional<Mode> mode(String subject) {
        return Optional.ofNullable(modes.get(subject));
    }

    /// The level that holds for a subject: its own, that of its context, that of all, or BACKWARD.
    public Compatibility compatibilityFor(String subject) {
        for (String place : places(subject)) {
            SubjectConfig config = configs.get(place);
            if (config != null && config.compatibility() != null) return config.compatibility();
        }
        return Compatibility.BACKWARD;
    }

    public boolean normalizes(String subject) {
        for (String place : places(subject)) {
            SubjectConfig config = configs.get(place);
            if (config != null && config.normalize() != null) return config.normalize();
        }
        return false;
    }

    /// The mode that holds for a subject.
    public Mode modeFor(String subject) {
        if (modes.get("") == Mode.READONLY_OVERRIDE) return Mode.READONLY_OVERRIDE;
        for (String place : places(subject)) {
            Mode mode = modes.get(place);
            if (mode != null) return mode;
        }
        return Mode.READWRITE;
    }

    private static List<String> places(String subject) {
        String context = Subjects.context(subject);
        return List.of(subject, Subjects.qualified(context, ""), "");
    }
}
