package barnabas.sql.formats;

import barnabas.sql.rows.Column;
import barnabas.sql.rows.Row;
import barnabas.sql.syntax.Names;
import barnabas.sql.syntax.SqlProblem;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// A format of keys or values.
public enum Format {
    JSON,
    DELIMITED,
    KAFKA,
    NONE,
    AVRO,
    JSON_SR,
    PROTOBUF,
    PROTOBUF_NOSR;

    /// Rows to bytes and back. Null rows are null bytes.
    public interface Codec {
        /// @throws org.apache.kafka.common.errors.SerializationException when a value has no place in the format
        byte @Nullable [] encode(@Nullable Row row);

        /// @throws org.apache.kafka.common.errors.SerializationException when the bytes are no such row
        @Nullable
        Row decode(byte @Nullable [] bytes);
    }

    /// A schema of a registry that a statement names.
    ///
    /// @param id null without
    /// @param fullName null without
    public record SchemaName(@Nullable Integer id, @Nullable String fullName) {}

    /// Nulls of simple types in PROTOBUF.
    public enum Nulls {
        /// They become 0, false and the empty text.
        NONE,
        /// Fields say whether they are there.
        OPTIONAL,
        /// Values are messages of their own, which can be missing.
        WRAPPER
    }

    /// @param wrapSingle false when a single column stands alone, without its name; null for the format's habit
    /// @param delimiter between the fields of values in DELIMITED
    /// @param keyDelimiter the same of keys
    /// @param nulls those of values in PROTOBUF
    /// @param keyNulls the same in keys
    /// @param keySchema the schema with which keys are written; null for any that has a place for them
    /// @param valueSchema the same of values
    public record Options(
            @Nullable Boolean wrapSingle,
            char delimiter,
            char keyDelimiter,
            Nulls nulls,
            Nulls keyNulls,
            @Nullable SchemaName keySchema,
            @Nullable SchemaName valueSchema) {
        public static final Options DEFAULT = new Options(null, ',', ',', Nulls.NONE, Nulls.NONE, null, null);
    }

    /// @throws SqlProblem when there is no such format
    public static Format named(String name) {
        String upper = name.toUpperCase(Locale.ROOT);
        var names = new ArrayList<String>();
        for (Format each : values()) {
            if (each.name().equals(upper)) return each;
            names.add(each.name());
        }
        throw new SqlProblem("Unknown format: " + upper + "." + Names.hint(upper, names));
    }

    /// Whether WRAP_SINGLE_VALUE may be given.
    public boolean wraps() {
        return this == JSON || this == AVRO || this == JSON_SR || this == PROTOBUF || this == PROTOBUF_NOSR;
    }

    /// Whether nulls of simple types become 0, false and the empty text.
    public boolean hasDefaults() {
        return this == PROTOBUF || this == PROTOBUF_NOSR;
    }

    public boolean usesRegistry() {
        return this == AVRO || this == JSON_SR || this == PROTOBUF;
    }

    /// Whether a single column stands alone, without its name.
    ///
    /// @param wrap WRAP_SINGLE_VALUE; null without
    public boolean standsAlone(boolean key, @Nullable Boolean wrap) {
        return wrap != null ? !wrap : key && this != PROTOBUF && this != PROTOBUF_NOSR;
    }

    /// @param key these columns are those of a key: a single one stands alone
    /// @throws SqlProblem when the format cannot hold these columns
    public Codec codec(List<Column> columns, boolean key, Options options) {
        if (columns.isEmpty() || this == NONE) return new EmptyCodec(columns.isEmpty() && !key && this == JSON);
        return switch (this) {
            case KAFKA -> new KafkaCodec(columns);
            case DELIMITED -> new DelimitedCodec(columns, options.delimiter());
            case JSON, AVRO, JSON_SR, PROTOBUF, PROTOBUF_NOSR -> {
                boolean alone = columns.size() == 1 && standsAlone(key, options.wrapSingle());
                boolean defaults = hasDefaults() && options.nulls() == Nulls.NONE;
                yield new JsonCodec(columns, alone, this, defaults);
            }
            case NONE -> throw new IllegalArgumentException(name());
        };
    }
}
