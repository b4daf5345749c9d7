package barnabas.sql.catalog;

import barnabas.sql.formats.Format;
import barnabas.sql.rows.Schema;
import barnabas.sql.syntax.Statement;
import org.jspecify.annotations.Nullable;

/// A stream or a table.
///
/// @param readOnly made by CREATE SOURCE
public record DataSource(
        Statement.Kind kind, String name, Schema schema, String topic, Encoding encoding, boolean readOnly) {

    /// The form of rows in the topic.
    ///
    /// @param window null without windows in the keys
    public record Encoding(
            Format keyFormat,
            Format valueFormat,
            Format.Options options,
            @Nullable TimestampColumn timestamp,
            @Nullable WindowInfo window) {}

    /// The column that gives a record its time.
    ///
    /// @param format pattern of a text; null for numbers and timestamps
    public record TimestampColumn(String column, @Nullable String format) {}

    public boolean isTable() {
        return kind == Statement.Kind.TABLE;
    }

    public Format.Codec keyCodec() {
        Format.Options given = encoding.options();
        char delimiter = given.keyDelimiter();
        var options = new Format.Options(null, delimiter, delimiter, given.keyNulls(), given.keyNulls(), null, null);
        return encoding.keyFormat().codec(schema.keys(), true, options);
    }

    public Format.Codec valueCodec() {
        return encoding.valueFormat().codec(schema.values(), false, encoding.options());
    }
}
