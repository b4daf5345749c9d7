package barnabas.registry.kinds;

import barnabas.registry.model.RegistryProblem;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/// Protobuf, as the text of a `.proto` file or as a `FileDescriptorProto` in Base64, which some clients send. Texts are
/// read by Wire, descriptors linked by Google's library.
final class ProtobufKind implements SchemaKind {
    static final String FILE = "schema.proto";

    private static final Pattern BASE64 = Pattern.compile("[A-Za-z0-9+/\\s]+={0,2}\\s*");

    @Override
    public ParsedSchema parse(String text, List<Used> used) throws RegistryProblem {
        try {
            Map<String, FileDescriptorProto> files = new HashMap<>();
            for (Used each : used) {
                String source = each.schema().text();
                files.put(each.name(), descriptor(each.name(), source, used));
            }
            FileDescriptorProto own = descriptor(FILE, text, used);
            FileDescriptor linked = new ProtobufLinks(files).link(own);
            boolean isText = serialized(text).isEmpty();
            return new Parsed(linked, isText ? text.strip() : ProtobufText.of(own));
        } catch (DescriptorValidationException e) {
            throw RegistryProblem.invalidSchema(String.valueOf(e.getMessage()));
        } catch (StackOverflowError e) {
            throw RegistryProblem.invalidSchema("nested too deeply");
        }
    }

    private static FileDescriptorProto descriptor(String name, String text, List<Used> used) throws RegistryProblem {
        Optional<FileDescriptorProto> serialized = serialized(text);
        if (serialized.isPresent())
            return serialized.get().toBuilder().setName(name).build();
        return ProtobufSource.read(name, text, used);
    }

    /// The descriptor of a text that is Base64; empty for the text of a `.proto` file.
    static Optional<FileDescriptorProto> serialized(String text) {
        if (!BASE64.matcher(text).matches()) return Optional.empty();
        try {
            return Optional.of(
                    FileDescriptorProto.parseFrom(Base64.getMimeDecoder().decode(text)));
        } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private record Parsed(FileDescriptor file, String canonical) implements ParsedSchema {
        @Override
        public String normalized() {
            return ProtobufText.of(file.toProto());
        }

        @Override
        public Optional<String> serialized() {
            return Optional.of(Base64.getEncoder().encodeToString(file.toProto().toByteArray()));
        }

        @Override
        public List<String> obstacles(ParsedSchema writer) {
            if (!(writer instanceof Parsed other)) return List.of("/: not a Protobuf schema");
            return new ProtobufChanges(other.file, file).obstacles();
        }

        @Override
        public List<String> recordNames() {
            var names = new ArrayList<String>();
            for (Descriptor each : file.getMessageTypes()) addNames(each, names);
            return names;
        }

        private static void addNames(Descriptor type, List<String> names) {
            names.add(type.getFullName());
            for (Descriptor each : type.getNestedTypes()) addNames(each, names);
        }

        /// @param data the indexes of the message type, then the message
        @Override
        public String json(ByteBuffer data) throws MismatchException {
            ByteBuffer rest = data.duplicate();
            Descriptor type = ProtobufJson.type(file, rest);
            var bytes = new byte[rest.remaining()];
            rest.get(bytes);
            try {
                return JsonForm.compact(ProtobufJson.of(DynamicMessage.parseFrom(type, bytes)));
            } catch (InvalidProtocolBufferException | RuntimeException | StackOverflowError e) {
                throw new MismatchException("not a " + type.getFullName() + ": " + e.getMessage());
            }
        }
    }
}
