package barnabas.registry.state;

import barnabas.console.json.JsonObject;
import barnabas.console.json.JsonText;
import barnabas.console.json.JsonTree;
import barnabas.console.json.JsonTree.MalformedJson;
import barnabas.protocol.records.RecordHeader;
import barnabas.registry.model.Compatibility;
import barnabas.registry.model.Mode;
import barnabas.registry.model.Reference;
import barnabas.registry.model.SchemaText;
import barnabas.registry.model.SchemaType;
import barnabas.registry.model.Subjects;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Records of `_schemas` as bytes, in the format of Confluent's registry: JSON keys and values.
///
/// ```
/// {"keytype":"SCHEMA","subject":"s","version":1,"magic":1}
/// {"subject":"s","version":1,"id":1,"schema":"…","deleted":false}
/// {"keytype":"DELETE_SUBJECT","subject":"s","magic":0}        {"subject":"s","version":2}
/// {"keytype":"CLEAR_SUBJECT","subject":"s","magic":0}         {"subject":"s"}
/// {"keytype":"CONFIG","subject":null,"magic":0}               {"compatibilityLevel":"FULL"}
/// {"keytype":"MODE","subject":null,"magic":0}                 {"mode":"READONLY"}
/// {"keytype":"CONTEXT","tenant":"default","context":".c","magic":0}      header barnabas.id.max: ASCII digits
/// {"keytype":"NOOP","magic":0}
/// ```
public final class RecordFormat {
    private static final int SCHEMA_MAGIC = 1;
    private static final int REFERENCES_MAX = 10_000;
    private static final String ID_MAX = "barnabas.id.max";

    private RecordFormat() {}

    /// Key, value and headers of a record, not to be changed.
    public static final class Bytes {
        private final byte[] key;
        private final byte @Nullable [] value;
        private final List<RecordHeader> headers;

        Bytes(byte[] key, byte @Nullable [] value) {
            this(key, value, List.of());
        }

        Bytes(byte[] key, byte @Nullable [] value, List<RecordHeader> headers) {
            this.key = key;
            this.value = value;
            this.headers = headers;
        }

        /// Other registries do not look at them.
        public List<RecordHeader> headers() {
            return headers;
        }

        public byte[] key() {
            return key;
        }

        /// Null for a tombstone.
        public byte @Nullable [] value() {
            return value;
        }
    }

    /// A record that is not of this format.
    public static final class UnknownRecord extends Exception {
        private static final long serialVersionUID = 1;

        UnknownRecord(String message) {
            super(message);
        }
    }

    public static SchemaRecord read(byte[] keyBytes, byte @Nullable [] valueBytes) throws UnknownRecord {
        Map<?, ?> key = object(keyBytes, "key");
        Map<?, ?> value = valueBytes == null ? null : object(valueBytes, "value");
        String subject = key.get("subject") instanceof String text ? Subjects.canonical(text) : "";
        return switch (text(key, "keytype")) {
            case "SCHEMA" -> version(subject, number(key, "version"), value, keyBytes);
            case "DELETE_SUBJECT" ->
                value == null
                        ? new SchemaRecord.Nothing()
                        : new SchemaRecord.DeletedSubject(subject, number(value, "version"));
            case "CLEAR_SUBJECT" ->
                value == null ? new SchemaRecord.Nothing() : new SchemaRecord.ClearedSubject(subject);
            case "CONFIG" -> new SchemaRecord.Config(subject, value == null ? null : config(value));
            case "MODE" -> new SchemaRecord.ModeOf(subject, value == null ? null : mode(value));
            case "CONTEXT" -> new SchemaRecord.Context(text(key, "context"), value == null, 0);
            case "NOOP" -> new SchemaRecord.Nothing();
            default -> throw new UnknownRecord("keytype " + key.get("keytype"));
        };
    }

