package barnabas.net.socket;

import barnabas.base.Causes;
import barnabas.base.Threads;
import barnabas.net.peer.PeerLoop;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.ChannelException;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutorGroup;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// The event loops of one node, for its listeners and its peers. They end with their last user.
final class EventLoops {
    /// One pool for all loops of the process, with chunks of 1 MB (8 KB << 7) so that an idle broker stays small.
    static final ByteBufAllocator ALLOCATOR = new PooledByteBufAllocator(
            true, 0, Runtime.getRuntime().availableProcessors(), 8 << 10, 7, 256, 64, false, 0);

    private final EventLoopGroup group;
    private @Nullable EventLoop logins; // guarded by lock
    private final Transport transport;
    private final Threads threads;
    private final ExecutorService lookups;
    private final ReentrantLock lock = new ReentrantLock();
    private int users = 1; // guarded by lock
    private volatile boolean started;
    private volatile boolean left;

    /// Starts loops with one user: the caller.
    ///
    /// @throws UncheckedIOException when not all of them can be started, for example for lack of descriptors
    EventLoops(int count, Transport transport, Threads threads) {
        this.transport = transport;
        this.threads = threads;
        this.group = group(count, "barnabas-net", "num.network.threads: " + count + " event loops cannot be started: ");
        this.started = true;
        this.lookups = threads.perTask("host-lookup");
    }

    private EventLoopGroup group(int count, String name, String problem) {
        var makes = threads.loops(watched(new DefaultThreadFactory(name, true)));
        try {
            return new MultiThreadIoEventLoopGroup(count, makes, transport.ioHandlers());
        } catch (IllegalStateException | ChannelException failed) {
            throw new UncheckedIOException(
                    new IOException(problem + Causes.innermost(failed).getMessage(), failed));
        }
    }

    /// Netty catches what its tasks throw, and yet a loop can end: with what the report of such an error throws.
    private ThreadFactory watched(ThreadFactory makes) {
        return loop -> makes.newThread(() -> {
            loop.run();
            if (started && !left) threads.fail("event loop", new IllegalStateException("the event loop has ended"));
        });
    }

    Threads threads() {
        return threads;
    }

    EventLoopGroup group() {
        return group;
    }

    /// The loop for clients that have yet to show who they are, started by its first user: a flood of them takes the
    /// time of this one, and leaves the loops of clients that have logged in as they are.
    ///
    /// @throws IOException when it cannot be started
    EventLoop logins() throws IOException {
        lock.lock();
        try {
            EventLoop loop = logins;
            if (loop == null)
                loop = group(1, "barnabas-login", "the event loop of logins cannot be started: ")
                        .next();
            logins = loop;
            return loop;
        } catch (UncheckedIOException e) {
            throw e.getCause();
        } finally {
            lock.unlock();
        }
    }

    Transport transport() {
        return transport;
    }

    /// Adds a user, unless the loops have ended.
    boolean join() {
        lock.lock();
        try {
            if (users == 0) return false;
            users++;
            return true;
        } finally {
            lock.unlock();
        }
    }

    /// Takes a user away. The last one waits for the end of the loops, unless it runs on one of them.
    void leave() {
        EventLoop withLogins;
        lock.lock();
        try {
            if (--users > 0) return;
            left = true;
            withLogins = logins;
        } finally {
            lock.unlock();
        }
        lookups.shutdownNow();
        end(group, withLogins);
        if (withLogins != null) end(withLogins, withLogins);
    }

    private void end(EventExecutorGroup ending, @Nullable EventLoop withLogins) {
        var ended = ending.shutdownGracefully(0, 1, TimeUnit.SECONDS);
        if (!isOnLoop(withLogins)) ended.awaitUninterruptibly();
    }

    private boolean isOnLoop(@Nullable EventLoop withLogins) {
        for (var loop : group) if (loop.inEventLoop()) return true;
        return withLogins != null && withLogins.inEventLoop();
    }

    /// Adds a peer as user.
    PeerLoop forPeer(RandomGenerator random) {
        EventLoop loop = group.next();
        return new PeerLoop(loop, transport.channel(), ALLOCATOR, lookups, random, this::leave);
    }
}
