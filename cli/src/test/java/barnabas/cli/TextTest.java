package barnabas.cli;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.cli.console.FailureReport;
import barnabas.cli.console.Listing;
import barnabas.cli.console.Progress;
import barnabas.config.keys.NearestName;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/// Tables, messages and progress that commands print.
class TextTest {
    @Test
    void tablesAlignNumbersOnTheRight() throws IOException {
        var console = new ScriptedConsole();
        new Listing("name", "leaderId", "replicas", "note")
                .row("a", 7, List.of(1, 2), null)
                .row("longer", 123, List.of(), "")
                .print(console.console(), false);
        assertThat(console.out()).isEqualTo("""
                        NAME    LEADER ID  REPLICAS  NOTE
                        a               7  1,2          -
                        longer        123  -            -
                        """);
    }

    @Test
    void aFaultOfThisProgramIsOneLineWithItsPlace() {
        var console = new ScriptedConsole();
        FailureReport.unexpected(new IllegalStateException("two\nlines"), console.console());
        assertThat(console.err())
                .startsWith("barnabas: an unexpected failure, please report this line:"
                        + " java.lang.IllegalStateException: two\\nlines at TextTest.java:")
                .hasLineCount(1);
    }

    /// A client id or a group id may hold anything.
    @Test
    void namesCannotSteerTheTerminal() throws IOException {
        var console = new ScriptedConsole();
        new Listing("name", "note").row("a\nb", "\u001b[2J\r\u009b").print(console.console(), false);
        assertThat(console.out()).isEqualTo("""
                        NAME  NOTE
                        a\\nb  \\u001b[2J\\r\\u009b
                        """);
        console.console().problem("group 'g\n\u001b]0;x' is unknown" + "y".repeat(1_000_000));
        assertThat(console.err())
                .startsWith("barnabas: group 'g\\n\\u001b]0;x' is unknown")
                .hasLineCount(1);
        assertThat(console.err().length()).isLessThan(5_000);
        try (var text = console.console().text()) {
            text.println("one\u001b[1m");
            text.write('\u001b');
            text.println("two");
        }
        assertThat(console.out()).endsWith("one\\u001b[1m\n\\u001btwo\n");
    }

    @Test
    void jsonKeepsTypes() throws IOException {
        var console = new ScriptedConsole();
        new Listing("name", "count", "list", "none", "flag")
                .row("a \"quoted\" ä", 9_000_000_000L, List.of(1, 2), null, true)
                .print(console.console(), true);
        assertThat(console.out().replaceAll("\\s+", " "))
                .isEqualTo("[ { \"name\" : \"a \\\"quoted\\\" ä\", \"count\" : 9000000000, \"list\" : [ 1, 2 ],"
                        + " \"none\" : null, \"flag\" : true } ] ");
    }

    @Test
    void nearestNames() {
        var names = List.of("orders", "payments", "order-events", "a");
        assertThat(NearestName.to("ordres", names)).contains("orders");
        assertThat(NearestName.to("Payment", names)).contains("payments");
        assertThat(NearestName.to("b", names)).contains("a");
        assertThat(NearestName.to("customers", names)).isEmpty();
        assertThat(NearestName.to("x", List.of())).isEmpty();
        assertThat(NearestName.to("ORDERS", names)).contains("orders");
    }

    @Test
    void sizesAndTimes() {
        assertThat(List.of(0L, 999L, 1_000L, 1_549L, 99_940L, 999_499L, 999_600L, 1_500_000_000L).stream()
                        .map(Progress::size))
                .containsExactly("0 B", "999 B", "1.0 kB", "1.5 kB", "100 kB", "999 kB", "1.0 MB", "1.5 GB");
        assertThat(GroupLag.text(OptionalLong.empty())).isEqualTo("-");
        assertThat(List.of(
                                Duration.ZERO,
                                Duration.ofMillis(850),
                                Duration.ofSeconds(42),
                                Duration.ofSeconds(310),
                                Duration.ofMinutes(185),
                                Duration.ofHours(52))
                        .stream()
                        .map(each -> GroupLag.text(OptionalLong.of(each.toMillis()))))
                .containsExactly("0 s", "850 ms", "42 s", "5 m 10 s", "3 h 5 m", "2 d 4 h");
    }

    @Test
    void usageMistakesEndWithTwo() {
        var console = new ScriptedConsole();
        assertThat(console.run("topic", "lits")).isEqualTo(2);
        assertThat(console.err()).contains("did you mean 'list'?").hasLineCount(1);
        assertThat(console.run()).isEqualTo(2);
        assertThat(console.err()).contains("no command given").hasLineCount(1);
        assertThat(console.run("--help")).isZero();
        assertThat(console.out()).contains("produce");
        assertThat(console.run("consume", "t", "--format", "%q")).isEqualTo(2);
        assertThat(console.err()).contains("no field %q");
        assertThat(console.run("topic", "list", "--bootstrap", "nowhere")).isEqualTo(2);
        assertThat(console.err()).contains("'nowhere' has no port");
    }
}