    /// As above, of a record with headers.
    public static SchemaRecord read(byte[] keyBytes, byte @Nullable [] valueBytes, List<RecordHeader> headers)
            throws UnknownRecord {
        SchemaRecord record = read(keyBytes, valueBytes);
        if (!(record instanceof SchemaRecord.Context context)) return record;
        for (RecordHeader each : headers)
            if (each.key().equals(ID_MAX))
                return new SchemaRecord.Context(context.context(), context.gone(), idMax(each.value()));
        return record;
    }

    private static int idMax(@Nullable ByteBuffer digits) throws UnknownRecord {
        String text = digits == null
                ? ""
                : StandardCharsets.UTF_8.decode(digits.duplicate()).toString();
        if (!text.matches("[0-9]{1,10}") || Long.parseLong(text) > Integer.MAX_VALUE)
            throw new UnknownRecord("header " + ID_MAX + " is no id");
        return (int) Long.parseLong(text);
    }

    private static SchemaRecord version(String subject, int version, @Nullable Map<?, ?> value, byte[] key)
            throws UnknownRecord {
        if (subject.isEmpty() || version < 1) throw new UnknownRecord("a schema without subject or version");
        if (value == null) return new SchemaRecord.NoVersion(subject, version, new String(key, StandardCharsets.UTF_8));
        SchemaType type = SchemaType.named(value.get("schemaType") instanceof String name ? name : "AVRO");
        if (type == null) throw new UnknownRecord("schemaType " + value.get("schemaType"));
        var schema = new SchemaText(
                type,
                text(value, "schema"),
                references(value.get("references")),
                members(value.get("metadata")),
                members(value.get("ruleSet")));
        return new SchemaRecord.Version(
                subject, version, number(value, "id"), schema, Boolean.TRUE.equals(value.get("deleted")));
    }

    private static SubjectConfig config(Map<?, ?> value) {
        Compatibility level = value.get("compatibilityLevel") instanceof String name ? Compatibility.named(name) : null;
        return new SubjectConfig(level, value.get("normalize") instanceof Boolean flag ? flag : null);
    }

    private static Mode mode(Map<?, ?> value) throws UnknownRecord {
        Mode mode = value.get("mode") instanceof String name ? Mode.named(name) : null;
        if (mode == null) throw new UnknownRecord("mode " + value.get("mode"));
        return mode;
    }

    /// References of a JSON array; none when it is missing.
    static List<Reference> references(@Nullable Object value) throws UnknownRecord {
        if (!(value instanceof List<?> list)) return List.of();
        if (list.size() > REFERENCES_MAX) throw new UnknownRecord(list.size() + " references");
        var references = new ArrayList<Reference>(list.size());
        for (Object each : list) {
            if (!(each instanceof Map<?, ?> map)) throw new UnknownRecord("a reference that is no object");
            references.add(
                    new Reference(text(map, "name"), Subjects.canonical(text(map, "subject")), number(map, "version")));
        }
        return references;
    }

    /// Members of a JSON object; none of everything else.
    static Map<String, Object> members(@Nullable Object value) {
        if (!(value instanceof Map<?, ?> map) || map.isEmpty()) return Map.of();
        var members = new LinkedHashMap<String, Object>();
        map.forEach((name, member) -> members.put(String.valueOf(name), member));
        return members;
    }

    private static Map<?, ?> object(byte[] json, String what) throws UnknownRecord {
        try {
            if (JsonTree.parse(json) instanceof Map<?, ?> map) return map;
        } catch (MalformedJson e) {
            throw new UnknownRecord("the " + what + " is no JSON: " + e.getMessage());
        }
        throw new UnknownRecord("the " + what + " is no JSON object");
    }

    private static String text(Map<?, ?> from, String name) throws UnknownRecord {
        if (from.get(name) instanceof String text) return text;
        throw new UnknownRecord("no " + name);
    }

    private static int number(Map<?, ?> from, String name) throws UnknownRecord {
        if (from.get(name) instanceof BigDecimal number) {
            int whole = number.intValue();
            if (number.compareTo(BigDecimal.valueOf(whole)) == 0) return whole;
        }
        throw new UnknownRecord("no number " + name);
    }

