import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Differences that stay, each with its reason. Lines `API | regular expression for Kafka's part | for Barnabas' |
/// reason`; `<1>` in the second expression is what the first group of the first one has matched.
///
/// Parts of the two answers that are the same are no difference. What is left has to match a line as a whole, or part
/// by part.
final class Kept {
    private record Line(String api, Pattern kafka, String ours) {
        boolean explains(String of, String theirs, String own) {
            Matcher matcher = kafka.matcher(theirs);
            if (!api.equals(of) || !matcher.matches()) return false;
            String expected = matcher.groupCount() == 0 || matcher.group(1) == null
                    ? ours
                    : ours.replace("<1>", Pattern.quote(matcher.group(1)));
            return own.matches(expected);
        }
    }

    private final List<Line> lines = new ArrayList<>();

    static Kept of(Path file) throws IOException {
        var kept = new Kept();
        for (String text : Files.readAllLines(file)) {
            if (text.isBlank() || text.startsWith("#")) continue;
            String[] fields = text.split(" \\| ");
            if (fields.length != 4) throw new IllegalArgumentException(file + ": not four fields: " + text);
            kept.lines.add(new Line(fields[0], Pattern.compile(fields[1]), fields[2].strip()));
        }
        return kept;
    }

    /// True for answers that are the same, or that differ only as the lines say.
    boolean explain(String api, List<String> kafka, List<String> barnabas) {
        var theirs = new ArrayList<String>(kafka);
        var own = new ArrayList<String>();
        for (String part : barnabas) if (!theirs.remove(part)) own.add(part);
        if (theirs.isEmpty() && own.isEmpty()) return true;
        if (matches(api, String.join("; ", theirs), String.join("; ", own))) return true;
        if (matches(api, String.join("; ", kafka), String.join("; ", barnabas))) return true;
        for (String part : theirs) {
            String partner = null;
            for (String candidate : own) if (partner == null && matches(api, part, candidate)) partner = candidate;
            if (partner == null) return false;
            own.remove(partner);
        }
        return own.isEmpty();
    }

    private boolean matches(String api, String theirs, String own) {
        for (Line line : lines) {
            if (line.explains(api, theirs, own)) return true;
        }
        return false;
    }
}
