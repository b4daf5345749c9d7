package barnabas.cli.records;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LineReaderTest {
    private static List<String> lines(String text) throws IOException {
        var reader = new LineReader(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), 1_000);
        var lines = new ArrayList<String>();
        for (byte[] line = reader.next(); line != null; line = reader.next()) {
            lines.add(new String(line, StandardCharsets.UTF_8));
        }
        assertThat(reader.lines()).isEqualTo(lines.size());
        assertThat(reader.bytes()).isEqualTo(text.length());
        return lines;
    }

    @Test
    void splitsAtLineFeedsOnly() throws IOException {
        assertThat(lines("")).isEmpty();
        assertThat(lines("a")).containsExactly("a");
        assertThat(lines("a\n")).containsExactly("a");
        assertThat(lines("\n")).containsExactly("");
        assertThat(lines("a\r\n\nb")).containsExactly("a\r", "", "b");
    }

    /// The bytes come out as they were, in whichever pieces the input comes.
    @Test
    void keepsEveryByte() throws IOException {
        long seed = new Random().nextLong();
        var random = new Random(seed);
        for (int round = 0; round < 50; round++) {
            byte[] text = new byte[random.nextInt(300_000)];
            random.nextBytes(text);
            var reader = new LineReader(new Dribble(new ByteArrayInputStream(text), random), 1 << 20);
            var joined = new ByteArrayOutputStream();
            boolean ended = text.length > 0 && text[text.length - 1] == '\n';
            for (byte[] line = reader.next(); line != null; line = reader.next()) {
                joined.writeBytes(line);
                if (reader.bytes() < text.length || ended) joined.write('\n');
            }
            assertThat(joined.toByteArray()).as("seed %s", seed).isEqualTo(text);
        }
    }

    @Test
    void refusesALineWithoutEnd() {
        var reader = new LineReader(new ByteArrayInputStream(new byte[2_000]), 1_000);
        assertThatThrownBy(reader::next)
                .isInstanceOf(IOException.class)
                .hasMessageContaining("line 1 is longer than 1000");
    }

    /// A stream that gives less than it is asked for.
    private static final class Dribble extends FilterInputStream {
        private final Random random;

        Dribble(InputStream in, Random random) {
            super(in);
            this.random = random;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            return super.read(target, offset, Math.min(length, 1 + random.nextInt(70_000)));
        }
    }
}
