package barnabas.cli.records;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Takes lines off a stream as the bytes they are. A line ends with `\n`, which is not part of it; a carriage
/// return is.
public final class LineReader {
    private static final int BUFFER_BYTES = 128 << 10;

    private final InputStream in;
    private final int lineBytesMax;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private int position;
    private int limit;
    private long lines;
    private long bytes;

    /// @param lineBytesMax a longer line is an [IOException]: it is no text, and memory has an end
    public LineReader(InputStream in, int lineBytesMax) {
        this.in = in;
        this.lineBytesMax = lineBytesMax;
    }

    /// Whether a whole line can be taken without waiting for more input.
    boolean hasBufferedLine() {
        return lineEnd(position) < limit;
    }

    /// The next line, or null at the end. A last line without `\n` counts.
    public byte @Nullable [] next() throws IOException {
        byte[] begun = new byte[0];
        while (true) {
            int end = lineEnd(position);
            byte[] line = joined(begun, end);
            boolean complete = end < limit;
            position = complete ? end + 1 : limit;
            if (complete) return counted(line, 1);
            if (!fill()) return line.length == 0 ? null : counted(line, 0);
            begun = line;
        }
    }

    private byte[] counted(byte[] line, int terminatorBytes) {
        lines++;
        bytes += line.length + (long) terminatorBytes;
        return line;
    }

    private int lineEnd(int from) {
        int at = from;
        while (at < limit && buffer[at] != '\n') at++;
        return at;
    }

    private byte[] joined(byte[] begun, int end) throws IOException {
        int more = end - position;
        if ((long) begun.length + more > lineBytesMax) {
            throw new IOException("line " + (lines + 1) + " is longer than " + lineBytesMax + " bytes");
        }
        byte[] line = Arrays.copyOf(begun, begun.length + more);
        System.arraycopy(buffer, position, line, begun.length, more);
        return line;
    }

    private boolean fill() throws IOException {
        position = 0;
        limit = Math.max(0, in.read(buffer));
        return limit > 0;
    }

    public long lines() {
        return lines;
    }

    /// Taken so far, line ends included.
    public long bytes() {
        return bytes;
    }
}
