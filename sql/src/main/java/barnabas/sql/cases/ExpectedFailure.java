package barnabas.sql.cases;

import barnabas.config.dynamic.ClientPattern;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.kafka.streams.errors.StreamsException;
import org.jspecify.annotations.Nullable;

/// The failure that a case expects.
///
/// @param conditions for its message, all of which must hold
/// @param type name of a class, without its package; empty when the case has none
record ExpectedFailure(List<Condition> conditions, String type) {
    /// Classes of failures that come from records, and not from statements.
    private static final Set<String> OF_RECORDS =
            Set.of("StreamsException", "SerializationException", "ProcessorStateException", "TaskCorruptedException");

    /// Classes of failures of statements.
    private static final Set<String> OF_STATEMENTS =
            Set.of("ParseFailedException", "ParsingException", "KsqlStatementException");

    /// Origin of a failure.
    enum Cause {
        STATEMENT,
        RECORDS
    }

    /// A place of a statement: `line 1:8: `, `Line: 1, Col: 8: `.
    private static final Pattern PLACE = Pattern.compile("(?i)line:? \\d+(:|, col: )\\d+:?");

    /// The text of the statement behind a message.
    private static final Pattern STATEMENT = Pattern.compile("(?is)\\n\\s*statement: .*$");

    /// Words that a service may put before the message of a problem.
    private static final Pattern LEAD = Pattern.compile(
            "(?i)(failed to prepare statement|exception while preparing statement|could not determine output schema for query due to error): ");

    enum Relation {
        CONTAINS,
        EQUALS,
        STARTS,
        ENDS,
        MATCHES
    }

    record Condition(Relation relation, String text) {
        private boolean holds(String message) {
            return switch (relation) {
                case CONTAINS -> message.contains(text) || plain(message).contains(withoutStop(plain(text)));
                case EQUALS -> plain(message).equals(plain(text));
                case STARTS -> plain(message).startsWith(plain(text));
                case ENDS -> plain(message).endsWith(plain(text));
                case MATCHES -> {
                    ClientPattern pattern = pattern(text);
                    yield pattern.matcher(message).find()
                            || pattern.matcher(plain(message)).find();
                }
            };
        }
    }

    /// @return null when the case expects no failure
    /// @throws IllegalArgumentException when a pattern cannot be read
    static @Nullable ExpectedFailure of(JsonNode node) {
        if (node.isTextual()) return new ExpectedFailure(List.of(contains(node)), "");
        if (!node.isObject()) return null;
        var conditions = new ArrayList<Condition>();
        collect(node.path("message"), conditions);
        String type = node.path("type").asText("");
        return new ExpectedFailure(conditions, type.substring(type.lastIndexOf('.') + 1));
    }

    private static Condition contains(JsonNode text) {
        return new Condition(Relation.CONTAINS, text.asText());
    }

    private static void collect(JsonNode node, List<Condition> conditions) {
        if (node.isTextual()) conditions.add(contains(node));
        if (node.isArray()) for (JsonNode each : node) collect(each, conditions);
        if (!node.isObject()) return;
        if (node.path("value").isTextual()) {
            conditions.add(condition(node.path("type").asText("contains"), node.path("value")));
            return;
        }
        for (Map.Entry<String, JsonNode> each : node.properties()) {
            if (each.getValue().isTextual()) conditions.add(condition(each.getKey(), each.getValue()));
            else collect(each.getValue(), conditions);
        }
    }

    /// Names of matchers: `contains`, `containsString`, `equals`, `is`, `startsWith`, `endsWith`, `matches`, `regex`.
    private static Condition condition(String name, JsonNode text) {
        String word = name.toLowerCase(Locale.ROOT);
        if (word.startsWith("start")) return new Condition(Relation.STARTS, text.asText());
        if (word.startsWith("end")) return new Condition(Relation.ENDS, text.asText());
        if (word.startsWith("equal") || word.equals("is")) return new Condition(Relation.EQUALS, text.asText());
        if (!word.startsWith("match") && !word.startsWith("reg") && !word.equals("pattern")) return contains(text);
        pattern(text.asText());
        return new Condition(Relation.MATCHES, text.asText());
    }

    private static ClientPattern pattern(String text) {
        return switch (ClientPattern.read("(?is)" + text)) {
            case ClientPattern.Reading.Valid valid -> valid.pattern();
            case ClientPattern.Reading.Invalid invalid ->
                throw new IllegalArgumentException("'" + text + "' is no pattern: " + invalid.why());
        };
    }

    boolean fits(String message) {
        return conditions.stream().allMatch(each -> each.holds(message));
    }

    /// Whether the class that the case names, if it is known here, has failures that come from there.
    boolean fits(Cause cause) {
        return switch (cause) {
            case STATEMENT -> !OF_RECORDS.contains(type);
            case RECORDS -> !OF_STATEMENTS.contains(type);
        };
    }

    /// Whether the case says something about the message, or that a record must end a query.
    boolean names(RuntimeException problem) {
        return !conditions.isEmpty() || (OF_RECORDS.contains(type) && problem instanceof StreamsException);
    }

    /// Messages are compared without places of the statement, its text, words that only lead to the problem, backticks,
    /// quotes, the widths of spaces, and capitals.
    private static String plain(String message) {
        String problem = LEAD.matcher(PLACE.matcher(message).replaceAll("")).replaceAll("");
        return STATEMENT
                .matcher(problem)
                .replaceAll("")
                .replace("`", "")
                .replace("'", "")
                .replaceAll("\\s+", " ")
                .strip()
                .toLowerCase(Locale.ROOT);
    }

    /// The text without the full stop at its end, which a message may have or not.
    private static String withoutStop(String text) {
        return text.endsWith(".") ? text.substring(0, text.length() - 1) : text;
    }

    String shown() {
        var texts = new ArrayList<String>();
        for (Condition each : conditions)
            texts.add((each.relation() == Relation.CONTAINS
                            ? ""
                            : each.relation().name().toLowerCase(Locale.ROOT) + " ")
                    + each.text());
        return texts.isEmpty() ? "any failure" : String.join("\n    and: ", texts);
    }
}
