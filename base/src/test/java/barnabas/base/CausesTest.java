package barnabas.base;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class CausesTest {
    @Test
    void innermostIsTheFirstCauseOfAll() {
        var first = new IOException("refused");
        assertThat(Causes.innermost(new IllegalStateException(new RuntimeException(first))))
                .isSameAs(first);
        assertThat(Causes.innermost(first)).isSameAs(first);
    }

    @Test
    @Timeout(20)
    void circleOfCausesEnds() {
        var one = new IllegalStateException("one");
        var two = new IllegalStateException("two", one);
        one.initCause(two);
        assertThat(Causes.innermost(one)).isIn(one, two);
    }
}
