package barnabas.registry.kinds;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.EnumDescriptorProto;
import com.google.protobuf.DescriptorProtos.EnumValueDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.MethodDescriptorProto;
import com.google.protobuf.DescriptorProtos.ServiceDescriptorProto;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The text of a `.proto` file for a descriptor, in one form: comments are gone, options and imports stand in the order
/// of the descriptor. Options that the descriptor's own format does not know are left out.
final class ProtobufText {
    private final StringBuilder text = new StringBuilder();
    private final boolean proto3;

    private ProtobufText(boolean proto3) {
        this.proto3 = proto3;
    }

    static String of(FileDescriptorProto file) {
        var writer = new ProtobufText(file.getSyntax().equals("proto3"));
        writer.file(file);
        return writer.text.toString();
    }

    private void line(int depth, String line) {
        text.append("  ".repeat(depth)).append(line).append('\n');
    }

    private void file(FileDescriptorProto file) {
        line(0, "syntax = \"" + (proto3 ? "proto3" : "proto2") + "\";");
        if (file.hasPackage()) line(0, "package " + file.getPackage() + ";");
        text.append('\n');
        for (int i = 0; i < file.getDependencyCount(); i++)
            line(
                    0,
                    "import " + (file.getPublicDependencyList().contains(i) ? "public " : "") + "\""
                            + file.getDependency(i) + "\";");
        for (String each : options(file.getOptions())) line(0, "option " + each + ";");
        for (EnumDescriptorProto each : file.getEnumTypeList()) enumeration(each, 0);
        for (DescriptorProto each : file.getMessageTypeList()) message(each, 0);
        extensions(file.getExtensionList(), 0);
        for (ServiceDescriptorProto each : file.getServiceList()) service(each);
    }

    private void message(DescriptorProto message, int depth) {
        line(depth, "message " + message.getName() + " {");
        for (String each : options(message.getOptions())) line(depth + 1, "option " + each + ";");
        for (DescriptorProto.ReservedRange each : message.getReservedRangeList())
            line(depth + 1, "reserved " + range(each.getStart(), each.getEnd() - 1) + ";");
        for (String each : message.getReservedNameList()) line(depth + 1, "reserved \"" + each + "\";");
        for (DescriptorProto.ExtensionRange each : message.getExtensionRangeList())
            line(depth + 1, "extensions " + range(each.getStart(), each.getEnd() - 1) + ";");
        for (EnumDescriptorProto each : message.getEnumTypeList()) enumeration(each, depth + 1);
        for (DescriptorProto each : message.getNestedTypeList())
            if (!each.getOptions().getMapEntry() && !isGroup(message, each)) message(each, depth + 1);
        var oneofs = new boolean[message.getOneofDeclCount()];
        for (FieldDescriptorProto each : message.getFieldList()) {
            boolean inOneof = each.hasOneofIndex() && !each.getProto3Optional();
            if (!inOneof) field(each, message, depth + 1, false);
            else if (!oneofs[each.getOneofIndex()]) {
                oneofs[each.getOneofIndex()] = true;
                oneof(message, each.getOneofIndex(), depth + 1);
            }
        }
        extensions(message.getExtensionList(), depth + 1);
        line(depth, "}");
    }

    private static boolean isGroup(DescriptorProto message, DescriptorProto nested) {
        return message.getFieldList().stream()
                .anyMatch(each -> each.getType() == FieldDescriptorProto.Type.TYPE_GROUP
                        && each.getTypeName().endsWith("." + nested.getName()));
    }

    private void oneof(DescriptorProto message, int index, int depth) {
        line(depth, "oneof " + message.getOneofDecl(index).getName() + " {");
        for (FieldDescriptorProto each : message.getFieldList())
            if (each.hasOneofIndex() && each.getOneofIndex() == index) field(each, message, depth + 1, true);
        line(depth, "}");
    }

    private void extensions(List<FieldDescriptorProto> extensions, int depth) {
        for (FieldDescriptorProto each : extensions) {
            line(depth, "extend " + each.getExtendee() + " {");
            field(each, DescriptorProto.getDefaultInstance(), depth + 1, false);
            line(depth, "}");
        }
    }

