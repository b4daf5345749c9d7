package barnabas.registry.state;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.protocol.records.RecordHeader;
import barnabas.registry.model.Compatibility;
import barnabas.registry.model.Mode;
import barnabas.registry.model.RegistryProblem;
import barnabas.registry.model.SchemaText;
import barnabas.registry.model.SchemaType;
import barnabas.registry.state.RecordFormat.UnknownRecord;
import barnabas.registry.state.SchemaChanges.Registration;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A compacted topic makes the same state as the whole one, whether or not its tombstones are still there.
final class CompactionPropertyTest {
    private record Entry(String key, String value, List<RecordHeader> headers) {}

    private final List<Entry> log = new ArrayList<>();
    private final RegistryState state = new RegistryState();

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
    void compactionChangesNothing(long seed) throws Exception {
        var random = new Random(seed);
        for (int i = 0; i < 200; i++) {
            change(random);
            if (i % 20 == 19) {
                settle();
                String whole = view(replay(log));
                assertThat(view(state)).as("seed %d step %d", seed, i).isEqualTo(whole);
                assertThat(view(replay(compacted(true))))
                        .as("compacted, seed %d step %d", seed, i)
                        .isEqualTo(whole);
                assertThat(view(replay(compacted(false))))
                        .as("without tombstones, seed %d step %d", seed, i)
                        .isEqualTo(whole);
            }
        }
    }

    private void change(Random random) throws UnknownRecord {
        String subject = (random.nextInt(4) == 0 ? ":.c:" : "") + "s" + random.nextInt(3);
        var changes = new SchemaChanges(state);
        var schema = SchemaText.of(SchemaType.AVRO, String.valueOf(random.nextInt(6)), List.of());
        try {
            List<SchemaRecord> records = switch (random.nextInt(8)) {
                case 0, 1, 2 ->
                    changes.register(new Registration(subject, schema, 0, 0)).records();
                case 3 -> changes.deleteSubject(subject, random.nextBoolean()).records();
                case 4 ->
                    changes.deleteVersion(subject, null, random.nextBoolean()).records();
                case 5 ->
                    changes.setConfig(subject, new SubjectConfig(Compatibility.FULL, null))
                            .records();
                case 6 -> changes.setMode(subject, Mode.READWRITE, false).records();
                default -> List.of();
            };
            boolean foreign = random.nextInt(6) == 0;
            for (SchemaRecord each : records) append(each, foreign);
        } catch (RegistryProblem refused) {
            return;
        }
    }

    /// @param foreign as another program might write the key
    private void append(SchemaRecord record, boolean foreign) throws UnknownRecord {
        RecordFormat.Bytes bytes = RecordFormat.write(record);
        String key = new String(bytes.key(), StandardCharsets.UTF_8);
        if (foreign) key = key.replace("{\"keytype\":\"SCHEMA\",", "{ \"keytype\" : \"SCHEMA\",");
        byte[] value = bytes.value();
        var entry = new Entry(key, value == null ? null : new String(value, StandardCharsets.UTF_8), bytes.headers());
        log.add(entry);
        take(state, entry);
    }

    /// Writes what the next change would write too.
    private void settle() throws UnknownRecord {
        for (SchemaRecord each : state.missingTombstones(1_000)) append(each, false);
    }

    private static void take(RegistryState state, Entry entry) throws UnknownRecord {
        byte[] value = entry.value == null ? null : entry.value.getBytes(StandardCharsets.UTF_8);
        state.apply(RecordFormat.read(entry.key.getBytes(StandardCharsets.UTF_8), value, entry.headers), entry.key);
    }

    private static RegistryState replay(List<Entry> entries) throws UnknownRecord {
        var replayed = new RegistryState();
        for (Entry each : entries) take(replayed, each);
        return replayed;
    }

    private List<Entry> compacted(boolean withTombstones) {
        Map<String, Integer> last = new HashMap<>();
        for (int i = 0; i < log.size(); i++) last.put(log.get(i).key, i);
        var kept = new ArrayList<Entry>();
        for (int i = 0; i < log.size(); i++) {
            Entry each = log.get(i);
            if (last.get(each.key) == i && (withTombstones || each.value != null)) kept.add(each);
        }
        return kept;
    }

    private static String view(RegistryState state) {
        var view = new TreeMap<String, String>();
        for (String each : state.subjects(":*:", true, false))
            view.put(each, state.versions(each, true) + " " + state.config(each) + " " + state.mode(each));
        return view + " " + state.idMax(".") + " " + state.idMax(".c");
    }
}
