package barnabas.mirror;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.protocol.Uuid;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// Ages of claims.
class ClaimsTest {
    private static final Uuid TOPIC = new Uuid(1, 2);

    private long nanos = -1;
    private final Claims claims = new Claims(() -> nanos);

    private void passes(int seconds) {
        nanos += seconds * 1_000_000_000L;
        claims.look(Set.of(TOPIC));
    }

    @Test
    void claimSettlesAndIsNotKeptForEver() {
        assertThat(claims.areYoung()).isFalse();
        passes(100);
        assertThat(claims.isSettled(TOPIC)).isFalse();
        assertThat(claims.areYoung()).as("the source is asked soon").isTrue();
        passes(2);
        assertThat(claims.isSettled(TOPIC)).isTrue();
        assertThat(claims.areYoung()).isTrue();
        passes(2);
        assertThat(claims.areYoung())
                .as("a confirmation that fails waits for the next look")
                .isFalse();
        assertThat(claims.isTooOld(TOPIC)).isFalse();
        passes(26);
        assertThat(claims.isTooOld(TOPIC)).isTrue();
    }

    @Test
    void claimThatWasGoneInBetweenIsAnotherOne() {
        passes(1);
        claims.look(Set.of());
        assertThat(claims.areYoung()).isFalse();
        passes(40);
        assertThat(claims.isTooOld(TOPIC)).isFalse();
    }
}
