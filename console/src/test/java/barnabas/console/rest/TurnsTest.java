package barnabas.console.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 20, unit = TimeUnit.SECONDS)
class TurnsTest {
    @Test
    void theNextOneIsRefusedWhileAllAreTaken() throws Exception {
        var turns = new Turns(2, Duration.ofMillis(5));
        try (var _ = turns.take()) {
            try (var _ = turns.take()) {
                assertThatThrownBy(turns::take)
                        .isInstanceOfSatisfying(
                                ApiProblem.class,
                                refused -> assertThat(refused.status()).isEqualTo(503));
            }
            turns.take().close();
        }
    }
}
