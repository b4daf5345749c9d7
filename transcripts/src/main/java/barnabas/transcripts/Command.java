package barnabas.transcripts;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// One command of a transcript: words between blanks, of which those with `=` are options.
///
/// @param parts the name of the command and everything behind it, in order
/// @param words the parts that are no options
/// @param options by key, in order
public record Command(List<String> parts, List<String> words, Map<String, String> options) {
    static Command of(String text) {
        var words = new ArrayList<String>();
        var options = new LinkedHashMap<String, String>();
        List<String> parts = List.of(text.split(" +"));
        for (String part : parts) {
            int equals = part.indexOf('=');
            if (equals < 0) words.add(part);
            else options.put(part.substring(0, equals), part.substring(equals + 1));
        }
        return new Command(parts, List.copyOf(words), Collections.unmodifiableMap(options));
    }

    public String name() {
        return parts.getFirst();
    }

    /// Everything behind the name, options too.
    public List<String> arguments() {
        return parts.subList(1, parts.size());
    }

    /// @param index 0 for the name
    public String word(int index) {
        return words.get(index);
    }

    public boolean has(String word) {
        return words.contains(word);
    }

    public String option(String key, String fallback) {
        return options.getOrDefault(key, fallback);
    }

    public int number(String key, int fallback) {
        String value = options.get(key);
        return value == null ? fallback : Integer.parseInt(value);
    }

    /// For a player that does not know the command.
    public IllegalArgumentException unknown() {
        return new IllegalArgumentException("unknown command: " + String.join(" ", parts));
    }
}
