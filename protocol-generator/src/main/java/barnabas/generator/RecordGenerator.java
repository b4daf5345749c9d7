package barnabas.generator;

import barnabas.generator.FieldType.Array;
import barnabas.generator.FieldType.Blob;
import barnabas.generator.FieldType.Primitive;
import barnabas.generator.FieldType.Struct;
import barnabas.generator.Schema.Field;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Writes the Java file of one message: a record per struct, each with `read`, `write`, a builder and defaults.
final class RecordGenerator {
    private static final String VERSION = "protocolVersion";

    private final Schema schema;
    private final String javaPackage;
    private final Source out = new Source();

    RecordGenerator(Schema schema, String javaPackage) {
        this.schema = schema;
        this.javaPackage = javaPackage;
    }

    String generate() {
        out.line("// Generated from " + schema.name() + ".json. Do not edit.");
        out.line("package " + javaPackage + ";");
        out.line("");
        for (String type : List.of(
                "barnabas.protocol.ApiKey",
                "barnabas.protocol.Message",
                "barnabas.protocol.MessageReader",
                "barnabas.protocol.MessageWriter",
                "barnabas.protocol.RecordData",
                "barnabas.protocol.RequestMessage",
                "barnabas.protocol.ResponseMessage",
                "barnabas.protocol.SizeCounter",
                "barnabas.protocol.UnsupportedFieldException",
                "barnabas.protocol.Uuid",
                "java.nio.ByteBuffer",
                "java.util.ArrayList",
                "java.util.List",
                "java.util.Objects",
                "java.util.function.IntConsumer",
                "org.jspecify.annotations.Nullable")) {
            out.line("import " + type + ";");
        }
        out.line("");
        record(schema.name(), schema.fields(), true);
        return out.toString();
    }

    private void record(String name, List<Field> fields, boolean top) {
        out.line("/// Versions " + schema.validVersions().lowest() + " to "
                + schema.validVersions().highest() + ".");
        out.line("public record " + name + "(" + components(fields) + ") implements "
                + (top ? MessageKind.of(schema).superType() : "Message") + " {");
        if (top) MessageKind.of(schema).members(schema, out);
        read(name, fields);
        write(name, fields);
        new ErrorCodeGenerator(schema, out).write(fields, top);
        builder(name, fields);
        if (top) {
            for (var struct : schema.structs().entrySet()) record(struct.getKey(), struct.getValue(), false);
        }
        out.line("}");
        out.line("");
    }

    private static String components(List<Field> fields) {
        var parts = new ArrayList<String>();
        for (Field field : fields) parts.add(declared(field) + " " + field.name());
        return String.join(", ", parts);
    }

    private static String declared(Field field) {
        return (isNullable(field) ? "@Nullable " : "") + field.type().java();
    }

    private static boolean isNullable(Field field) {
        return field.nullable() || "null".equals(field.defaultValue());
    }

    // ---- reading

    private void read(String name, List<Field> fields) {
        out.line("public static " + name + " read(MessageReader reader, short " + VERSION + ") {");
        if (usesFlexible(fields)) out.line("boolean flexible = " + flexible() + ";");
        for (Field field : fields) {
            out.line(declared(field) + " " + field.name() + " = " + defaultOf(field) + ";");
            Versions plain = plainVersions(field);
            if (plain.isEmpty()) continue;
            guarded(plain, () -> readInto(field, false));
        }
        if (!schema.flexibleVersions().isEmpty()) readTags(fields);
        var names = fields.stream().map(Field::name).toList();
        out.line("return new " + name + "(" + String.join(", ", names) + ");");
        out.line("}");
        out.line("");
    }

    private void readTags(List<Field> fields) {
        out.line("if (flexible) {");
        out.line("for (int tagsLeft = reader.taggedFields(); tagsLeft > 0; tagsLeft--) {");
        out.line("int tag = reader.unsignedVarint();");
        out.line("int tagSize = reader.tagSize();");
        List<Field> tagged = tagged(fields);
        if (tagged.isEmpty()) {
            out.line("reader.skip(tagSize);");
        } else {
            out.line("int before = reader.remaining();");
            out.line("switch (tag) {");
            for (Field field : tagged) {
                out.line("case " + field.tag() + " -> {");
                String condition = condition(field.taggedVersions());
                if (!condition.isEmpty()) out.line("if (" + condition + ") {");
                readInto(field, true);
                out.line("reader.endTag(before, tagSize);");
                if (!condition.isEmpty()) {
                    out.line("} else {");
                    out.line("reader.skip(tagSize);");
                    out.line("}");
                }
                out.line("}");
            }
            out.line("default -> reader.skip(tagSize);");
            out.line("}");
        }
        out.line("}");
        out.line("}");
    }

