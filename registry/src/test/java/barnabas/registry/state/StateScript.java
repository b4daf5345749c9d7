package barnabas.registry.state;

import barnabas.registry.model.RegistryProblem;
import barnabas.registry.model.SchemaVersion;
import barnabas.registry.state.RecordFormat.UnknownRecord;
import barnabas.transcripts.Command;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Plays records of the topic, and decisions on the state that they make.
///
/// ```
/// log KEY VALUE          takes a record; VALUE - is a tombstone
/// subjects               names of all subjects, deleted ones too
/// versions SUBJECT       number, id and text of each version
/// delete SUBJECT         decides, answers with the records
/// ```
final class StateScript {
    private final RegistryState state = new RegistryState();

    List<String> answersTo(Command command) {
        List<String> arguments = command.arguments();
        try {
            return switch (command.name()) {
                case "log" -> log(arguments.get(0), arguments.get(1));
                case "subjects" -> List.of(state.subjects(":*:", true, false).toString());
                case "versions" -> versions(arguments.getFirst());
                case "ids" -> List.of("highest " + state.idMax(arguments.getFirst()));
                case "level" ->
                    List.of(state.compatibilityFor(arguments.getFirst()).name());
                case "mode" -> List.of(state.modeFor(arguments.getFirst()).name());
                case "missing" -> records(state.missingTombstones(100));
                case "delete" ->
                    records(new SchemaChanges(state)
                            .deleteSubject(arguments.getFirst(), command.has("permanent"))
                            .records());
                default -> throw command.unknown();
            };
        } catch (UnknownRecord e) {
            return List.of("skipped: " + e.getMessage());
        } catch (RegistryProblem e) {
            return List.of(e.code() + " " + e.getMessage());
        }
    }

    private List<String> log(String key, String value) throws UnknownRecord {
        SchemaRecord record = RecordFormat.read(utf8(key), value.equals("-") ? null : utf8(value));
        return state.apply(record, key) ? List.of() : List.of("contradicts");
    }

    private List<String> versions(String subject) {
        var lines = new ArrayList<String>();
        for (SchemaVersion each : state.versions(subject, true))
            lines.add(each.version() + " id " + each.id() + " " + each.schema().text()
                    + (each.deleted() ? " deleted" : ""));
        return lines;
    }

    private static List<String> records(List<SchemaRecord> records) {
        var lines = new ArrayList<String>();
        for (SchemaRecord each : records) {
            RecordFormat.Bytes bytes = RecordFormat.write(each);
            lines.add(text(bytes.key()) + " " + text(bytes.value()));
        }
        return lines;
    }

    private static String text(byte @Nullable [] bytes) {
        return bytes == null ? "-" : new String(bytes, StandardCharsets.UTF_8);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
