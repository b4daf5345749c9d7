package barnabas.protocol;

import barnabas.generator.FieldType;
import barnabas.generator.Schema;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/// Random values of generated messages: every field that a version carries gets a random value, every other keeps its
/// default, so that nothing is lost when the message is written in that version.
final class RandomMessages {
    private final RandomGenerator random;

    RandomMessages(RandomGenerator random) {
        this.random = random;
    }

    Message message(Class<?> type, Schema schema, short version) throws ReflectiveOperationException {
        return (Message) struct(type, schema, schema.fields(), version, 0);
    }

    private Object struct(Class<?> type, Schema schema, List<Schema.Field> fields, short version, int depth)
            throws ReflectiveOperationException {
        Object builder = type.getMethod("builder").invoke(null);
        for (Schema.Field field : fields) {
            if (!field.versions().contains(version)) continue;
            Object value = value(type, schema, field, version, depth);
            for (Method setter : builder.getClass().getMethods()) {
                if (setter.getName().equals(field.name()) && setter.getParameterCount() == 1) {
                    setter.invoke(builder, value);
                }
            }
        }
        return builder.getClass().getMethod("build").invoke(builder);
    }

    private Object value(Class<?> owner, Schema schema, Schema.Field field, short version, int depth)
            throws ReflectiveOperationException {
        if (field.nullableVersions().contains(version) && random.nextInt(4) == 0) return null;
        // Now and then the default, so that tagged fields are left out as well.
        if (field.type() instanceof FieldType.Array(FieldType element)) {
            int size = depth > 2 ? random.nextInt(2) : random.nextInt(4);
            var list = new ArrayList<Object>();
            for (int i = 0; i < size; i++) list.add(scalar(owner, schema, element, version, depth + 1));
            return list;
        }
        return scalar(owner, schema, field.type(), version, depth);
    }

    private Object scalar(Class<?> owner, Schema schema, FieldType type, short version, int depth)
            throws ReflectiveOperationException {
        return switch (type) {
            case FieldType.Primitive.BOOL -> random.nextBoolean();
            case FieldType.Primitive.INT8 -> (byte) random.nextInt();
            case FieldType.Primitive.INT16 -> (short) random.nextInt();
            case FieldType.Primitive.UINT16 -> random.nextInt(0x10000);
            case FieldType.Primitive.INT32 -> random.nextInt();
            case FieldType.Primitive.UINT32 -> random.nextLong(0x1_0000_0000L);
            case FieldType.Primitive.INT64 -> random.nextLong();
            case FieldType.Primitive.FLOAT64 -> random.nextDouble();
            case FieldType.Primitive.UUID ->
                random.nextInt(5) == 0 ? Uuid.ZERO : new Uuid(random.nextLong(), random.nextLong());
            case FieldType.Blob.STRING -> string();
            case FieldType.Blob.BYTES -> bytes();
            case FieldType.Blob.RECORDS -> RecordData.of(bytes());
            case FieldType.Struct(String name) -> {
                // Structs are nested in the class of the message.
                Class<?> outer = owner.getEnclosingClass() == null ? owner : owner.getEnclosingClass();
                yield struct(
                        Class.forName(outer.getName() + "$" + name),
                        schema,
                        schema.structs().get(name),
                        version,
                        depth);
            }
            case FieldType.Array array -> throw new IllegalArgumentException("array of arrays: " + array);
        };
    }

    private String string() {
        String alphabet = "abcXYZ019._- äß€😀\u0000";
        int[] points = alphabet.codePoints().toArray();
        var text = new StringBuilder();
        for (int i = random.nextInt(12); i > 0; i--) text.appendCodePoint(points[random.nextInt(points.length)]);
        return text.toString();
    }

    private ByteBuffer bytes() {
        byte[] bytes = new byte[random.nextInt(20)];
        random.nextBytes(bytes);
        return ByteBuffer.wrap(bytes);
    }

    /// The record type of a schema in one of the generated packages.
    static Class<?> generated(String javaPackage, Schema schema) throws ClassNotFoundException {
        return Class.forName("barnabas.protocol." + javaPackage + "." + schema.name());
    }

    static Object kafkaInstance(String className) throws ReflectiveOperationException {
        Constructor<?> constructor = Class.forName(className).getConstructor();
        return constructor.newInstance();
    }
}