    private void field(FieldDescriptorProto field, DescriptorProto message, int depth, boolean inOneof) {
        var details = new ArrayList<String>();
        if (field.hasDefaultValue()) details.add("default = " + defaultOf(field));
        if (field.hasJsonName() && !field.getJsonName().equals(jsonName(field.getName())))
            details.add("json_name = \"" + field.getJsonName() + "\"");
        details.addAll(options(field.getOptions()));
        String end = " = " + field.getNumber() + (details.isEmpty() ? "" : " [" + String.join(", ", details) + "]");
        DescriptorProto nested = nested(field, message);
        if (nested != null && nested.getOptions().getMapEntry()) {
            String types = type(nested.getField(0)) + ", " + type(nested.getField(1));
            line(depth, "map<" + types + "> " + field.getName() + end + ";");
            return;
        }
        String label = inOneof ? "" : label(field);
        if (field.getType() == FieldDescriptorProto.Type.TYPE_GROUP && nested != null) {
            line(depth, label + "group " + nested.getName() + end + " {");
            for (FieldDescriptorProto each : nested.getFieldList()) field(each, nested, depth + 1, false);
            line(depth, "}");
            return;
        }
        line(depth, label + type(field) + " " + field.getName() + end + ";");
    }

    private static @Nullable DescriptorProto nested(FieldDescriptorProto field, DescriptorProto message) {
        for (DescriptorProto each : message.getNestedTypeList())
            if (field.getTypeName().endsWith("." + message.getName() + "." + each.getName())) return each;
        return null;
    }

    private String label(FieldDescriptorProto field) {
        if (field.getLabel() == FieldDescriptorProto.Label.LABEL_REPEATED) return "repeated ";
        if (field.getLabel() == FieldDescriptorProto.Label.LABEL_REQUIRED) return "required ";
        return !proto3 || field.getProto3Optional() ? "optional " : "";
    }

    private static String type(FieldDescriptorProto field) {
        if (field.hasTypeName()) return field.getTypeName();
        return field.getType().name().substring("TYPE_".length()).toLowerCase(Locale.ROOT);
    }

    private static String defaultOf(FieldDescriptorProto field) {
        boolean quoted = field.getType() == FieldDescriptorProto.Type.TYPE_STRING
                || field.getType() == FieldDescriptorProto.Type.TYPE_BYTES;
        return quoted ? quoted(field.getDefaultValue()) : field.getDefaultValue();
    }

    private static String quoted(String value) {
        return "\"" + value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + "\"";
    }

    private static String jsonName(String name) {
        var json = new StringBuilder();
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c == '_') continue;
            json.append(i > 0 && name.charAt(i - 1) == '_' ? Character.toUpperCase(c) : c);
        }
        return json.toString();
    }

    private void enumeration(EnumDescriptorProto enumeration, int depth) {
        line(depth, "enum " + enumeration.getName() + " {");
        for (String each : options(enumeration.getOptions())) line(depth + 1, "option " + each + ";");
        for (EnumDescriptorProto.EnumReservedRange each : enumeration.getReservedRangeList())
            line(depth + 1, "reserved " + range(each.getStart(), each.getEnd()) + ";");
        for (String each : enumeration.getReservedNameList()) line(depth + 1, "reserved \"" + each + "\";");
        for (EnumValueDescriptorProto each : enumeration.getValueList()) {
            List<String> details = options(each.getOptions());
            line(
                    depth + 1,
                    each.getName() + " = " + each.getNumber()
                            + (details.isEmpty() ? "" : " [" + String.join(", ", details) + "]") + ";");
        }
        line(depth, "}");
    }

    private static String range(int from, int to) {
        return from == to ? String.valueOf(from) : from + " to " + (to >= 536_870_911 ? "max" : to);
    }

    private void service(ServiceDescriptorProto service) {
        line(0, "service " + service.getName() + " {");
        for (MethodDescriptorProto each : service.getMethodList())
            line(
                    1,
                    "rpc " + each.getName() + " (" + (each.getClientStreaming() ? "stream " : "") + each.getInputType()
                            + ") returns (" + (each.getServerStreaming() ? "stream " : "") + each.getOutputType()
                            + ");");
        line(0, "}");
    }

    /// `name = value` of the options that the format of descriptors itself has.
    private static List<String> options(Message options) {
        var lines = new ArrayList<String>();
        for (Map.Entry<FieldDescriptor, Object> each : options.getAllFields().entrySet()) {
            FieldDescriptor field = each.getKey();
            if (field.isRepeated() || field.getJavaType() == FieldDescriptor.JavaType.MESSAGE) continue;
            if (field.getName().equals("map_entry")) continue;
            Object value = each.getValue();
            lines.add(field.getName() + " = " + (value instanceof String word ? quoted(word) : value));
        }
        return lines;
    }
}
