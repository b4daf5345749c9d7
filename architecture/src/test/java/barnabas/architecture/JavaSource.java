package barnabas.architecture;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// One source file as a scanner sees it: methods with their lengths, constructors with their parameters, comments.
/// No parser: the formatter keeps the sources regular enough.
record JavaSource(String text) {
    private static final Pattern TYPE = Pattern.compile("(?<![\\w.@])(?:class|record|interface|enum)\\s+(\\w+)");
    private static final Pattern CALLABLE = Pattern.compile("(\\w+)\\s*\\(");
    private static final Pattern CONTROL = Pattern.compile("^(?:if|for|while|switch|try|catch|synchronized|do)\\b.*");
    private static final Pattern DOC = Pattern.compile("\\s*///(.*)");
    private static final Pattern COMMENT = Pattern.compile("\\s*//(.*)");

    /// @param lines from the first line of the signature to the closing brace
    /// @param constructorParameters 0 for a method
    record Callable(String name, int line, int lines, int constructorParameters) {}

    /// A line of a comment without its slashes.
    record CommentLine(int line, int width, String text, boolean isDoc) {
        boolean isBlank() {
            return text.isBlank();
        }

        String words() {
            return text.strip();
        }
    }

    private enum Kind {
        TYPE,
        CALLABLE,
        OTHER
    }

    private record Block(Kind kind, String header, String type, int line) {}

    long imports() {
        return text.lines().filter(line -> line.startsWith("import ")).count();
    }

    List<Callable> callables() {
        String code = withoutTexts();
        var found = new ArrayList<Callable>();
        Deque<Block> open = new ArrayDeque<>();
        var header = new StringBuilder();
        int headerLine = 1;
        int line = 1;
        int parentheses = 0;
        for (int i = 0; i < code.length(); i++) {
            char c = code.charAt(i);
            if (c == '\n') line++;
            if (c == '(') parentheses++;
            if (c == ')') parentheses--;
            if (c == '{') {
                open.push(block(header.toString().strip(), open.peek(), headerLine));
                header.setLength(0);
            } else if (c == '}') {
                if (!open.isEmpty()) close(open.pop(), line, found);
                header.setLength(0);
            } else if (c == ';' && parentheses == 0) {
                header.setLength(0);
            } else {
                if (header.isEmpty() && Character.isWhitespace(c)) continue;
                if (header.isEmpty()) headerLine = line;
                header.append(c == '\n' ? ' ' : c);
            }
        }
        return found;
    }

    private static Block block(String header, Block around, int line) {
        Matcher type = TYPE.matcher(header);
        if (type.find()) return new Block(Kind.TYPE, header, type.group(1), line);
        boolean callable = around != null
                && around.kind() == Kind.TYPE
                && header.contains("(")
                && !header.contains("->")
                && !header.matches("[^(]*[^=!<>]=[^=].*")
                && !CONTROL.matcher(header).matches();
        String owner = around == null ? "" : around.type();
        return new Block(callable ? Kind.CALLABLE : Kind.OTHER, header, owner, line);
    }

    private static void close(Block block, int line, List<Callable> found) {
        if (block.kind() != Kind.CALLABLE) return;
        String header = block.header().replaceAll("@\\w+(\\([^)]*\\))?\\s*", "");
        Matcher name = CALLABLE.matcher(header);
        if (!name.find()) return;
        boolean constructor = name.group(1).equals(block.type());
        int parameters = constructor ? parameters(header.substring(name.end())) : 0;
        found.add(new Callable(name.group(1), block.line(), line - block.line() + 1, parameters));
    }

    /// Parameters in what follows an opening parenthesis.
    private static int parameters(String rest) {
        int depth = 0;
        int count = 0;
        for (int i = 0; i < rest.length(); i++) {
            char c = rest.charAt(i);
            if (c == ')' && depth == 0) return rest.substring(0, i).isBlank() ? 0 : count + 1;
            if (c == '(' || c == '<') depth++;
            if (c == ')' || c == '>') depth--;
            if (c == ',' && depth == 0) count++;
        }
        return count;
    }

    List<CommentLine> comments() {
        var found = new ArrayList<CommentLine>();
        int number = 0;
        for (String line : text.split("\n", -1)) {
            number++;
            Matcher doc = DOC.matcher(line);
            Matcher plain = COMMENT.matcher(line);
            if (doc.matches()) found.add(new CommentLine(number, line.length(), doc.group(1), true));
            else if (plain.matches()) found.add(new CommentLine(number, line.length(), plain.group(1), false));
        }
        return found;
    }

    /// The source with blanks in place of comments, strings and characters; line breaks stay.
    String withoutTexts() {
        var code = new StringBuilder(text);
        int i = 0;
        while (i < code.length()) {
            int end = i;
            if (text.startsWith("//", i)) end = endOf(code, "\n", i, 0);
            else if (text.startsWith("/*", i)) end = endOf(code, "*/", i + 2, 2);
            else if (text.startsWith("\"\"\"", i)) end = endOf(code, "\"\"\"", i + 3, 3);
            else if (code.charAt(i) == '"' || code.charAt(i) == '\'') end = endOfLiteral(code, i);
            for (int k = i; k < end; k++) if (code.charAt(k) != '\n') code.setCharAt(k, ' ');
            i = Math.max(end, i + 1);
        }
        return code.toString();
    }

    private static int endOf(StringBuilder code, String mark, int from, int extra) {
        int at = code.indexOf(mark, from);
        return at < 0 ? code.length() : at + extra;
    }

    private static int endOfLiteral(StringBuilder code, int start) {
        char quote = code.charAt(start);
        for (int i = start + 1; i < code.length(); i++) {
            if (code.charAt(i) == '\\') i++;
            else if (code.charAt(i) == quote) return i + 1;
        }
        return code.length();
    }
}
