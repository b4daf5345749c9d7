package barnabas.sql.prompt;

import barnabas.sql.grammar.Script;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jline.reader.CompletingParsedLine;
import org.jline.reader.EOFError;
import org.jline.reader.ParsedLine;
import org.jline.reader.Parser;

/// Lines of the prompt: a statement goes on over lines until its semicolon.
final class StatementLines implements Parser {
    /// Words that are carried out without a semicolon.
    private static final List<String> COMMANDS =
            List.of("exit", "quit", "help", "history", "output", "server", "clear");

    /// Whether the text needs no more lines.
    static boolean isComplete(String text) {
        String stripped = text.strip();
        return stripped.isEmpty() || isCommand(stripped) || Script.isComplete(stripped);
    }

    static boolean isCommand(String text) {
        return COMMANDS.contains(text.strip().split("[\\s;]+", 2)[0].toLowerCase(Locale.ROOT));
    }

    @Override
    public ParsedLine parse(String line, int cursor, ParseContext context) {
        if (context == ParseContext.ACCEPT_LINE && !isComplete(line))
            throw new EOFError(-1, -1, "The statement has no semicolon yet");
        var words = new ArrayList<String>();
        int index = 0;
        int inWord = 0;
        int start = -1;
        for (int i = 0; i <= line.length(); i++) {
            boolean part = i < line.length() && isWordPart(line.charAt(i));
            if (part && start < 0) start = i;
            if (!part && start >= 0) {
                if (cursor >= start && cursor <= i) {
                    index = words.size();
                    inWord = cursor - start;
                }
                words.add(line.substring(start, i));
                start = -1;
            }
        }
        boolean inside = cursor > 0 && cursor <= line.length() && isWordPart(line.charAt(cursor - 1));
        if (!inside) {
            index = words.size();
            inWord = 0;
            words.add("");
        }
        return new Words(line, cursor, words, index, inWord);
    }

    private static boolean isWordPart(char c) {
        return Character.isLetterOrDigit(c) || c == '_' || c == '`' || c == '.';
    }

    private record Words(String line, int cursor, List<String> words, int wordIndex, int wordCursor)
            implements CompletingParsedLine {
        @Override
        public String word() {
            return words.get(wordIndex);
        }

        @Override
        public CharSequence escape(CharSequence candidate, boolean complete) {
            return candidate;
        }

        @Override
        public int rawWordCursor() {
            return wordCursor;
        }

        @Override
        public int rawWordLength() {
            return word().length();
        }
    }
}
