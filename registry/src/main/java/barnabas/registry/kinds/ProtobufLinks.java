package barnabas.registry.kinds;

import com.google.protobuf.AnyProto;
import com.google.protobuf.ApiProto;
import com.google.protobuf.DescriptorProtos;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.DurationProto;
import com.google.protobuf.EmptyProto;
import com.google.protobuf.FieldMaskProto;
import com.google.protobuf.SourceContextProto;
import com.google.protobuf.StructProto;
import com.google.protobuf.TimestampProto;
import com.google.protobuf.TypeProto;
import com.google.protobuf.WrappersProto;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Links descriptors with those that they import.
final class ProtobufLinks {
    private static final List<FileDescriptor> GOOGLE = List.of(
            AnyProto.getDescriptor(),
            ApiProto.getDescriptor(),
            DescriptorProtos.getDescriptor(),
            DurationProto.getDescriptor(),
            EmptyProto.getDescriptor(),
            FieldMaskProto.getDescriptor(),
            SourceContextProto.getDescriptor(),
            StructProto.getDescriptor(),
            TimestampProto.getDescriptor(),
            TypeProto.getDescriptor(),
            WrappersProto.getDescriptor());

    private final Map<String, FileDescriptorProto> files;
    private final Map<String, FileDescriptor> linked = new HashMap<>();

    /// @param files by the names under which they are imported
    ProtobufLinks(Map<String, FileDescriptorProto> files) {
        this.files = files;
        for (FileDescriptor each : GOOGLE) linked.put(each.getName(), each);
    }

    FileDescriptor link(FileDescriptorProto file) throws DescriptorValidationException {
        var imports = new ArrayList<FileDescriptor>();
        for (String each : file.getDependencyList()) {
            FileDescriptor known = linked.get(each);
            FileDescriptorProto other = files.get(each);
            if (known == null && other != null) {
                known = link(other);
                linked.put(each, known);
            }
            // A missing one is named by the library.
            if (known != null) imports.add(known);
        }
        return FileDescriptor.buildFrom(file, imports.toArray(FileDescriptor[]::new));
    }
}
