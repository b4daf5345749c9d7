package barnabas.cli.dump;

import barnabas.base.DiskFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/// Prints files that are text already: checkpoints and properties.
final class TextDump {
    private static final int BYTES_MAX = 16 << 20;

    private final PrintWriter out;

    TextDump(PrintWriter out) {
        this.out = out;
    }

    boolean print(DiskFile file) throws IOException {
        var bytes = ByteBuffer.allocate((int) Math.min(BYTES_MAX, file.sizeBytes()));
        file.read(bytes, 0);
        String text = StandardCharsets.UTF_8.decode(bytes.flip()).toString();
        if (!text.isEmpty()) out.println(text.stripTrailing());
        return true;
    }
}
