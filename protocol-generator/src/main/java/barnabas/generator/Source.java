package barnabas.generator;

/// Java text with indentation that follows the braces.
final class Source {
    private final StringBuilder text = new StringBuilder();
    private int depth;

    void line(String line) {
        if (line.startsWith("}")) depth--;
        if (!line.isEmpty()) text.append("    ".repeat(depth)).append(line);
        text.append('\n');
        if (line.endsWith("{")) depth++;
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
