package barnabas.console.json;

import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Values of a JSON text: `Map`, `List`, `String`, `BigDecimal`, `Boolean`, or [#NULL].
public final class JsonTree {
    /// JSON's null.
    public static final Object NULL = new Object() {
        @Override
        public String toString() {
            return "null";
        }
    };

    private static final int DEPTH_MAX = 100;
    /// Values of a record's JSON. Three bytes of text (`{},`) become a map of 60.
    private static final int RECORD_VALUES_MAX = 200_000;

    private int left;

    private JsonTree(int valuesMax) {
        this.left = valuesMax;
    }

    /// A text that is not one JSON value.
    public static final class MalformedJson extends Exception {
        private static final long serialVersionUID = 1;

        MalformedJson(String message) {
            super(message);
        }
    }

    /// @param bytes UTF-8, from where their number of values is known to be sound
    /// @throws MalformedJson with line and column
    public static Object parse(byte[] bytes) throws MalformedJson {
        return parse(bytes, Integer.MAX_VALUE);
    }

    /// @param bytes UTF-8
    /// @param valuesMax values, those in objects and arrays included: a short text may hold very many
    /// @throws MalformedJson with line and column
    public static Object parse(byte[] bytes, int valuesMax) throws MalformedJson {
        try (JsonParser from = JsonText.FACTORY.createParser(bytes)) {
            if (from.nextToken() == null) throw new MalformedJson("there is no JSON value");
            Object value = new JsonTree(valuesMax).value(from, 0);
            if (from.nextToken() != null)
                throw new MalformedJson("text behind the JSON value, line "
                        + from.currentTokenLocation().getLineNr());
            return value;
        } catch (JsonParseException | StreamConstraintsException e) {
            var place = e.getLocation();
            throw new MalformedJson(e.getOriginalMessage()
                    + (place == null ? "" : ", line " + place.getLineNr() + " column " + place.getColumnNr()));
        } catch (IOException e) {
            throw new MalformedJson("no JSON: " + e.getMessage());
        }
    }

    /// The value of a text that is a JSON object or array of up to 200,000 values; empty for everything else.
    public static Optional<Object> parseIfStructured(byte[] bytes) {
        int at = 0;
        while (at < bytes.length && bytes[at] <= ' ' && bytes[at] >= 0) at++;
        if (at == bytes.length || (bytes[at] != '{' && bytes[at] != '[')) return Optional.empty();
        try {
            return Optional.of(parse(bytes, RECORD_VALUES_MAX));
        } catch (MalformedJson otherText) {
            return Optional.empty();
        }
    }

    private Object value(JsonParser from, int depth) throws IOException, MalformedJson {
        if (--left < 0)
            throw new MalformedJson(
                    "too many values, line " + from.currentTokenLocation().getLineNr());
        if (depth > DEPTH_MAX) throw new MalformedJson("more than " + DEPTH_MAX + " levels");
        JsonToken token = from.currentToken();
        return switch (token) {
            case START_OBJECT -> object(from, depth);
            case START_ARRAY -> {
                List<Object> list = new ArrayList<>();
                while (from.nextToken() != JsonToken.END_ARRAY) list.add(value(from, depth + 1));
                yield list;
            }
            case VALUE_STRING -> from.getText();
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> from.getDecimalValue();
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_NULL -> NULL;
            case NOT_AVAILABLE, END_OBJECT, END_ARRAY, FIELD_NAME, VALUE_EMBEDDED_OBJECT ->
                throw new MalformedJson("no JSON value");
        };
    }

    private Map<String, Object> object(JsonParser from, int depth) throws IOException, MalformedJson {
        Map<String, Object> members = new LinkedHashMap<>();
        while (from.nextToken() != JsonToken.END_OBJECT) {
            String name = from.currentName();
            from.nextToken();
            members.put(name, value(from, depth + 1));
        }
        return members;
    }
}
