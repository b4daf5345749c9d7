package barnabas.console.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// UTF-8 text of JSON values.
public final class JsonText {
    static final JsonFactory FACTORY = new JsonFactory();

    private JsonText() {}

    /// @param value as in [JsonObject#put]
    public static ByteBuffer of(@Nullable Object value) {
        var bytes = new ByteArrayOutputStream(1 << 10);
        try (JsonGenerator to = FACTORY.createGenerator(bytes)) {
            write(to, value);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return ByteBuffer.wrap(bytes.toByteArray());
    }

    private static void write(JsonGenerator to, @Nullable Object value) throws IOException {
        switch (value) {
            case null -> to.writeNull();
            case String text -> to.writeString(text);
            case Boolean flag -> to.writeBoolean(flag);
            case Integer number -> to.writeNumber(number);
            case Long number -> to.writeNumber(number);
            case Short number -> to.writeNumber(number);
            case Byte number -> to.writeNumber(number);
            case Double number -> writeDouble(to, number);
            case BigDecimal number -> to.writeNumber(number);
            case JsonObject object -> writeMembers(to, object.members());
            case Map<?, ?> map -> writeMembers(to, map);
            case Iterable<?> list -> {
                to.writeStartArray();
                for (Object each : list) write(to, each);
                to.writeEndArray();
            }
            default -> {
                if (value.equals(JsonTree.NULL)) to.writeNull();
                else to.writeString(value.toString());
            }
        }
    }

    private static void writeDouble(JsonGenerator to, double number) throws IOException {
        if (Double.isFinite(number)) to.writeNumber(number);
        else to.writeNull();
    }

    private static void writeMembers(JsonGenerator to, Map<?, ?> members) throws IOException {
        to.writeStartObject();
        for (Map.Entry<?, ?> each : members.entrySet()) {
            to.writeFieldName(String.valueOf(each.getKey()));
            write(to, each.getValue());
        }
        to.writeEndObject();
    }
}
