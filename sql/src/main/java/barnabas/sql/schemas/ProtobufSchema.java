package barnabas.sql.schemas;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The messages and enums of a Protobuf schema's text.
public final class ProtobufSchema {
    private static final Pattern TOKEN = Pattern.compile("\"[^\"]*\"|'[^']*'|[\\w.]+|\\S");
    private static final Pattern COMMENT = Pattern.compile("//[^\n]*|/\\*.*?\\*/", Pattern.DOTALL);

    /// A field.
    ///
    /// @param type name of its type, or of the values of a map
    /// @param keyType of a map; null for others
    /// @param presence a field that is not there differs from one with the value 0
    /// @param choice name of the column of a oneof that it is in; null outside of one
    /// @param options words behind its number
    public record Field(
            String name,
            int number,
            String type,
            @Nullable String keyType,
            boolean repeated,
            boolean presence,
            @Nullable String choice,
            List<String> options) {
        /// A parameter of `confluent.field_meta`: `{key: "scale", value: "2"}`.
        int parameter(String key, int otherwise) {
            int place = options.indexOf("\"" + key + "\"");
            int value = place < 0 ? -1 : options.subList(place, options.size()).indexOf("value");
            if (value < 0 || place + value + 2 >= options.size()) return otherwise;
            return Integer.parseInt(options.get(place + value + 2).replace("\"", ""));
        }
    }

    /// A message.
    ///
    /// @param path its name behind those of the messages around it, with dots
    /// @param inner paths of the messages in it
    public record Message(String path, List<Field> fields, List<String> inner) {}

    private final Map<String, Message> messages = new LinkedHashMap<>();
    private final List<String> outer = new ArrayList<>();
    private final Map<String, Map<Integer, String>> enums = new HashMap<>();
    private final List<String> tokens = new ArrayList<>();
    private String space = "";
    private int at;

    /// @throws IllegalArgumentException when it is none
    public ProtobufSchema(String text) {
        Matcher matcher = TOKEN.matcher(COMMENT.matcher(text).replaceAll(" "));
        while (matcher.find()) tokens.add(matcher.group());
        while (at < tokens.size()) {
            switch (next()) {
                case "message" -> outer.add(message("", 0));
                case "enum" -> enumeration("");
                case "package" -> {
                    space = next() + ".";
                    skipBehind(";");
                }
                default -> skipBehind(";");
            }
        }
    }

    private String next() {
        if (at >= tokens.size()) throw new IllegalArgumentException("the schema ends too early");
        return tokens.get(at++);
    }

    private void skipBehind(String last) {
        while (at < tokens.size()) if (tokens.get(at++).equals(last)) return;
    }

    private void enumeration(String scope) {
        Map<Integer, String> constants = new HashMap<>();
        enums.put(scope + next(), constants);
        next();
        for (String token = next(); !token.equals("}"); token = next()) {
            if (token.equals(";")) continue;
            if (!token.equals("option") && !token.equals("reserved")) {
                next();
                boolean negative = tokens.get(at).equals("-");
                if (negative) next();
                int number = number(next());
                constants.putIfAbsent(negative ? -number : number, token);
            }
            skipBehind(";");
        }
    }

    private static int number(String token) {
        return Integer.decode(token);
    }

    private String message(String scope, int depth) {
        if (depth > Extent.DEPTH_MAX) throw new IllegalArgumentException("nested too deep");
        String path = scope + next();
        var message = new Message(path, new ArrayList<>(), new ArrayList<>());
        messages.put(path, message);
        next();
        String choice = null;
        int choices = 0;
        while (true) {
            String token = next();
            switch (token) {
                case "}" -> {
                    if (choice == null) return path;
                    choice = null;
                }
                case "message" -> message.inner().add(message(path + ".", depth + 1));
                case "enum" -> enumeration(path + ".");
                case "reserved", "option", "extensions" -> skipBehind(";");
                case "oneof" -> {
                    // the column of a oneof has its number in its name
                    choice = next() + "_" + choices++;
                    next();
                }
                case ";" -> {}
                default -> message.fields().add(field(token, choice));
            }
        }
    }

    private Field field(String first, @Nullable String choice) {
        var words = new ArrayList<String>();
        for (String token = first; !token.equals("="); token = next()) words.add(token);
        int number = number(next());
        var options = new ArrayList<String>();
        for (String token = next(); !token.equals(";"); token = next()) options.add(token);
        String name = words.removeLast();
        if (words.isEmpty()) throw new IllegalArgumentException("a field without a type");
        if (words.contains("map"))
            return new Field(
                    name,
                    number,
                    words.get(words.indexOf(",") + 1),
                    words.get(words.indexOf("<") + 1),
                    true,
                    false,
                    null,
                    options);
        boolean repeated = words.getFirst().equals("repeated");
        boolean presence = choice != null || words.getFirst().equals("optional");
        return new Field(name, number, words.getLast(), null, repeated, presence, choice, options);
    }

    /// Place of a message among those of the text.
    ///
    /// @param fullName with or without the package; null for the first message
    /// @throws IllegalArgumentException when there is no such message
    public int index(@Nullable String fullName) {
        String plain = fullName != null && !space.isEmpty() && fullName.startsWith(space)
                ? fullName.substring(space.length())
                : fullName;
        int index = plain == null ? 0 : outer.indexOf(plain);
        if (index < 0 || index >= outer.size())
            throw new IllegalArgumentException("no message" + (fullName == null ? "" : " " + fullName));
        return index;
    }

    /// A message that is in no other one.
    public Message outer(int index) {
        return message(List.of(index)).orElseThrow();
    }

    /// The message at a place: its index among those of the text, then among those in that one.
    public Optional<Message> message(List<Integer> indexes) {
        List<String> among = outer;
        Message found = null;
        for (int each : indexes) {
            if (each < 0 || each >= among.size()) return Optional.empty();
            found = messages.get(among.get(each));
            if (found == null) return Optional.empty();
            among = found.inner();
        }
        return Optional.ofNullable(found);
    }

    /// The message with a name, as one in `scope` sees it.
    public Optional<Message> message(String name, String scope) {
        return Optional.ofNullable(seen(messages, name, scope));
    }

    /// Names of the constants of an enum by their numbers, as a message in `scope` sees it.
    public Optional<Map<Integer, String>> constants(String name, String scope) {
        return Optional.ofNullable(seen(enums, name, scope));
    }

    private <T> @Nullable T seen(Map<String, T> all, String name, String scope) {
        String plain = name.startsWith(".") ? name.substring(1) : name;
        if (!space.isEmpty() && plain.startsWith(space)) plain = plain.substring(space.length());
        for (String around = scope; !around.isEmpty(); around = parent(around)) {
            T found = all.get(around + "." + plain);
            if (found != null) return found;
        }
        return all.get(plain);
    }

    private static String parent(String path) {
        int dot = path.lastIndexOf('.');
        return dot < 0 ? "" : path.substring(0, dot);
    }
}
