package barnabas.registry.kinds;

import barnabas.registry.kinds.SchemaKind.Used;
import barnabas.registry.model.RegistryProblem;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.InvalidProtocolBufferException;
import com.squareup.wire.schema.CoreLoader;
import com.squareup.wire.schema.ErrorCollector;
import com.squareup.wire.schema.Linker;
import com.squareup.wire.schema.Loader;
import com.squareup.wire.schema.Location;
import com.squareup.wire.schema.ProtoFile;
import com.squareup.wire.schema.Schema;
import com.squareup.wire.schema.internal.SchemaEncoder;
import com.squareup.wire.schema.internal.parser.ProtoParser;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Texts of `.proto` files as descriptors. Files beside Google's own are found among the references only.
final class ProtobufSource {
    private static final int BRACES_MAX = 100;

    private ProtobufSource() {}

    static FileDescriptorProto read(String name, String text, List<Used> used) throws RegistryProblem {
        checkDepth(text);
        Map<String, String> texts = new HashMap<>();
        for (Used each : used) texts.put(each.name(), asText(each.schema().text()));
        try {
            ProtoFile file = parse(name, text);
            var errors = new ErrorCollector();
            Schema schema = new Linker(new ReferenceLoader(texts), errors, true, true).link(List.of(file));
            errors.throwIfNonEmpty();
            ProtoFile linked = schema.protoFile(name);
            if (linked == null) throw RegistryProblem.invalidSchema("the file is empty");
            byte[] bytes = new SchemaEncoder(schema).encode(linked).toByteArray();
            return FileDescriptorProto.parseFrom(bytes);
        } catch (InvalidProtocolBufferException | RuntimeException e) {
            throw RegistryProblem.invalidSchema(firstLine(String.valueOf(e.getMessage())));
        }
    }

    private static String firstLine(String message) {
        String one = message.replaceAll("\\s*\\n\\s*", " ");
        return one.length() > 500 ? one.substring(0, 500) + "…" : one;
    }

    /// The parser goes down with each brace.
    private static void checkDepth(String text) throws RegistryProblem {
        int depth = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '{' || c == '[' || c == '<') depth++;
            else if (c == '}' || c == ']' || c == '>') depth--;
            if (depth > BRACES_MAX) throw RegistryProblem.invalidSchema("nested deeper than " + BRACES_MAX);
        }
    }

    private static String asText(String text) {
        Optional<FileDescriptorProto> serialized = ProtobufKind.serialized(text);
        return serialized.isPresent() ? ProtobufText.of(serialized.get()) : text;
    }

    private static ProtoFile parse(String name, String text) {
        return ProtoFile.Companion.get(ProtoParser.Companion.parse(Location.get(name), text));
    }

    private record ReferenceLoader(Map<String, String> texts) implements Loader {
        @Override
        public ProtoFile load(String path) {
            @Nullable String text = texts.get(path);
            return text == null ? CoreLoader.INSTANCE.load(path) : parse(path, text);
        }

        @Override
        public Loader withErrors(ErrorCollector errors) {
            return this;
        }
    }
}
