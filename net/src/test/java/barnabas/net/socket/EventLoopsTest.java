package barnabas.net.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import barnabas.base.Threads;
import io.netty.channel.ChannelException;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.nio.NioIoHandler;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/// Event loops that cannot all be started are one error with one line, and no end of a loop.
class EventLoopsTest {
    @Test
    void loopsWithoutDescriptorsAreOneError() {
        var made = new AtomicInteger();
        var usual = NioIoHandler.newFactory();
        IoHandlerFactory running = executor -> {
            if (made.incrementAndGet() > 3) throw new ChannelException("Too many open files");
            return usual.newHandler(executor);
        };
        var real = Transport.choose(false);
        var failures = new CopyOnWriteArrayList<String>();
        var threads = Threads.system((what, _) -> failures.add(what));
        assertThatThrownBy(
                        () -> new EventLoops(9, new Transport(running, real.serverChannel(), real.channel()), threads))
                .isInstanceOf(UncheckedIOException.class)
                .cause()
                .hasMessage("num.network.threads: 9 event loops cannot be started: Too many open files");
        assertThat(failures).isEqualTo(List.of());
    }
}
