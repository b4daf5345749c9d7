package barnabas.net.socket;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.PooledByteBufAllocator;
import org.junit.jupiter.api.Test;

/// The check that all other tests rely on finds a lost buffer.
class LeakCheckTest extends NetworkTest {
    @Test
    void aLostBufferIsReported() {
        lose();
        Await.until("reported", () -> {
            reportLeaks();
            return CapturedLog.nettyWarnings().stream()
                    .anyMatch(line -> line.text().startsWith("LEAK"));
        });
        assertThat(CapturedLog.nettyWarnings()).isNotEmpty();
        CapturedLog.clear();
    }

    private static void lose() {
        PooledByteBufAllocator.DEFAULT.directBuffer(100);
    }
}
