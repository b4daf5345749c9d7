package barnabas.generator;

import java.util.Locale;

/// The type of a schema field.
public sealed interface FieldType {
    enum Primitive implements FieldType {
        BOOL("boolean", "Boolean", 1),
        INT8("byte", "Byte", 1),
        INT16("short", "Short", 2),
        UINT16("int", "Integer", 2),
        INT32("int", "Integer", 4),
        UINT32("long", "Long", 4),
        INT64("long", "Long", 8),
        FLOAT64("double", "Double", 8),
        UUID("Uuid", "Uuid", 16);

        final String javaName;
        final String boxedName;
        final int sizeBytes;

        Primitive(String javaName, String boxedName, int sizeBytes) {
            this.javaName = javaName;
            this.boxedName = boxedName;
            this.sizeBytes = sizeBytes;
        }

        /// The suffix of the reader and writer methods for this type.
        String method() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /// Length-prefixed types that may be null.
    enum Blob implements FieldType {
        STRING("String"),
        BYTES("ByteBuffer"),
        RECORDS("RecordData");

        final String javaName;

        Blob(String javaName) {
            this.javaName = javaName;
        }

        String method() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    record Struct(String name) implements FieldType {}

    record Array(FieldType element) implements FieldType {}

    static FieldType parse(String text) {
        if (text.startsWith("[]")) return new Array(parse(text.substring(2)));
        return switch (text) {
            case "bool" -> Primitive.BOOL;
            case "int8" -> Primitive.INT8;
            case "int16" -> Primitive.INT16;
            case "uint16" -> Primitive.UINT16;
            case "int32" -> Primitive.INT32;
            case "uint32" -> Primitive.UINT32;
            case "int64" -> Primitive.INT64;
            case "float64" -> Primitive.FLOAT64;
            case "uuid" -> Primitive.UUID;
            case "string" -> Blob.STRING;
            case "bytes" -> Blob.BYTES;
            case "records" -> Blob.RECORDS;
            default -> new Struct(text);
        };
    }

    /// The Java type where a reference is needed (list elements).
    default String boxed() {
        return switch (this) {
            case Primitive primitive -> primitive.boxedName;
            case Blob blob -> blob.javaName;
            case Struct struct -> struct.name();
            case Array array -> "List<" + array.element().boxed() + ">";
        };
    }

    /// The Java type of a local variable or record component.
    default String java() {
        return this instanceof Primitive primitive ? primitive.javaName : boxed();
    }
}
