package barnabas.mirror;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import barnabas.client.ClientException;
import barnabas.client.RequestFailedException;
import barnabas.protocol.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Shares of the work of a mirror whose source answers late.
class RoundsTest {
    private static final List<String> NAMES = List.of("c", "a", "b");

    private long nanos;
    private final Rounds rounds = new Rounds(() -> nanos);
    private final List<String> taken = new ArrayList<>();

    private List<String> round(int seconds) throws ClientException {
        return rounds.take(NAMES, name -> {
            nanos += seconds * 1_000_000_000L;
            taken.add(name);
        });
    }

    @Test
    void eachNameComesAndARoundEnds() throws Exception {
        assertThat(round(1)).isEmpty();
        assertThat(taken).containsExactly("a", "b", "c");
        taken.clear();
        assertThat(round(4)).containsExactly("c");
        assertThat(round(4)).containsExactly("b");
        assertThat(round(60)).containsExactly("c", "a");
        assertThat(round(0)).isEmpty();
        assertThat(taken).containsExactly("a", "b", "c", "a", "b", "c", "a", "b");
    }

    /// The next round begins behind it, and comes to it at its end.
    @Test
    void nameThatFailsHoldsUpNoOther() throws Exception {
        assertThatThrownBy(() -> rounds.take(NAMES, name -> {
                    taken.add(name);
                    if (name.equals("b")) throw new RequestFailedException("it", ErrorCode.UNKNOWN_SERVER_ERROR, null);
                }))
                .isInstanceOf(RequestFailedException.class);
        assertThat(round(0)).isEmpty();
        assertThat(taken).containsExactly("a", "b", "c", "a", "b");
    }
}
