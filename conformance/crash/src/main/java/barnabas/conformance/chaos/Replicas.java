package barnabas.conformance.chaos;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// The logs of stopped nodes, byte for byte.
public final class Replicas {
    private Replicas() {}

    /// The first difference between the nodes in the partitions of these topics.
    ///
    /// @param topics without compaction and retention: their replicas hold the same bytes
    public static Optional<String> difference(List<NodeProcess> nodes, List<String> topics, int partitions)
            throws IOException {
        for (String topic : topics) {
            for (int partition = 0; partition < partitions; partition++) {
                String name = topic + "-" + partition;
                byte[] first = bytes(nodes.getFirst().data().resolve(name));
                if (first.length == 0) return Optional.of(name + " is empty");
                for (NodeProcess each : nodes.subList(1, nodes.size())) {
                    byte[] other = bytes(each.data().resolve(name));
                    int at = Arrays.mismatch(first, other);
                    if (at >= 0)
                        return Optional.of("%s differs at byte %,d between node %d (%,d bytes) and %d (%,d bytes)%s"
                                .formatted(
                                        name,
                                        at,
                                        nodes.getFirst().id(),
                                        first.length,
                                        each.id(),
                                        other.length,
                                        at < Math.min(first.length, other.length)
                                                ? ": %02x and %02x".formatted(first[at], other[at])
                                                : ""));
                }
            }
        }
        return Optional.empty();
    }

    private static byte[] bytes(Path partition) throws IOException {
        var all = new ByteArrayOutputStream();
        try (Stream<Path> files = Files.list(partition)) {
            for (Path each : files.filter(file -> file.toString().endsWith(".log"))
                    .sorted()
                    .toList()) all.write(Files.readAllBytes(each));
        }
        return all.toByteArray();
    }
}
