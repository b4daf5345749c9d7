package barnabas.sql.definitions;

import barnabas.sql.catalog.DataSource;
import barnabas.sql.syntax.SqlProblem;
import barnabas.sql.types.SqlType;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Keys and values of the definitions topic; docs/formats/sql-definitions.md. A key is `KIND/NAME`.
public final class DefinitionForm {
    /// Size that a record may have with the standard settings of producers and topics.
    private static final int BYTES_MAX = 1_000_000;

    private static final ObjectMapper MAPPER = JsonMapper.builder().build();

    private DefinitionForm() {}

    /// Kinds of objects, in the words of keys.
    public enum Kind {
        SOURCE,
        QUERY,
        TYPE,
        SEQUENCE;

        public String key(String name) {
            return name().toLowerCase(Locale.ROOT) + "/" + name;
        }
    }

    /// The object that a key names.
    public record Key(Kind kind, String name) {}

    /// @throws IllegalArgumentException when the bytes are no key
    public static Key key(byte[] bytes) {
        var text = new String(bytes, StandardCharsets.UTF_8);
        int slash = text.indexOf('/');
        if (slash < 0) throw new IllegalArgumentException("no key: " + text);
        return new Key(Kind.valueOf(text.substring(0, slash).toUpperCase(Locale.ROOT)), text.substring(slash + 1));
    }

    public static String key(Definition definition) {
        return kind(definition).key(definition.name());
    }

    private static Kind kind(Definition definition) {
        return switch (definition) {
            case Definition.Source _ -> Kind.SOURCE;
            case Definition.Query _ -> Kind.QUERY;
            case Definition.Type _ -> Kind.TYPE;
            case Definition.Sequence _ -> Kind.SEQUENCE;
        };
    }

    /// Refuses definitions that a record of the topic cannot hold.
    ///
    /// @throws SqlProblem for the first one
    public static void checkSizes(List<Definition> definitions) {
        for (Definition each : definitions) {
            int size = bytes(each).length;
            if (size > BYTES_MAX)
                throw new SqlProblem("The definition of " + each.name() + " takes " + size + " bytes, more than "
                        + BYTES_MAX + ": give it fewer columns or a shorter statement.");
        }
    }

    public static byte[] bytes(Definition definition) {
        ObjectNode node = MAPPER.createObjectNode();
        node.put("version", definition.version());
        node.put("sequence", definition.sequence());
        switch (definition) {
            case Definition.Source source -> {
                node.put("statement", source.statement());
                if (source.query() != null) node.put("query", source.query());
                node.set("source", SourceForm.node(source.source()));
            }
            case Definition.Query query -> {
                node.put("statement", query.statement());
                query.properties().forEach(node.putObject("properties")::put);
                ObjectNode types = node.putObject("types");
                query.types().forEach((name, type) -> types.put(name, type.toString()));
                var reads = node.putArray("reads");
                for (DataSource each : query.reads()) reads.add(SourceForm.node(each));
                node.set("target", SourceForm.node(query.target()));
                node.put("paused", query.paused());
                if (query.named()) node.put("named", true);
            }
            case Definition.Type type -> node.put("type", type.type().toString());
            case Definition.Sequence _ -> {}
        }
        try {
            return MAPPER.writeValueAsBytes(node);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }

    /// @throws IllegalArgumentException when the bytes are no definition of this key
    public static Definition definition(Key key, byte[] bytes) {
        JsonNode node;
        try {
            node = MAPPER.readTree(bytes);
        } catch (IOException e) {
            throw new IllegalArgumentException("not JSON", e);
        }
        int version = node.path("version").asInt();
        long sequence = node.path("sequence").asLong();
        return switch (key.kind()) {
            case SOURCE ->
                new Definition.Source(
                        SourceForm.source(node.path("source")),
                        version,
                        sequence,
                        SourceForm.text(node, "statement"),
                        node.path("query").textValue());
            case QUERY -> {
                var reads = new ArrayList<DataSource>();
                for (JsonNode each : node.path("reads")) reads.add(SourceForm.source(each));
                yield new Definition.Query(
                        key.name(),
                        version,
                        sequence,
                        SourceForm.text(node, "statement"),
                        texts(node.path("properties")),
                        types(node.path("types")),
                        List.copyOf(reads),
                        SourceForm.source(node.path("target")),
                        node.path("paused").asBoolean(),
                        node.path("named").asBoolean());
            }
            case TYPE ->
                new Definition.Type(key.name(), version, sequence, SqlType.parse(SourceForm.text(node, "type")));
            case SEQUENCE -> new Definition.Sequence(sequence);
        };
    }

    private static Map<String, String> texts(JsonNode node) {
        var texts = new LinkedHashMap<String, String>();
        for (Map.Entry<String, JsonNode> each : node.properties())
            texts.put(each.getKey(), each.getValue().asText());
        return texts;
    }

    private static Map<String, SqlType> types(JsonNode node) {
        var types = new LinkedHashMap<String, SqlType>();
        texts(node).forEach((name, text) -> types.put(name, SqlType.parse(text)));
        return types;
    }
}
