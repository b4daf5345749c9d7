package barnabas.sim;

import barnabas.base.Disk;
import barnabas.base.ForwardingDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;

/// A planted bug: the file `quorum-state` says nothing of the leader that a voter follows, so that a voter which has
/// voted for itself and lost comes back as a candidate.
final class KeptVote extends ForwardingDisk {
    KeptVote(Disk disk) {
        super(disk);
    }

    @Override
    public Optional<ByteBuffer> readWhole(Path file, int sizeMax) throws IOException {
        Optional<ByteBuffer> content = super.readWhole(file, sizeMax);
        if (!file.endsWith("quorum-state")) return content;
        return content.map(bytes -> {
            String text = StandardCharsets.UTF_8.decode(bytes).toString();
            return ByteBuffer.wrap(
                    text.replaceFirst("\"leaderId\":\\d+", "\"leaderId\":-1").getBytes(StandardCharsets.UTF_8));
        });
    }
}
