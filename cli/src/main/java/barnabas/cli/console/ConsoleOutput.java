package barnabas.cli.console;

import java.io.IOException;
import java.io.OutputStream;

/// Standard output that distinguishes a closed pipe from a full disk: neither is a bug.
final class ConsoleOutput extends OutputStream {
    private final OutputStream out;

    ConsoleOutput(OutputStream out) {
        this.out = out;
    }

    @Override
    public void write(int value) throws IOException {
        write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        try {
            out.write(bytes, offset, length);
        } catch (IOException e) {
            throw new OutputClosedException(e);
        }
    }

    @Override
    public void flush() throws IOException {
        try {
            out.flush();
        } catch (IOException e) {
            throw new OutputClosedException(e);
        }
    }
}
