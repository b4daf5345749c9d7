package barnabas.cli.connect.worker;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/// Lines of a worker's log.
public final class WorkerLog {
    private static final int END_BYTES = 4 << 20;

    private WorkerLog() {}

    /// The last lines about a connector, with the stack traces behind them.
    public static List<String> about(Path log, String connector, int linesMax) throws IOException {
        var lines = new ArrayList<String>();
        boolean within = false;
        for (String line : end(log)) {
            if (isEntry(line)) within = line.contains("[" + connector + "|");
            if (within) lines.add(line);
        }
        return List.copyOf(lines.subList(Math.max(0, lines.size() - linesMax), lines.size()));
    }

    /// Message and innermost cause of the last error; empty without one.
    static String lastError(Path log) throws IOException {
        String last = "";
        String cause = "";
        boolean within = false;
        for (String line : end(log)) {
            if (isEntry(line)) {
                within = line.contains(" ERROR ");
                if (within) {
                    last = line.substring(line.indexOf(" ERROR ") + 7);
                    cause = "";
                }
            } else if (within && (line.startsWith("Caused by: ") || cause.isEmpty())) {
                cause = line.replaceFirst("^Caused by: ", "");
            }
        }
        return cause.isEmpty() ? last : cause;
    }

    private static boolean isEntry(String line) {
        return line.length() > 10 && Character.isDigit(line.charAt(0)) && line.charAt(4) == '-';
    }

    private static List<String> end(Path log) throws IOException {
        if (!Files.exists(log)) return List.of();
        try (var channel = Files.newByteChannel(log, StandardOpenOption.READ)) {
            long begin = Math.max(0, channel.size() - END_BYTES);
            channel.position(begin);
            var bytes = ByteBuffer.allocate((int) Math.min(END_BYTES, channel.size() - begin));
            int count = 0;
            while (bytes.hasRemaining() && count >= 0) count = channel.read(bytes);
            return new String(bytes.array(), 0, bytes.position(), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
        }
    }
}
