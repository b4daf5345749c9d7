package barnabas.registry.kinds;

import barnabas.console.json.JsonObject;
import barnabas.registry.kinds.ParsedSchema.MismatchException;
import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Message;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Protobuf messages as JSON: bytes as Base64, 64-bit numbers as texts, enums by name.
final class ProtobufJson {
    private static final int INDEXES_MAX = 100;

    private ProtobufJson() {}

    /// The type of a message by the indexes in front of it: how many, then one for each level; a lone 0 is the first
    /// type of the file. Each is a zigzag varint.
    static Descriptor type(FileDescriptor file, ByteBuffer data) throws MismatchException {
        int count = varint(data);
        if (count < 0 || count > INDEXES_MAX) throw new MismatchException(count + " indexes of a message type");
        List<Descriptor> types = file.getMessageTypes();
        Descriptor type = null;
        for (int i = 0; i < Math.max(1, count); i++) {
            int index = count == 0 ? 0 : varint(data);
            if (index < 0 || index >= types.size())
                throw new MismatchException("the schema has no message type with index " + index);
            type = types.get(index);
            types = type.getNestedTypes();
        }
        if (type == null) throw new MismatchException("no message type");
        return type;
    }

    private static int varint(ByteBuffer data) throws MismatchException {
        int value = 0;
        for (int shift = 0; shift < 35; shift += 7) {
            if (!data.hasRemaining()) throw new MismatchException("no index of a message type");
            byte next = data.get();
            value |= (next & 0x7f) << shift;
            if (next >= 0) return value >>> 1 ^ -(value & 1);
        }
        throw new MismatchException("a malformed index of a message type");
    }

    static JsonObject of(Message message) {
        var json = new JsonObject();
        for (Map.Entry<FieldDescriptor, Object> each : message.getAllFields().entrySet()) {
            FieldDescriptor field = each.getKey();
            Object value = each.getValue();
            if (field.isMapField() && value instanceof List<?> entries) json.put(field.getName(), map(entries));
            else if (field.isRepeated() && value instanceof List<?> items) {
                var list = new ArrayList<>();
                for (Object item : items) list.add(single(item));
                json.put(field.getName(), list);
            } else json.put(field.getName(), single(value));
        }
        return json;
    }

    private static Map<String, Object> map(List<?> entries) {
        var members = new LinkedHashMap<String, Object>();
        for (Object each : entries) {
            if (!(each instanceof Message entry)) continue;
            List<FieldDescriptor> fields = entry.getDescriptorForType().getFields();
            members.put(String.valueOf(entry.getField(fields.get(0))), single(entry.getField(fields.get(1))));
        }
        return members;
    }

    private static Object single(Object value) {
        return switch (value) {
            case Message message -> of(message);
            case ByteString bytes -> Base64.getEncoder().encodeToString(bytes.toByteArray());
            case EnumValueDescriptor constant -> constant.getName();
            case Long number -> number.toString();
            case Float number -> number.doubleValue();
            default -> value;
        };
    }
}
