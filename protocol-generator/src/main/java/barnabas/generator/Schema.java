package barnabas.generator;

import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// One message schema.
///
/// @param kind what the message is: request, response, header, data, metadata, coordinator-key, coordinator-value
/// @param apiKey the API key, or the record type of metadata and coordinator records; -1 where there is none
/// @param structs every struct of the message by name, nested ones and common ones alike
public record Schema(
        String name,
        String kind,
        int apiKey,
        Versions validVersions,
        Versions flexibleVersions,
        boolean latestVersionUnstable,
        List<String> listeners,
        List<Field> fields,
        Map<String, List<Field>> structs) {

    /// Fields that Kafka's brokers fill in only for versions that have them, though no schema calls them ignorable:
    /// of any message, or with its name in front.
    private static final Set<String> LEFT_OUT =
            Set.of("TokenRequesterPrincipalType", "TokenRequesterPrincipalName", "ElectLeadersResponse.ErrorCode");

    /// Strings that are null in the versions that take it, and empty in those before, as Kafka's brokers write them.
    private static final Set<String> EMPTY_BEFORE_NULL = Set.of("JoinGroupResponse.ProtocolName");

    /// One field of a message or struct.
    ///
    /// @param tag the tag number, or -1 for a field that is never tagged
    /// @param defaultValue the text of the schema's default, or null when it names none
    public record Field(
            String name,
            FieldType type,
            Versions versions,
            Versions nullableVersions,
            Versions taggedVersions,
            @Nullable Versions flexibleVersions,
            int tag,
            @Nullable String defaultValue,
            boolean ignorable,
            boolean emptyBeforeNull) {

        /// The writer's method for this field. Error messages quote what a request holds: they are cut, others must
        /// fit.
        String writeMethod(FieldType.Blob blob) {
            boolean quotes = blob == FieldType.Blob.STRING
                    && name.toLowerCase(Locale.ROOT).endsWith("errormessage");
            return quotes ? "errorMessage" : blob.method();
        }

        public boolean nullable() {
            return !nullableVersions.isEmpty();
        }
    }

    private static final JsonMapper JSON =
            JsonMapper.builder().enable(JsonReadFeature.ALLOW_JAVA_COMMENTS).build();

    public static Schema parse(byte[] json) throws IOException {
        JsonNode root = JSON.readTree(json);
        var structs = new LinkedHashMap<String, List<Field>>();
        String message = root.get("name").asText();
        for (JsonNode struct : root.path("commonStructs")) {
            structs.put(struct.get("name").asText(), fields(message, struct.get("fields"), structs));
        }
        List<Field> fields = fields(message, root.path("fields"), structs);
        var listeners = new ArrayList<String>();
        for (JsonNode listener : root.path("listeners")) listeners.add(listener.asText());
        return new Schema(
                message,
                root.get("type").asText(),
                root.path("apiKey").asInt(-1),
                Versions.parse(root.get("validVersions").asText()),
                Versions.parse(root.path("flexibleVersions").asText("none")),
                root.path("latestVersionUnstable").asBoolean(false),
                listeners,
                fields,
                structs);
    }

    private static List<Field> fields(String message, JsonNode nodes, Map<String, List<Field>> structs) {
        var fields = new ArrayList<Field>();
        for (JsonNode node : nodes) {
            FieldType type = FieldType.parse(node.get("type").asText().trim());
            if (node.has("fields")) structs.put(structName(type), fields(message, node.get("fields"), structs));
            Versions tagged = Versions.parse(node.path("taggedVersions").asText("none"));
            // A field that names no versions has those of its tag (one field of TransactionLogValue's kind does so).
            Versions versions =
                    node.has("versions") ? Versions.parse(node.get("versions").asText()) : tagged;
            fields.add(new Field(
                    decapitalized(node.get("name").asText()),
                    type,
                    versions,
                    Versions.parse(node.path("nullableVersions").asText("none")),
                    tagged,
                    node.has("flexibleVersions")
                            ? Versions.parse(node.get("flexibleVersions").asText())
                            : null,
                    node.path("tag").asInt(-1),
                    defaultValue(node.path("default")),
                    node.path("ignorable").asBoolean(false)
                            || LEFT_OUT.contains(node.get("name").asText())
                            || LEFT_OUT.contains(
                                    message + "." + node.get("name").asText()),
                    EMPTY_BEFORE_NULL.contains(message + "." + node.get("name").asText())));
        }
        return fields;
    }

    /// Only the text `"null"` makes null the default; a bare JSON `null` is read as "no default named" by Kafka, and
    /// what it writes depends on that.
    private static @Nullable String defaultValue(JsonNode node) {
        return node.isMissingNode() || node.isNull() ? null : node.asText();
    }

    private static String structName(FieldType type) {
        return switch (type) {
            case FieldType.Struct struct -> struct.name();
            case FieldType.Array array -> structName(array.element());
            case FieldType.Primitive primitive -> throw new IllegalArgumentException("no struct: " + primitive);
            case FieldType.Blob blob -> throw new IllegalArgumentException("no struct: " + blob);
        };
    }

    private static String decapitalized(String name) {
        return Character.toLowerCase(name.charAt(0)) + name.substring(1);
    }
}
