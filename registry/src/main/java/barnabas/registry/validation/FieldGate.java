package barnabas.registry.validation;

import barnabas.base.Mutex;
import barnabas.config.TopicConfig.FieldValidation;
import barnabas.config.TopicConfig.SubjectNames;
import barnabas.config.TopicConfig.ValidationLevel;
import barnabas.log.RecordGate;
import barnabas.registry.kinds.SchemaKind.Used;
import barnabas.registry.model.RegistryProblem;
import barnabas.registry.model.SchemaText;
import barnabas.registry.model.SchemaVersion;
import barnabas.registry.model.Subjects;
import barnabas.registry.state.References;
import barnabas.registry.state.RegistryState;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Check of the keys or of the values of one topic. Data begins with a byte 0 and the id of its schema in four bytes.
///
/// Any thread decides, on an immutable table of the ids that were named before; ids that are not in it are looked up
/// with the next refresh.
final class FieldGate {
    private static final int HEAD_BYTES = 5;
    private static final int IDS_MAX = 1_000;

    private final String field;
    private final String topic;
    private final FieldValidation wanted;
    private final Mutex lock = new Mutex();
    private final TreeSet<Integer> missed = new TreeSet<>(); // guarded by lock
    private int resolutions; // guarded by lock
    private int newestTaken; // guarded by lock
    private int tables; // guarded by lock
    private volatile boolean misses;
    private volatile boolean used;
    private volatile KnownIds known = KnownIds.NONE;
    /// Tables so far. Counts after the table is there, and before [#misses] says that nothing is missing.
    private volatile int reads;

    /// @param field `key` or `value`
    FieldGate(String field, String topic, FieldValidation wanted) {
        this.field = field;
        this.topic = topic;
        this.wanted = wanted;
    }

    /// As [RecordGate#problem].
    @Nullable
    String problem(ByteBuffer bytes, int at, int length, boolean onLoop) {
        if (length < 0 || wanted.level() == ValidationLevel.NONE) return null;
        if (length < HEAD_BYTES || bytes.get(at) != 0)
            return "The " + field + " does not begin with the id of a schema (a byte 0, then four bytes)";
        int id = bytes.getInt(at + 1);
        KnownIds ids = known;
        int index = ids.indexOf(id);
        if (!used) used = true;
        if (index < 0) {
            miss(id);
            return onLoop ? RecordGate.LATER : "The " + field + " has the schema id " + id + ", which " + subjects();
        }
        if (wanted.level() == ValidationLevel.ID) return null;
        SchemaBody body = ids.body(index);
        if (onLoop && !body.isFast()) return RecordGate.LATER;
        String reason = body.problem(bytes, at + HEAD_BYTES, at + length);
        return reason == null ? null : "The " + field + " is not data of its schema " + id + reason;
    }

    private String subjects() {
        return switch (wanted.subjects()) {
            case TOPIC -> "no version of the subject " + topic + "-" + field + " has";
            case RECORD -> "no subject with the name of its record type has";
            case TOPIC_RECORD -> "no subject " + topic + "-<name of its record type> has";
        };
    }

    private void miss(int id) {
        try (var _ = lock.hold()) {
            if (missed.size() < IDS_MAX) missed.add(id);
            misses = true;
        }
    }

    boolean missesSchemas() {
        return misses;
    }

    /// Number of tables so far: a record that was refused is worth another look when it has grown.
    int reads() {
        return reads;
    }

    /// Whether records came since the last call.
    boolean wasUsed() {
        boolean was = used;
        used = false;
        return was;
    }

    /// A schema that may be one of the topic's.
    ///
    /// @param subjects live ones in which it is
    private record Candidate(int id, SchemaText schema, List<Used> references, List<String> subjects) {}

    /// Looks up the ids that were named, in a state with all records.
    Resolution resolve(RegistryState state) {
        var asked = new TreeSet<Integer>();
        int number;
        try (var _ = lock.hold()) {
            number = ++resolutions;
            asked.addAll(missed);
        }
        List<Candidate> candidates = candidates(asked, state);
        var before = new TreeSet<Integer>();
        known.addTo(before);
        before.removeAll(asked);
        List<Candidate> kept = candidates(before, state);
        if (candidates.size() + kept.size() <= IDS_MAX) candidates.addAll(kept);
        asked.addAll(before);
        return new Resolution(number, asked, candidates);
    }

    private List<Candidate> candidates(Set<Integer> ids, RegistryState state) {
        var candidates = new ArrayList<Candidate>();
        for (int id : ids) {
            SchemaText schema = state.schema(Subjects.DEFAULT_CONTEXT, id).orElse(null);
            if (schema == null) continue;
            List<String> subjects = subjectsOf(id, state);
            if (subjects.isEmpty()) continue;
            try {
                candidates.add(new Candidate(id, schema, References.of(schema, state), subjects));
            } catch (RegistryProblem _) {
                // a schema that lacks a reference has no data
            }
        }
        return candidates;
    }

    private List<String> subjectsOf(int id, RegistryState state) {
        var names = new ArrayList<String>();
        List<SchemaVersion> versions = wanted.subjects() == SubjectNames.TOPIC
                ? state.versions(topic + "-" + field, false)
                : state.usesOf(Subjects.DEFAULT_CONTEXT, id, false);
        for (SchemaVersion each : versions) if (each.id() == id) names.add(each.subject());
        return names;
    }

    /// Schemas for the next table. Made under the lock of the state, parsed outside of it: of two at a time the older
    /// one may come last.
    final class Resolution {
        private final int number;
        private final Set<Integer> asked;
        private final List<Candidate> candidates;

        private Resolution(int number, Set<Integer> asked, List<Candidate> candidates) {
            this.number = number;
            this.asked = asked;
            this.candidates = candidates;
        }

        void take() {
            KnownIds before = known;
            var found = new TreeMap<Integer, SchemaBody>();
            for (Candidate each : candidates) {
                SchemaBody body = before.bodyOf(each.id, each.schema);
                if (body == null) body = SchemaBody.of(each.schema, each.references, needsParsing());
                if (belongs(body, each.subjects)) found.put(each.id, body);
            }
            try (var _ = lock.hold()) {
                boolean newest = number > newestTaken;
                if (newest) newestTaken = number;
                var next = new TreeMap<Integer, SchemaBody>();
                known.addTo(next);
                if (newest) next.keySet().removeAll(asked);
                // a newer one knows better of the ids in its table
                found.forEach(next::putIfAbsent);
                known = KnownIds.of(next.size() <= IDS_MAX ? next : found);
                reads = ++tables;
                missed.removeAll(asked);
                misses = !missed.isEmpty();
            }
        }

        private boolean needsParsing() {
            return wanted.level() == ValidationLevel.FULL || wanted.subjects() != SubjectNames.TOPIC;
        }

        private boolean belongs(SchemaBody body, List<String> subjects) {
            return switch (wanted.subjects()) {
                case TOPIC -> true;
                case RECORD -> body.recordNames().stream().anyMatch(subjects::contains);
                case TOPIC_RECORD ->
                    body.recordNames().stream().anyMatch(name -> subjects.contains(topic + "-" + name));
            };
        }
    }
}
