package barnabas.sql.registry;

import barnabas.sql.catalog.Codecs;
import barnabas.sql.catalog.DataSource;
import barnabas.sql.formats.Format;
import barnabas.sql.rows.Column;
import barnabas.sql.schemas.FieldNames;
import barnabas.sql.statements.TopicTypes;
import barnabas.sql.types.SqlType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.kafka.common.errors.SerializationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Codecs of streams and tables over a schema registry, and the types of topics that have schemas there.
public final class RegistryFormats implements Codecs, TopicTypes {
    private static final Logger LOG = LoggerFactory.getLogger(RegistryFormats.class);

    private final RegistryClient client;

    public RegistryFormats(RegistryClient client) {
        this.client = client;
    }

    public RegistryClient client() {
        return client;
    }

    @Override
    public Format.Codec key(DataSource source) {
        Format format = source.encoding().keyFormat();
        Format.Codec plain = source.keyCodec();
        if (!format.usesRegistry() || source.schema().keys().isEmpty()) return plain;
        return new Part(source, true).codec(plain);
    }

    @Override
    public Format.Codec value(DataSource source) {
        Format format = source.encoding().valueFormat();
        Format.Codec plain = source.valueCodec();
        if (!format.usesRegistry() || source.schema().values().isEmpty()) return plain;
        return new Part(source, false).codec(plain);
    }

    /// Registers the schemas of a new stream or table.
    ///
    /// @param written a query writes it, so that the schema must be taken; else one that is there may stay
    /// @throws org.apache.kafka.common.errors.SerializationException when the registry refuses one
    public void register(DataSource source, boolean written) {
        var schemas = new ArrayList<WrittenSchema>();
        for (boolean key : new boolean[] {true, false}) {
            var part = new Part(source, key);
            if (part.format.usesRegistry() && !part.columns.isEmpty()) schemas.add(part.written());
        }
        // The key's schema would stay behind when the value's is refused.
        if (schemas.size() > 1) for (WrittenSchema each : schemas) each.check(written);
        for (WrittenSchema each : schemas) each.offer(written);
    }

    @Override
    public Optional<SqlType> type(String topic, Side side) {
        return client.latest(RegistryClient.subject(topic, side.key()))
                .flatMap(latest -> WrittenSchema.type(side.format(), latest, side.name(), FieldNames.UPPER_CASE));
    }

    @Override
    public Optional<SqlType> withId(int id, Side side) {
        try {
            return WrittenSchema.type(side.format(), client.schema(id), side.name(), FieldNames.AS_WRITTEN);
        } catch (SerializationException e) {
            LOG.debug("A statement names the schema {}", id, e);
            return Optional.empty();
        }
    }

    /// The key or the value of a source.
    private final class Part {
        private final DataSource source;
        private final boolean key;
        private final Format format;
        private final List<Column> columns;
        private final SqlType.Structure type;
        private final boolean alone;

        Part(DataSource source, boolean key) {
            this.source = source;
            this.key = key;
            DataSource.Encoding encoding = source.encoding();
            format = key ? encoding.keyFormat() : encoding.valueFormat();
            columns = key ? source.schema().keys() : source.schema().values();
            type = new SqlType.Structure(columns.stream()
                    .map(each -> new SqlType.Field(each.name(), each.type()))
                    .toList());
            Boolean wrap = key ? null : encoding.options().wrapSingle();
            alone = columns.size() == 1 && format.standsAlone(key, wrap);
        }

        WrittenSchema written() {
            SqlType whole = alone ? type.fields().getFirst().type() : type;
            Format.Options options = source.encoding().options();
            Format.SchemaName named = key ? options.keySchema() : options.valueSchema();
            String fullName = named == null ? null : named.fullName();
            Supplier<String> own = switch (format) {
                case AVRO -> () -> AvroSchemas.of(whole, fullName).toString();
                case PROTOBUF -> () -> ProtobufTexts.of(type, key ? options.keyNulls() : options.nulls(), fullName);
                case JSON_SR, JSON, DELIMITED, KAFKA, NONE, PROTOBUF_NOSR ->
                    () -> JsonSchemas.of(whole, fullName).toString();
            };
            return new WrittenSchema(client, RegistryClient.subject(source.topic(), key), format, whole, named, own);
        }

        Format.Codec codec(Format.Codec plain) {
            return switch (format) {
                case AVRO -> new AvroRows(client, written(), type, alone);
                case PROTOBUF -> new ProtobufRows(client, written(), type);
                case JSON_SR, JSON, DELIMITED, KAFKA, NONE, PROTOBUF_NOSR -> new JsonRows(written(), plain);
            };
        }
    }
}