    private void readInto(Field field, boolean tagged) {
        String flexible = flexibleOf(field);
        switch (field.type()) {
            case Primitive primitive -> out.line(field.name() + " = reader." + primitive.method() + "();");
            case Blob blob -> {
                String method = isNullable(field) ? "nullable" + capitalized(blob.method()) : blob.method();
                out.line(field.name() + " = reader." + method + "(" + flexible + ");");
            }
            case Struct struct -> {
                String read = struct.name() + ".read(reader, " + VERSION + ")";
                out.line(field.name() + " = " + (isNullable(field) ? absent(tagged) + " ? null : " : "") + read + ";");
            }
            case Array(FieldType element) -> {
                String length = field.name() + "Length";
                String call = isNullable(field) ? "nullableArrayLength" : "arrayLength";
                out.line("int " + length + " = reader." + call + "(" + flexible + ", " + sizeMin(element) + ");");
                if (isNullable(field)) {
                    out.line("if (" + length + " < 0) {");
                    out.line(field.name() + " = null;");
                    out.line("} else {");
                }
                String list = field.name() + "List";
                out.line("var " + list + " = new ArrayList<" + element.boxed() + ">(" + length + ");");
                out.line("for (int i = 0; i < " + length + "; i++) " + list + ".add(" + readElement(element, flexible)
                        + ");");
                out.line(field.name() + " = " + list + ";");
                if (isNullable(field)) out.line("}");
            }
        }
    }

    /// Whether a nullable struct is absent: -1 in a plain field, 0 in a tagged one.
    private static String absent(boolean tagged) {
        return tagged ? "reader.unsignedVarint() == 0" : "reader.int8() < 0";
    }

    private static String readElement(FieldType element, String flexible) {
        return switch (element) {
            case Primitive primitive -> "reader." + primitive.method() + "()";
            case Blob blob -> "reader." + blob.method() + "(" + flexible + ")";
            case Struct struct -> struct.name() + ".read(reader, " + VERSION + ")";
            case Array array -> throw new IllegalArgumentException("array of arrays: " + array);
        };
    }

    // ---- writing

    private void write(String name, List<Field> fields) {
        out.line("@Override");
        out.line("public void write(MessageWriter writer, short " + VERSION + ") {");
        if (usesFlexible(fields)) out.line("boolean flexible = " + flexible() + ";");
        for (Field field : fields) {
            Versions plain = plainVersions(field);
            if (!plain.isEmpty()) guarded(plain, () -> writeFrom(field, "writer", false));
            refuseLoss(name, field);
        }
        if (!schema.flexibleVersions().isEmpty()) writeTags(fields);
        out.line("}");
        out.line("");
    }

    /// A field that the version lacks may be dropped only when the schema says so or nothing is lost.
    private void refuseLoss(String name, Field field) {
        Versions carried = field.versions().intersect(schema.validVersions());
        if (field.ignorable() || carried.containsAll(schema.validVersions())) return;
        String missing = carried.isEmpty() ? "" : "!(" + condition(carried) + ") && ";
        out.line("if (" + missing + differsFromDefault(field) + ") {");
        out.line("throw new UnsupportedFieldException(\"" + name + "\", \"" + field.name() + "\", " + VERSION + ");");
        out.line("}");
    }

    private void writeTags(List<Field> fields) {
        List<Field> tagged = tagged(fields);
        out.line("if (flexible) {");
        if (tagged.isEmpty()) {
            out.line("writer.unsignedVarint(0);");
        } else {
            out.line("int tags = 0;");
            for (Field field : tagged) out.line("if (" + writesTag(field) + ") tags++;");
            out.line("writer.unsignedVarint(tags);");
            for (Field field : tagged) {
                out.line("if (" + writesTag(field) + ") {");
                out.line("writer.unsignedVarint(" + field.tag() + ");");
                out.line("var counter = new SizeCounter();");
                writeFrom(field, "counter", true);
                out.line("writer.unsignedVarint(counter.sizeBytes());");
                writeFrom(field, "writer", true);
                out.line("}");
            }
        }
        out.line("}");
    }

    private String writesTag(Field field) {
        String condition = condition(field.taggedVersions());
        return (condition.isEmpty() ? "" : condition + " && ") + differsFromDefault(field);
    }

