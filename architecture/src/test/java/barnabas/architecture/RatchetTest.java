package barnabas.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// Rules that the sources do not hold everywhere yet. `ratchets.txt` has the count of each module for each rule: a
/// count may fall, its row then falls with it.
class RatchetTest {
    @Test
    void countsDoNotRise() throws IOException {
        Map<String, Integer> limits = limits();
        var risen = new TreeMap<String, List<String>>();
        new Ratchets(Path.of("").toAbsolutePath().getParent()).places().forEach((name, places) -> {
            if (places.size() > limits.getOrDefault(name, 0)) risen.put(name + " " + places.size(), places);
        });
        assertThat(risen).as("more than in ratchets.txt").isEmpty();
    }

    private static Map<String, Integer> limits() throws IOException {
        var limits = new HashMap<String, Integer>();
        try (InputStream in = Objects.requireNonNull(RatchetTest.class.getResourceAsStream("ratchets.txt"))) {
            for (String row : new String(in.readAllBytes(), StandardCharsets.UTF_8).split("\n")) {
                if (row.isBlank() || row.startsWith("#")) continue;
                int space = row.lastIndexOf(' ');
                limits.put(row.substring(0, space), Integer.parseInt(row.substring(space + 1)));
            }
        }
        return limits;
    }

    private static final String SAMPLE = """
            /// What it is: nobody knows.
            class Sample {
                private final Runnable task = () -> { run(")"); };

                Sample(int a, Map<String, List<Integer>> b,
                        @Named("x, y") int c) {
                    this.a = a;
                }

                int method(int x) {
                    // "{"
                    if (x > 0) {
                        return '{';
                    }
                    return 2;
                }

                record Inner(int a, int b) {
                    Inner {
                        check(a);
                    }
                }
            }
            """;

    @Test
    void scannerSeesCallables() {
        assertThat(new JavaSource(SAMPLE).callables())
                .containsExactly(
                        new JavaSource.Callable("Sample", 5, 4, 3), new JavaSource.Callable("method", 10, 7, 0));
    }

    @Test
    void brokenLayoutsAreSeen() {
        var broken = new JavaSource("""
                /// A view of one record batch (magic 2) inside a big-endian buffer. It neither copies nor moves the
                /// buffer's
                /// position; the bytes behind it may be shared.
                ///
                /// ```
                ///  0  base offset             int64   assigned by the leader
                /// 21  attributes              int16   bits 0-2 codec, 3 timestamp type, 4 transactional, 5 control, 6
                /// horizon 23  last offset delta       int32   last offset = base offset + this
                /// ```
                """);
        assertThat(Ratchets.wrapped(broken.comments()))
                .containsExactly(
                        ":2 buffer's",
                        ":8 horizon 23  last offset delta       int32   last offset = base offset + this");
    }
}
