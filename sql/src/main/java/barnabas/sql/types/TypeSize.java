package barnabas.sql.types;

/// Limits of types with parts. A type that has another one twice has all of that one's parts twice: a few short
/// statements, each of which names the type of the one before, would make a type without end.
final class TypeSize {
    static final int PARTS_MAX = 10_000;
    static final int DEPTH_MAX = 200;

    private TypeSize() {}

    /// Parts of types, whose own parts were checked when they were made.
    ///
    /// @throws TypeProblem when a type that holds them is too large
    static void check(SqlType... held) {
        int parts = 1;
        for (SqlType each : held) {
            parts += parts(each);
            if (parts > PARTS_MAX) throw new TypeProblem("A type has at most " + PARTS_MAX + " parts");
            if (depth(each) >= DEPTH_MAX) throw new TypeProblem("A type is at most " + DEPTH_MAX + " types deep");
        }
    }

    private static int parts(SqlType type) {
        return switch (type) {
            case SqlType.Primitive _, SqlType.Decimal _ -> 1;
            case SqlType.Array array -> 1 + parts(array.element());
            case SqlType.Map map -> 1 + parts(map.key()) + parts(map.value());
            case SqlType.Structure structure -> {
                int parts = 1;
                for (SqlType.Field each : structure.fields()) parts += parts(each.type());
                yield parts;
            }
        };
    }

    private static int depth(SqlType type) {
        return switch (type) {
            case SqlType.Primitive _, SqlType.Decimal _ -> 1;
            case SqlType.Array array -> 1 + depth(array.element());
            case SqlType.Map map -> 1 + Math.max(depth(map.key()), depth(map.value()));
            case SqlType.Structure structure -> {
                int depth = 1;
                for (SqlType.Field each : structure.fields()) depth = Math.max(depth, 1 + depth(each.type()));
                yield depth;
            }
        };
    }
}