    private void writeFrom(Field field, String writer, boolean tagged) {
        String flexible = flexibleOf(field);
        String name = field.name();
        boolean nullable = isNullable(field);
        if (nullable && field.emptyBeforeNull()) {
            out.line("String written = " + name + " == null && !(" + condition(field.nullableVersions()) + ") ? \"\" : "
                    + name + ";");
            name = "written";
        } else if (nullable) {
            String allowed = condition(field.nullableVersions());
            if (!field.nullableVersions().containsAll(field.versions().intersect(schema.validVersions()))) {
                out.line("if (" + name + " == null && !(" + (field.nullable() ? allowed : "false") + ")) {");
                out.line("throw new UnsupportedFieldException(\"" + schema.name() + "\", \"null " + name + "\", "
                        + VERSION + ");");
                out.line("}");
            }
        }
        switch (field.type()) {
            case Primitive primitive -> out.line(writer + "." + primitive.method() + "(" + name + ");");
            case Blob blob -> out.line(writer + "." + field.writeMethod(blob) + "(" + name + ", " + flexible + ");");
            case Struct struct -> {
                if (nullable) {
                    out.line("if (" + name + " == null) {");
                    out.line(writer + (tagged ? ".unsignedVarint(0);" : ".int8((byte) -1);"));
                    out.line("} else {");
                    out.line(writer + (tagged ? ".unsignedVarint(1);" : ".int8((byte) 1);"));
                    out.line(name + ".write(" + writer + ", " + VERSION + ");");
                    out.line("}");
                } else {
                    out.line(name + ".write(" + writer + ", " + VERSION + ");");
                }
            }
            case Array(FieldType element) -> {
                if (nullable) {
                    out.line("if (" + name + " == null) {");
                    out.line(writer + ".nullLength(" + flexible + ");");
                    out.line("} else {");
                }
                out.line(writer + ".arrayLength(" + name + ".size(), " + flexible + ");");
                out.line("for (int i = 0; i < " + name + ".size(); i++) "
                        + writeElement(element, name + ".get(i)", writer, flexible) + ";");
                if (nullable) out.line("}");
            }
        }
    }

    private static String writeElement(FieldType element, String value, String writer, String flexible) {
        return switch (element) {
            case Primitive primitive -> writer + "." + primitive.method() + "(" + value + ")";
            case Blob blob -> writer + "." + blob.method() + "(" + value + ", " + flexible + ")";
            case Struct struct -> value + ".write(" + writer + ", " + VERSION + ")";
            case Array array -> throw new IllegalArgumentException("array of arrays: " + array);
        };
    }

    // ---- builder

    private void builder(String name, List<Field> fields) {
        out.line("/// Every field with the schema's default.");
        out.line("public static final " + name + " DEFAULT = builder().build();");
        out.line("");
        out.line("/// A builder whose fields start with the schema's defaults.");
        out.line("public static Builder builder() {");
        out.line("return new Builder();");
        out.line("}");
        out.line("");
        out.line("public Builder toBuilder() {");
        out.line("var copy = new Builder();");
        for (Field field : fields) out.line("copy." + field.name() + " = " + field.name() + ";");
        out.line("return copy;");
        out.line("}");
        out.line("");
        out.line("public static final class Builder {");
        for (Field field : fields) {
            out.line("private " + declared(field) + " " + field.name() + " = " + defaultOf(field) + ";");
        }
        out.line("");
        out.line("private Builder() {}");
        for (Field field : fields) {
            out.line("");
            out.line("public Builder " + field.name() + "(" + declared(field) + " value) {");
            out.line("this." + field.name() + " = value;");
            out.line("return this;");
            out.line("}");
        }
        out.line("");
        out.line("public " + name + " build() {");
        var names = fields.stream().map(Field::name).toList();
        out.line("return new " + name + "(" + String.join(", ", names) + ");");
        out.line("}");
        out.line("}");
        out.line("");
    }

    // ---- versions

    /// The versions in which the field stands in line, not among the tagged fields.
    private Versions plainVersions(Field field) {
        Versions carried = field.versions().intersect(schema.validVersions());
        Versions tagged = field.taggedVersions().intersect(schema.validVersions());
        if (tagged.isEmpty()) return carried;
        if (tagged.containsAll(carried)) return Versions.NONE;
        // A field is plain at first and tagged from some version on.
        return new Versions(carried.lowest(), tagged.lowest() - 1);
    }

    private List<Field> tagged(List<Field> fields) {
        return fields.stream()
                .filter(field -> !field.taggedVersions()
                        .intersect(schema.validVersions())
                        .isEmpty())
                .sorted(Comparator.comparingInt(Field::tag))
                .toList();
    }

    private void guarded(Versions versions, Runnable body) {
        String condition = condition(versions);
        if (!condition.isEmpty()) out.line("if (" + condition + ") {");
        body.run();
        if (!condition.isEmpty()) out.line("}");
    }

