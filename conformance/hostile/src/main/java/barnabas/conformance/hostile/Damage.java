package barnabas.conformance.hostile;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/// Damage to files by disks, file systems and operators.
enum Damage {
    CUT,
    FLIPPED,
    ZEROED,
    EXTENDED,
    DELETED,
    OVERWRITTEN;

    /// Damages one to three files below a directory.
    ///
    /// @return what was done, a line each
    static List<String> somewhere(Path directory, RandomGenerator random) throws IOException {
        List<Path> files;
        try (var all = Files.walk(directory)) {
            files = all.filter(Files::isRegularFile).sorted().toList();
        }
        var done = new ArrayList<String>();
        for (int n = random.nextInt(1, 4); n > 0; n--) {
            Path file = files.get(random.nextInt(files.size()));
            if (!Files.exists(file)) continue;
            Damage damage = values()[random.nextInt(values().length)];
            damage.to(file, random);
            done.add(damage + " " + directory.relativize(file));
        }
        return done;
    }

    private void to(Path file, RandomGenerator random) throws IOException {
        if (this == DELETED) {
            Files.delete(file);
            return;
        }
        try (var channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            long size = channel.size();
            long at = size == 0 ? 0 : random.nextLong(size);
            int length = (int) Math.min(4_096, size - at);
            var bytes = new byte[Math.max(1, length)];
            switch (this) {
                case CUT -> channel.truncate(at);
                case FLIPPED -> {
                    var one = ByteBuffer.allocate(1);
                    if (channel.read(one, at) == 1) {
                        one.put(0, (byte) (one.get(0) ^ 1 << random.nextInt(8))).rewind();
                        channel.write(one, at);
                    }
                }
                case ZEROED -> channel.write(ByteBuffer.wrap(bytes), at);
                case EXTENDED -> {
                    random.nextBytes(bytes);
                    channel.write(ByteBuffer.wrap(bytes), size);
                }
                case OVERWRITTEN -> {
                    random.nextBytes(bytes);
                    channel.write(ByteBuffer.wrap(bytes), at);
                }
                case DELETED -> throw new IllegalStateException();
            }
        }
    }
}
