package barnabas.generator;

/// An inclusive range of message versions, in the notation of the schemas: `none`, `3`, `0-5`, `2+`.
public record Versions(int lowest, int highest) {
    public static final Versions NONE = new Versions(0, -1);
    public static final int OPEN = Short.MAX_VALUE;

    public static Versions parse(String text) {
        String trimmed = text.trim();
        if (trimmed.equals("none")) return NONE;
        if (trimmed.endsWith("+"))
            return new Versions(Integer.parseInt(trimmed.substring(0, trimmed.length() - 1)), OPEN);
        int dash = trimmed.indexOf('-');
        if (dash < 0) return new Versions(Integer.parseInt(trimmed), Integer.parseInt(trimmed));
        return new Versions(
                Integer.parseInt(trimmed.substring(0, dash)), Integer.parseInt(trimmed.substring(dash + 1)));
    }

    public boolean isEmpty() {
        return highest < lowest;
    }

    public boolean contains(int version) {
        return version >= lowest && version <= highest;
    }

    public boolean containsAll(Versions other) {
        return other.isEmpty() || (lowest <= other.lowest && highest >= other.highest);
    }

    public Versions intersect(Versions other) {
        if (isEmpty() || other.isEmpty()) return NONE;
        var both = new Versions(Math.max(lowest, other.lowest), Math.min(highest, other.highest));
        return both.isEmpty() ? NONE : both;
    }
}
