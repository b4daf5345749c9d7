package barnabas.sql.schemas;

/// Limits of the types that a schema stands for. A type that is named can stand in many places and hold others that do,
/// so that a short schema stands for more types than there is memory.
final class Extent {
    /// Depth of nested types, more than which no schema needs.
    static final int DEPTH_MAX = 100;

    private static final int TYPES_MAX = 10_000;

    private int types;

    /// Notes one more type.
    ///
    /// @throws IllegalArgumentException when it is nested too deep, or one too many
    void add(int depth) {
        if (depth > DEPTH_MAX) throw new IllegalArgumentException("nested too deep");
        if (++types > TYPES_MAX) throw new IllegalArgumentException("more than " + TYPES_MAX + " types");
    }
}
