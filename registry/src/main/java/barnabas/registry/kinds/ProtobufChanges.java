package barnabas.registry.kinds;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.OneofDescriptor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/// Changes of a Protobuf schema that keep a reader from the data of a writer: fields are known by their numbers, types
/// of one group have the same form on the wire.
///
/// @see <a href="https://protobuf.dev/programming-guides/proto3/#updating">Updating a message type</a>
final class ProtobufChanges {
    private static final int OBSTACLES_MAX = 100;
    private static final int TEXT = 6;
    private static final int MESSAGE = 7;
    private static final int GROUP = 8;

    private final FileDescriptor writer;
    private final FileDescriptor reader;
    private final List<String> obstacles = new ArrayList<>();
    private final Set<String> compared = new HashSet<>();

    ProtobufChanges(FileDescriptor writer, FileDescriptor reader) {
        this.writer = writer;
        this.reader = reader;
    }

    List<String> obstacles() {
        if (!writer.getPackage().equals(reader.getPackage())) add("/package", "PACKAGE_CHANGED", reader.getPackage());
        else compareAll(writer.getMessageTypes(), reader.getMessageTypes(), "");
        return obstacles;
    }

    private void add(String path, String kind, String detail) {
        if (obstacles.size() < OBSTACLES_MAX) obstacles.add(path + ": " + kind + ": " + detail);
    }

    private void compareAll(List<Descriptor> from, List<Descriptor> to, String path) {
        Map<String, Descriptor> named = new HashMap<>();
        for (Descriptor each : to) named.put(each.getName(), each);
        for (Descriptor each : from) {
            if (each.getOptions().getMapEntry()) continue;
            Descriptor now = named.get(each.getName());
            if (now == null) add(path + "/" + each.getName(), "MESSAGE_REMOVED", each.getFullName());
            else message(each, now, path + "/" + each.getName());
        }
    }

    private void message(Descriptor from, Descriptor to, String path) {
        if (!compared.add(from.getFullName() + " " + to.getFullName())) return;
        for (FieldDescriptor each : from.getFields()) {
            FieldDescriptor now = to.findFieldByNumber(each.getNumber());
            String at = path + "/" + each.getNumber();
            if (now != null) field(each, now, at);
            else if (each.getRealContainingOneof() != null) add(at, "ONEOF_FIELD_REMOVED", each.getName());
        }
        for (FieldDescriptor each : to.getFields()) {
            FieldDescriptor before = from.findFieldByNumber(each.getNumber());
            if (each.isRequired() && (before == null || !before.isRequired()))
                add(path + "/" + each.getNumber(), "REQUIRED_FIELD_ADDED", each.getName());
        }
        oneofs(from, to, path);
        compareAll(from.getNestedTypes(), to.getNestedTypes(), path);
    }

    /// One field may move into a new choice; several might have been set together.
    private void oneofs(Descriptor from, Descriptor to, String path) {
        for (OneofDescriptor each : to.getRealOneofs()) {
            int outside = 0;
            boolean existed = false;
            for (FieldDescriptor field : each.getFields()) {
                FieldDescriptor before = from.findFieldByNumber(field.getNumber());
                if (before == null) continue;
                if (before.getRealContainingOneof() == null) outside++;
                else existed = true;
            }
            if (outside > 1) add(path + "/" + each.getName(), "MULTIPLE_FIELDS_MOVED_TO_ONEOF", outside + " fields");
            else if (outside == 1 && existed)
                add(path + "/" + each.getName(), "FIELD_MOVED_TO_EXISTING_ONEOF", each.getName());
        }
    }

    private void field(FieldDescriptor from, FieldDescriptor to, String path) {
        int before = group(from.getType());
        int now = group(to.getType());
        if (before != now) {
            add(path, "FIELD_KIND_CHANGED", from.getName() + " is " + name(to) + ", was " + name(from));
            return;
        }
        if (from.isMapField() != to.isMapField()) {
            add(path, "FIELD_KIND_CHANGED", to.getName() + " was " + (from.isMapField() ? "a map" : "no map"));
            return;
        }
        boolean packable = now != TEXT && now != MESSAGE && now != GROUP;
        if (from.isRepeated() != to.isRepeated() && packable) add(path, "FIELD_NUMERIC_LABEL_CHANGED", to.getName());
        if (now == MESSAGE || now == GROUP) messageField(from, to, path);
    }

    private void messageField(FieldDescriptor from, FieldDescriptor to, String path) {
        Descriptor before = from.getMessageType();
        Descriptor now = to.getMessageType();
        if (from.isMapField()) {
            field(before.getFields().get(0), now.getFields().get(0), path + "/key");
            field(before.getFields().get(1), now.getFields().get(1), path + "/value");
        } else if (!before.getFullName().equals(now.getFullName())) {
            add(
                    path,
                    "FIELD_NAMED_TYPE_CHANGED",
                    to.getName() + " is " + now.getFullName() + ", was " + before.getFullName());
        } else if (!before.getFile().getName().equals(writer.getName())) {
            message(before, now, path + "/" + now.getName());
        }
    }

    private static String name(FieldDescriptor field) {
        return field.getType().name().toLowerCase(Locale.ROOT);
    }

    /// Types with one number have one form on the wire and the same values in it.
    private static int group(FieldDescriptor.Type type) {
        return switch (type) {
            case INT32, INT64, UINT32, UINT64, BOOL, ENUM -> 1;
            case SINT32, SINT64 -> 2;
            case FIXED32, SFIXED32 -> 3;
            case FIXED64, SFIXED64 -> 4;
            case FLOAT -> 5;
            case STRING, BYTES -> TEXT;
            case MESSAGE -> MESSAGE;
            case GROUP -> GROUP;
            case DOUBLE -> 9;
        };
    }
}
