package barnabas.sim;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.sim.History.Attempt;
import barnabas.sim.History.Observed;
import barnabas.sim.History.Outcome;
import barnabas.sim.History.Write;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

/// The checker finds each kind of anomaly, and nothing where there is none.
class CheckerTest {
    private static final TopicPartition P = new TopicPartition("t", 0);
    private static final TopicPartition Q = new TopicPartition("t", 1);

    private static Attempt attempt(int client, int number, Outcome outcome, List<Write> writes, Observed... reads) {
        return new Attempt(client, number, writes, List.of(reads), outcome);
    }

    private static List<String> kinds(Map<TopicPartition, List<Observed>> committed, Attempt... attempts) {
        return Checker.anomalies(new History(Arrays.asList(attempts), committed)).stream()
                .map(line -> line.substring(0, line.indexOf(':')))
                .distinct()
                .toList();
    }

    private static final Attempt TWO =
            attempt(1, 1, Outcome.COMMITTED, List.of(new Write(P, 1, 0), new Write(Q, 2, 0)));

    @Test
    void nothingWrong() {
        var reader = attempt(2, 1, Outcome.COMMITTED, List.of(new Write(P, 3, 2)), new Observed(P, 0, 1));
        var open = attempt(3, 1, Outcome.UNKNOWN, List.of(new Write(P, 4, -1)));
        assertThat(kinds(
                        Map.of(
                                P,
                                List.of(new Observed(P, 0, 1), new Observed(P, 2, 3)),
                                Q,
                                List.of(new Observed(Q, 0, 2))),
                        TWO,
                        reader,
                        open))
                .isEmpty();
    }

    @Test
    void lostAndTorn() {
        assertThat(kinds(Map.of(), TWO)).containsExactly("lost-write");
        assertThat(kinds(Map.of(P, List.of(new Observed(P, 0, 1))), TWO)).containsExactly("torn");
        var unknown = attempt(1, 1, Outcome.UNKNOWN, TWO.writes());
        assertThat(kinds(Map.of(P, List.of(new Observed(P, 0, 1))), unknown)).containsExactly("torn");
        assertThat(kinds(Map.of(), unknown)).isEmpty();
    }

    @Test
    void abortedReads() {
        var aborted = attempt(1, 1, Outcome.ABORTED, List.of(new Write(P, 1, 0)));
        assertThat(kinds(Map.of(P, List.of(new Observed(P, 0, 1))), aborted)).containsExactly("aborted-read");
        var reader = attempt(2, 1, Outcome.COMMITTED, List.of(), new Observed(P, 0, 1));
        assertThat(kinds(Map.of(), aborted, reader)).contains("aborted-read");
    }

    @Test
    void duplicatesAndOrder() {
        var first = attempt(1, 1, Outcome.COMMITTED, List.of(new Write(P, 1, 0)));
        var second = attempt(1, 2, Outcome.COMMITTED, List.of(new Write(P, 2, -1)));
        assertThat(kinds(Map.of(P, List.of(new Observed(P, 0, 1), new Observed(P, 1, 1))), first))
                .contains("duplicate");
        assertThat(kinds(Map.of(P, List.of(new Observed(P, 0, 2), new Observed(P, 1, 1))), first, second))
                .contains("reordered", "inconsistent-offsets");
    }

    @Test
    void readsThatDoNotLast() {
        var writer =
                attempt(1, 1, Outcome.COMMITTED, List.of(new Write(P, 1, 0), new Write(P, 2, 1), new Write(P, 3, 2)));
        var log = Map.of(P, List.of(new Observed(P, 0, 1), new Observed(P, 1, 2), new Observed(P, 2, 3)));
        assertThat(kinds(log, writer, attempt(2, 1, Outcome.COMMITTED, List.of(), new Observed(P, 5, 1))))
                .containsExactly("vanished");
        assertThat(kinds(log, writer, attempt(2, 1, Outcome.COMMITTED, List.of(), new Observed(P, 0, 2))))
                .containsExactly("inconsistent-offsets");
        assertThat(kinds(
                        log,
                        writer,
                        attempt(2, 1, Outcome.COMMITTED, List.of(), new Observed(P, 0, 1), new Observed(P, 2, 3))))
                .containsExactly("poll-gap");
    }

    @Test
    void circularFlow() {
        var one = attempt(1, 1, Outcome.COMMITTED, List.of(new Write(P, 1, 0)), new Observed(Q, 0, 2));
        var two = attempt(2, 1, Outcome.COMMITTED, List.of(new Write(Q, 2, 0)), new Observed(P, 0, 1));
        assertThat(kinds(Map.of(P, List.of(new Observed(P, 0, 1)), Q, List.of(new Observed(Q, 0, 2))), one, two))
                .containsExactly("G1c");
    }
}
