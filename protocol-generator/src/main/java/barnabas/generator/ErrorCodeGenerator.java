package barnabas.generator;

import barnabas.generator.FieldType.Array;
import barnabas.generator.FieldType.Primitive;
import barnabas.generator.FieldType.Struct;
import barnabas.generator.Schema.Field;
import java.util.List;

/// Writes the method of a response that counts its error codes, its own and those of the structs in it.
final class ErrorCodeGenerator {
    private final Schema schema;
    private final Source out;

    ErrorCodeGenerator(Schema schema, Source out) {
        this.schema = schema;
        this.out = out;
    }

    /// @param top for the response itself, not for a struct in it
    void write(List<Field> fields, boolean top) {
        if (!schema.kind().equals("response") || !hasErrorCode(fields)) return;
        if (top) out.line("@Override");
        out.line("public int countErrors(IntConsumer failures) {");
        out.line("int none = 0;");
        for (Field field : fields) count(field);
        out.line("return none;");
        out.line("}");
        out.line("");
    }

    private void count(Field field) {
        String name = field.name();
        boolean nullable = field.nullable() || "null".equals(field.defaultValue());
        if (isErrorCode(field)) {
            out.line("if (" + name + " == 0) none++;");
            out.line("else failures.accept(" + name + ");");
        } else if (structOf(field.type()) instanceof Struct struct && hasErrorCode(fieldsOf(struct))) {
            if (nullable) out.line("if (" + name + " != null) {");
            if (field.type() instanceof Array)
                out.line("for (int i = 0; i < " + name + ".size(); i++) none += " + name
                        + ".get(i).countErrors(failures);");
            else out.line("none += " + name + ".countErrors(failures);");
            if (nullable) out.line("}");
        }
    }

    private static FieldType structOf(FieldType type) {
        return type instanceof Array(FieldType element) ? element : type;
    }

    private List<Field> fieldsOf(Struct struct) {
        return schema.structs().getOrDefault(struct.name(), List.of());
    }

    private static boolean isErrorCode(Field field) {
        return field.type() == Primitive.INT16 && field.name().endsWith("rrorCode");
    }

    private boolean hasErrorCode(List<Field> fields) {
        for (Field field : fields) {
            if (isErrorCode(field)) return true;
            if (structOf(field.type()) instanceof Struct struct && hasErrorCode(fieldsOf(struct))) return true;
        }
        return false;
    }
}
