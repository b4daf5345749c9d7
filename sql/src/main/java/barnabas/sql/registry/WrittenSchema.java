package barnabas.sql.registry;

import barnabas.sql.formats.Format;
import barnabas.sql.schemas.FieldNames;
import barnabas.sql.schemas.SchemaTypes;
import barnabas.sql.syntax.SqlProblem;
import barnabas.sql.types.SqlType;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.kafka.common.errors.SerializationException;
import org.jspecify.annotations.Nullable;

/// The schema with which columns are written: one that the statement names by its id, else the newest of the subject
/// when it has a place for each of them, else their own, which is registered when it is first needed.
final class WrittenSchema {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private final RegistryClient client;
    private final String subject;
    private final Format format;
    private final SqlType type;
    private final @Nullable Integer id;
    private final @Nullable String fullName;
    private final Supplier<String> own;
    private volatile RegistryClient.@Nullable Known chosen;
    private volatile @Nullable String text;

    /// @param named the schema that the statement names; null without
    /// @param own text of the schema of the columns, made when it is needed
    WrittenSchema(
            RegistryClient client,
            String subject,
            Format format,
            SqlType type,
            Format.@Nullable SchemaName named,
            Supplier<String> own) {
        id = named == null ? null : named.id();
        fullName = named == null ? null : named.fullName();
        this.client = client;
        this.subject = subject;
        this.format = format;
        this.type = type;
        this.own = own;
    }

    /// @throws SerializationException when the registry refuses the schema
    RegistryClient.Known chosen() {
        RegistryClient.Known present = chosen;
        if (present != null) return present;
        RegistryClient.Known made = id == null ? newest() : named(id);
        chosen = made;
        return made;
    }

    private RegistryClient.Known newest() {
        RegistryClient.Known latest = client.latest(subject).orElse(null);
        return latest != null && fits(latest) ? latest : registered();
    }

    /// The schema with the id, under the subject.
    private RegistryClient.Known named(int id) {
        RegistryClient.Known known = client.schema(id);
        if (!fits(known))
            throw new SerializationException("The schema with id " + id + " has no place for all columns of " + type
                    + (fullName == null ? "" : ", or another name than " + fullName));
        if (!client.has(subject, id)) client.register(subject, known.type(), known.text());
        return known;
    }

    private RegistryClient.Known registered() {
        String mine;
        try {
            mine = own();
        } catch (SqlProblem e) {
            throw new SerializationException(
                    "The newest schema of " + subject + " has not all columns. " + e.getMessage(), e);
        }
        return new RegistryClient.Known(client.register(subject, name(format), mine), name(format), mine, List.of());
    }

    /// @throws SqlProblem when the format has no place for a column
    String own() {
        String made = text;
        if (made == null) text = made = own.get();
        return made;
    }

    /// Registers the schema of the columns when the subject needs it.
    ///
    /// @param written rows are written with it, so that it must have a place for each column
    void offer(boolean written) {
        if (id != null) {
            chosen = named(id);
            return;
        }
        RegistryClient.Known latest = client.latest(subject).orElse(null);
        if (isThere(latest, written)) return;
        chosen = registered();
    }

    /// Asks the registry whether it would take what [#offer] registers.
    ///
    /// @throws SerializationException when it would not
    void check(boolean written) {
        RegistryClient.Known latest = client.latest(subject).orElse(null);
        if (id != null) {
            if (latest != null && !client.has(subject, id))
                client.check(subject, name(format), client.schema(id).text());
            return;
        }
        if (latest != null && !isThere(latest, written)) client.check(subject, name(format), own());
    }

    private boolean isThere(RegistryClient.@Nullable Known latest, boolean written) {
        return latest != null && (!written || fits(latest));
    }

    static String name(Format format) {
        return format == Format.JSON_SR ? "JSON" : format.name();
    }

    private boolean fits(RegistryClient.Known latest) {
        if (!latest.type().equals(name(format))) return false;
        if (!isNamed(latest)) return false;
        SqlType found = type(format, latest, fullName, FieldNames.UPPER_CASE).orElse(null);
        if (!(found instanceof SqlType.Structure there) || !(type instanceof SqlType.Structure here))
            return found != null && same(found, type);
        for (SqlType.Field each : here.fields())
            if (there.fields().stream()
                    .noneMatch(field -> field.name().equalsIgnoreCase(each.name()) && same(field.type(), each.type())))
                return false;
        return true;
    }

    /// Full name of the schema that the statement gives; null without.
    @Nullable
    String fullName() {
        return fullName;
    }

    /// Whether a schema has the name that the statement gives. That of PROTOBUF chooses one of its messages.
    private boolean isNamed(RegistryClient.Known latest) {
        if (fullName == null || format == Format.PROTOBUF) return true;
        try {
            JsonNode node = MAPPER.readTree(latest.text());
            if (format != Format.AVRO) return node.path("title").asText().equals(fullName);
            String name = node.path("name").asText();
            String space = node.path("namespace").asText();
            return (name.contains(".") || space.isEmpty() ? name : space + "." + name).equals(fullName);
        } catch (JsonProcessingException e) {
            return false;
        }
    }

    private static boolean same(SqlType one, SqlType other) {
        return one.toString().equalsIgnoreCase(other.toString());
    }

    /// Type of the columns that a schema stands for.
    ///
    /// @param name full name of a message of PROTOBUF; null for the first one
    static Optional<SqlType> type(Format format, RegistryClient.Known schema, @Nullable String name, FieldNames names) {
        if (!schema.type().equals(name(format))) return Optional.empty();
        if (format == Format.PROTOBUF)
            return SchemaTypes.of(format, JsonNodeFactory.instance.textNode(schema.text()), name, names);
        try {
            JsonNode node = MAPPER.readTree(schema.text());
            return SchemaTypes.of(format, node, names);
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
    }
}