    /// The test that the version lies in `versions`; empty when every valid version does.
    private String condition(Versions versions) {
        Versions valid = schema.validVersions();
        if (versions.containsAll(valid)) return "";
        if (versions.intersect(valid).isEmpty()) return "false";
        if (versions.highest() >= valid.highest()) return VERSION + " >= " + versions.lowest();
        if (versions.lowest() <= valid.lowest()) return VERSION + " <= " + versions.highest();
        return VERSION + " >= " + versions.lowest() + " && " + VERSION + " <= " + versions.highest();
    }

    private String flexible() {
        if (schema.flexibleVersions().isEmpty()) return "false";
        String condition = condition(schema.flexibleVersions());
        return condition.isEmpty() ? "true" : condition;
    }

    private boolean usesFlexible(List<Field> fields) {
        return !schema.flexibleVersions().isEmpty()
                || fields.stream().anyMatch(field -> !(field.type() instanceof Primitive));
    }

    private static String flexibleOf(Field field) {
        Versions own = field.flexibleVersions();
        return own != null && own.isEmpty() ? "false" : "flexible";
    }

    // ---- defaults

    private static String defaultOf(Field field) {
        @Nullable String text = field.defaultValue();
        if ("null".equals(text)) return "null";
        return switch (field.type()) {
            case Primitive.BOOL -> text == null || text.isEmpty() ? "false" : text;
            case Primitive.INT8 -> "(byte) " + number(text);
            case Primitive.INT16 -> "(short) " + number(text);
            case Primitive.UINT16, Primitive.INT32 -> number(text);
            case Primitive.UINT32, Primitive.INT64 -> number(text) + "L";
            case Primitive.FLOAT64 -> (text == null || text.isEmpty() ? "0.0" : text) + "d";
            case Primitive.UUID -> "Uuid.ZERO";
            case Blob.STRING -> "\"" + (text == null ? "" : text) + "\"";
            case Blob.BYTES -> "ByteBuffer.allocate(0)";
            case Blob.RECORDS -> isNullable(field) ? "null" : "RecordData.EMPTY";
            case Struct struct -> struct.name() + ".DEFAULT";
            case Array array -> "List.of()";
        };
    }

    private static String number(@Nullable String text) {
        return text == null || text.isEmpty() ? "0" : text;
    }

    private static String differsFromDefault(Field field) {
        String name = field.name();
        if ("null".equals(field.defaultValue())) return name + " != null";
        return switch (field.type()) {
            case Primitive.BOOL -> name + " != " + defaultOf(field);
            case Primitive.UUID -> "!" + name + ".isZero()";
            case Primitive primitive -> name + " != " + defaultOf(field);
            case Blob.BYTES ->
                isNullable(field) ? "(" + name + " == null || " + name + ".hasRemaining())" : name + ".hasRemaining()";
            case Blob.RECORDS -> isNullable(field) ? name + " != null" : name + ".sizeBytes() > 0";
            case Blob.STRING -> "!Objects.equals(" + name + ", " + defaultOf(field) + ")";
            case Struct struct -> "!Objects.equals(" + name + ", " + defaultOf(field) + ")";
            case Array array ->
                isNullable(field) ? "(" + name + " == null || !" + name + ".isEmpty())" : "!" + name + ".isEmpty()";
        };
    }

    // ---- smallest sizes on the wire, for the guard against arrays that cannot fit

    private int sizeMin(FieldType element) {
        int smallest = Integer.MAX_VALUE;
        for (int version = schema.validVersions().lowest();
                version <= schema.validVersions().highest();
                version++) {
            smallest = Math.min(smallest, sizeMin(element, false, version));
        }
        return Math.max(1, smallest);
    }

    private int sizeMin(FieldType type, boolean nullable, int version) {
        boolean flexible = schema.flexibleVersions().contains(version);
        return switch (type) {
            case Primitive primitive -> primitive.sizeBytes;
            case Blob.STRING -> flexible ? 1 : 2;
            case Blob.BYTES, Blob.RECORDS -> flexible ? 1 : 4;
            case Array array -> flexible ? 1 : 4;
            case Struct struct -> {
                if (nullable) yield 1;
                int size = flexible ? 1 : 0;
                for (Field field : schema.structs().getOrDefault(struct.name(), List.of())) {
                    if (plainVersions(field).contains(version)) {
                        size += sizeMin(field.type(), isNullable(field), version);
                    }
                }
                yield size;
            }
        };
    }

    static String capitalized(String name) {
        return Character.toUpperCase(name.charAt(0)) + name.substring(1);
    }
}