    /// The key of a version as this registry writes it.
    public static String versionKey(String subject, int version) {
        return text(new JsonObject()
                .put("keytype", "SCHEMA")
                .put("subject", subject)
                .put("version", version)
                .put("magic", SCHEMA_MAGIC));
    }

    public static Bytes write(SchemaRecord record) {
        return switch (record) {
            case SchemaRecord.Version v -> new Bytes(utf8(versionKey(v.subject(), v.version())), bytes(value(v)));
            case SchemaRecord.NoVersion gone -> new Bytes(utf8(gone.key()), null);
            case SchemaRecord.DeletedSubject deleted ->
                new Bytes(
                        bytes(key("DELETE_SUBJECT", deleted.subject())),
                        bytes(new JsonObject()
                                .put("subject", deleted.subject())
                                .put("version", deleted.upToVersion())));
            case SchemaRecord.ClearedSubject cleared ->
                new Bytes(
                        bytes(key("CLEAR_SUBJECT", cleared.subject())),
                        bytes(JsonObject.of("subject", cleared.subject())));
            case SchemaRecord.Config config -> new Bytes(bytes(key("CONFIG", config.subject())), value(config));
            case SchemaRecord.ModeOf mode ->
                new Bytes(
                        bytes(key("MODE", mode.subject())),
                        mode.mode() == null
                                ? null
                                : bytes(JsonObject.of("mode", mode.mode().name())));
            case SchemaRecord.Context context -> context(context);
            case SchemaRecord.Nothing _ ->
                new Bytes(bytes(JsonObject.of("keytype", "NOOP").put("magic", 0)), null);
        };
    }

    private static Bytes context(SchemaRecord.Context context) {
        var value = new JsonObject().put("tenant", "default").put("context", context.context());
        var key = new JsonObject()
                .put("keytype", "CONTEXT")
                .put("tenant", "default")
                .put("context", context.context())
                .put("magic", 0);
        var idMax = new RecordHeader(ID_MAX, ByteBuffer.wrap(utf8(Integer.toString(context.idMax()))));
        return new Bytes(
                bytes(key), context.gone() ? null : bytes(value), context.idMax() > 0 ? List.of(idMax) : List.of());
    }

    private static JsonObject key(String type, String subject) {
        return new JsonObject()
                .put("keytype", type)
                .put("subject", subject.isEmpty() ? null : subject)
                .put("magic", 0);
    }

    private static byte @Nullable [] value(SchemaRecord.Config config) {
        SubjectConfig settings = config.settings();
        if (settings == null) return null;
        var value = new JsonObject();
        if (!config.subject().isEmpty()) value.put("subject", config.subject());
        if (settings.compatibility() != null)
            value.put("compatibilityLevel", settings.compatibility().name());
        if (settings.normalize() != null) value.put("normalize", settings.normalize());
        return bytes(value);
    }

    private static JsonObject value(SchemaRecord.Version version) {
        SchemaText schema = version.schema();
        var value = new JsonObject()
                .put("subject", version.subject())
                .put("version", version.version())
                .put("id", version.id());
        if (schema.type() != SchemaType.AVRO)
            value.put("schemaType", schema.type().name());
        if (!schema.references().isEmpty()) value.put("references", references(schema.references()));
        if (!schema.metadata().isEmpty()) value.put("metadata", schema.metadata());
        if (!schema.ruleSet().isEmpty()) value.put("ruleSet", schema.ruleSet());
        return value.put("schema", schema.text()).put("deleted", version.deleted());
    }

    /// References as JSON.
    public static List<JsonObject> references(List<Reference> references) {
        var list = new ArrayList<JsonObject>();
        for (Reference each : references)
            list.add(new JsonObject()
                    .put("name", each.name())
                    .put("subject", each.subject())
                    .put("version", each.version()));
        return list;
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String text(JsonObject json) {
        return new String(bytes(json), StandardCharsets.UTF_8);
    }

    private static byte[] bytes(JsonObject json) {
        ByteBuffer text = JsonText.of(json);
        var bytes = new byte[text.remaining()];
        text.get(bytes);
        return bytes;
    }
}
