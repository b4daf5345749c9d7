package barnabas.console;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.base.Clock;
import barnabas.console.LoginCheck.Login;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/// Logins of users whose connections are open.
class LoginCheckTest {
    private final AtomicLong nanos = new AtomicLong();
    private final Clock clock = new Clock() {
        @Override
        public long millis() {
            return nanos() / 1_000_000;
        }

        @Override
        public long nanos() {
            return nanos.get();
        }
    };
    private final AtomicInteger logins = new AtomicInteger();
    private Login login = Login.TAKEN;
    private final LoginCheck check = new LoginCheck(clock, () -> {
        logins.incrementAndGet();
        return login;
    });

    private void pass(int seconds) {
        nanos.addAndGet(Duration.ofSeconds(seconds).toNanos());
    }

    @Test
    void passwordIsTriedEveryTenSeconds() {
        login = Login.REFUSED;
        pass(9);
        assertThat(check.isTaken()).isTrue();
        assertThat(logins).hasValue(0);
        pass(1);
        assertThat(check.isTaken()).isFalse();
        assertThat(check.isTaken()).isFalse();
    }

    @Test
    void aListenerThatTakesNoLoginIsNoWayToStay() {
        login = Login.UNCLEAR;
        pass(10);
        assertThat(check.isTaken()).isTrue();
        pass(59);
        assertThat(check.isTaken()).isTrue();
        pass(1);
        assertThat(check.isTaken()).isFalse();
    }

    @Test
    void anUnclearLoginIsTriedAgainWithTheNextRequest() {
        login = Login.UNCLEAR;
        pass(10);
        assertThat(check.isTaken()).isTrue();
        login = Login.REFUSED;
        assertThat(check.isTaken()).isFalse();
    }

    @Test
    void aSuccessEndsTheUnclearMinute() {
        login = Login.UNCLEAR;
        pass(10);
        assertThat(check.isTaken()).isTrue();
        login = Login.TAKEN;
        pass(50);
        assertThat(check.isTaken()).isTrue();
        login = Login.UNCLEAR;
        pass(20);
        assertThat(check.isTaken()).isTrue();
    }

    @Test
    void othersGoOnWhileOneLogsIn() {
        var itself = new AtomicReference<LoginCheck>();
        var waiting = new LoginCheck(clock, () -> {
            var other = CompletableFuture.supplyAsync(() -> itself.get().isTaken());
            return other.orTimeout(20, TimeUnit.SECONDS).join() ? Login.TAKEN : Login.REFUSED;
        });
        itself.set(waiting);
        pass(10);
        assertThat(waiting.isTaken()).isTrue();
    }
}
