package barnabas.cli.console;

import barnabas.console.json.JsonTree;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Writes maps, collections, numbers, booleans, strings, nulls and values of [JsonTree] as JSON. Jackson's streaming
/// core only:
/// binding objects would cost more time than most commands take.
public final class Json {
    private Json() {}

    /// An object with these fields in their order: names and values take turns.
    public static Map<String, @Nullable Object> object(@Nullable Object... namesAndValues) {
        var fields = new LinkedHashMap<String, @Nullable Object>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            fields.put(String.valueOf(namesAndValues[i]), namesAndValues[i + 1]);
        }
        return fields;
    }

    public static void print(OutputStream out, @Nullable Object value) throws IOException {
        try (var generator = new JsonFactory().createGenerator(out)) {
            generator.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
            generator.useDefaultPrettyPrinter();
            write(generator, value);
        }
        out.write('\n');
        out.flush();
    }

    private static void write(JsonGenerator generator, @Nullable Object value) throws IOException {
        switch (value) {
            case null -> generator.writeNull();
            case Map<?, ?> fields -> {
                generator.writeStartObject();
                for (var field : fields.entrySet()) {
                    generator.writeFieldName(String.valueOf(field.getKey()));
                    write(generator, field.getValue());
                }
                generator.writeEndObject();
            }
            case Iterable<?> elements -> {
                generator.writeStartArray();
                for (Object element : elements) write(generator, element);
                generator.writeEndArray();
            }
            case Boolean bool -> generator.writeBoolean(bool);
            case Integer number -> generator.writeNumber(number);
            case Long number -> generator.writeNumber(number);
            case Double number -> generator.writeNumber(number);
            case BigDecimal number -> generator.writeNumber(number);
            case String text -> generator.writeString(text);
            default -> {
                if (value.equals(JsonTree.NULL)) generator.writeNull();
                else generator.writeString(value.toString());
            }
        }
    }
}
