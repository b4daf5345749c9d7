package barnabas.sql.answers;

import java.util.ArrayList;
import java.util.List;

/// Parts of the signatures that functions show.
final class Signatures {
    private Signatures() {}

    /// Arguments between the brackets of a signature: commas inside of types do not part them.
    static List<String> arguments(String text) {
        var arguments = new ArrayList<String>();
        int depth = 0;
        int start = 0;
        for (int i = 0; i <= text.length(); i++) {
            char c = i == text.length() ? ',' : text.charAt(i);
            boolean arrow = c == '>' && i > 0 && text.charAt(i - 1) == '=';
            if (c == '<' || c == '(') depth++;
            if ((c == '>' && !arrow) || c == ')') depth--;
            if (c != ',' || (depth > 0 && i < text.length())) continue;
            String argument = text.substring(start, i).strip();
            if (!argument.isEmpty()) arguments.add(argument);
            start = i + 1;
        }
        return arguments;
    }
}
