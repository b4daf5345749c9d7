package barnabas.conformance.chaos;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;

/// The ends of the logs in a directory that no force had reached when their process was killed: a power cut may take or
/// change them. Everything from the recovery point on (`recovery-point-offset-checkpoint`) of the newest segments.
final class UnforcedBytes {
    private static final int HEADER_BYTES = 12;
    private static final int UNCHECKED_BYTES = 17;

    /// @param batches where each begins
    private record Tail(Path file, List<Long> batches, long to) {
        long from() {
            return batches.getFirst();
        }
    }

    private final List<Tail> tails = new ArrayList<>();

    /// @param directory of `log.dirs`, of a node that does not run
    UnforcedBytes(Path directory) throws IOException {
        Map<String, Long> recovery = recoveryPoints(directory.resolve("recovery-point-offset-checkpoint"));
        try (Stream<Path> partitions = Files.list(directory)) {
            for (Path partition : partitions.filter(Files::isDirectory).sorted().toList()) {
                String name = partition.getFileName().toString();
                // The metadata log is forced before anything of it counts.
                if (name.startsWith("__cluster_metadata") || !name.matches(".*-[0-9]+")) continue;
                add(partition, recovery.getOrDefault(name, 0L));
            }
        }
    }

    private static Map<String, Long> recoveryPoints(Path file) throws IOException {
        var points = new HashMap<String, Long>();
        if (!Files.exists(file)) return points;
        for (String line : Files.readAllLines(file)) {
            String[] parts = line.split(" ");
            if (parts.length == 3) points.put(parts[0] + "-" + parts[1], Long.parseLong(parts[2]));
        }
        return points;
    }

    private void add(Path partition, long recoveryPoint) throws IOException {
        Path newest;
        try (Stream<Path> files = Files.list(partition)) {
            newest = files.filter(each -> each.toString().endsWith(".log"))
                    .sorted()
                    .reduce((_, second) -> second)
                    .orElse(null);
        }
        if (newest == null) return;
        try (var file = new RandomAccessFile(newest.toFile(), "r")) {
            var batches = new ArrayList<Long>();
            long position = 0;
            while (position + HEADER_BYTES <= file.length()) {
                file.seek(position);
                long baseOffset = file.readLong();
                int length = file.readInt();
                if (position + HEADER_BYTES + length > file.length() || length <= UNCHECKED_BYTES) break;
                if (baseOffset >= recoveryPoint) batches.add(position);
                position += HEADER_BYTES + length;
            }
            if (!batches.isEmpty()) tails.add(new Tail(newest, List.copyOf(batches), position));
        }
    }

    /// Cuts each log somewhere in the bytes that were not forced.
    ///
    /// @return how many bytes are gone
    long cut(Random random) throws IOException {
        long gone = 0;
        for (Tail each : tails) {
            long to = random.nextLong(each.from(), each.to + 1);
            try (var file = new RandomAccessFile(each.file.toFile(), "rw")) {
                file.setLength(to);
            }
            gone += each.to - to;
        }
        return gone;
    }

    /// Changes one bit of each log, where a check value covers it: not in the first 17 bytes of a batch, which a leader
    /// and its followers may write themselves (base offset, length, leader epoch, magic).
    int flip(Random random) throws IOException {
        for (Tail each : tails) {
            long batch = each.batches.get(random.nextInt(each.batches.size()));
            long next = each.batches.stream()
                    .filter(start -> start > batch)
                    .findFirst()
                    .orElse(each.to);
            long at = random.nextLong(batch + UNCHECKED_BYTES, next);
            try (var file = new RandomAccessFile(each.file.toFile(), "rw")) {
                file.seek(at);
                int value = file.read();
                file.seek(at);
                file.write(value ^ (1 << random.nextInt(8)));
            }
        }
        return tails.size();
    }
}
