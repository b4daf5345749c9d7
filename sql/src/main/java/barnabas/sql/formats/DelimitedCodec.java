package barnabas.sql.formats;

import barnabas.sql.rows.Column;
import barnabas.sql.rows.Row;
import barnabas.sql.syntax.SqlProblem;
import barnabas.sql.types.SqlType;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.errors.SerializationException;
import org.jspecify.annotations.Nullable;

/// One line of comma separated values, with quotes around those that need them (RFC 4180). An empty field is null.
final class DelimitedCodec implements Format.Codec {
    private final List<Column> columns;
    private final char delimiter;

    DelimitedCodec(List<Column> columns, char delimiter) {
        this.columns = columns;
        this.delimiter = delimiter;
        for (Column each : columns) {
            if (!each.type().isSimple()) {
                String shown = each.type() instanceof SqlType.Array
                        ? "ARRAY"
                        : each.type() instanceof SqlType.Map ? "MAP" : "STRUCT";
                throw new SqlProblem(
                        "The 'DELIMITED' format does not support type '" + shown + "', column: `" + each.name() + "`");
            }
        }
    }

    @Override
    public byte @Nullable [] encode(@Nullable Row row) {
        if (row == null) return null;
        var line = new StringBuilder();
        for (int i = 0; i < columns.size(); i++) {
            if (i > 0) line.append(delimiter);
            Object value = row.value(i);
            if (value != null) line.append(quoted(SimpleText.of(value), i == 0));
        }
        return line.toString().getBytes(StandardCharsets.UTF_8);
    }

    private String quoted(String text, boolean first) {
        boolean needed = text.isEmpty() ? first : text.charAt(0) <= '#' || text.charAt(text.length() - 1) <= ' ';
        for (int i = 0; i < text.length() && !needed; i++) {
            char c = text.charAt(i);
            needed = c == delimiter || c == '"' || c == '\n' || c == '\r';
        }
        return needed ? '"' + text.replace("\"", "\"\"") + '"' : text;
    }

    @Override
    public @Nullable Row decode(byte @Nullable [] bytes) {
        if (bytes == null) return null;
        List<String> fields = fields(new String(bytes, StandardCharsets.UTF_8));
        if (fields.size() != columns.size()) {
            throw new SerializationException(
                    "The line has " + fields.size() + " fields, but there are " + columns.size() + " columns");
        }
        var values = new @Nullable Object[columns.size()];
        for (int i = 0; i < values.length; i++) {
            String field = fields.get(i);
            values[i] = field.isEmpty()
                    ? null
                    : SimpleText.parse(field, columns.get(i).type());
        }
        return new Row(values);
    }

    private List<String> fields(String line) {
        var fields = new ArrayList<String>();
        int at = 0;
        while (true) {
            var field = new StringBuilder();
            if (at < line.length() && line.charAt(at) == '"') {
                at++;
                while (true) {
                    int quote = line.indexOf('"', at);
                    if (quote < 0) throw new SerializationException("a closing quote is missing");
                    field.append(line, at, quote);
                    at = quote + 1;
                    if (at >= line.length() || line.charAt(at) != '"') break;
                    field.append('"');
                    at++;
                }
            }
            int end = line.indexOf(delimiter, at);
            field.append(line, at, end < 0 ? line.length() : end);
            fields.add(field.toString());
            if (end < 0) return fields;
            at = end + 1;
        }
    }
}
