package barnabas.net.socket;

import barnabas.base.Clock;
import barnabas.net.rate.LoginPace;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.util.AttributeKey;
import io.netty.util.concurrent.Future;
import java.net.InetAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// Accepted connections that wait their turn ([LoginPace]), unread and in order. Owner: the event loop that accepts.
final class LoginQueue {
    /// Further connections are closed at once.
    static final int PACED_MAX = 1_000;

    /// Set on the channel of a client that has got in.
    private static final AttributeKey<Boolean> GOT_IN = AttributeKey.valueOf(LoginQueue.class, "gotIn");

    private record Waiting(Channel accepted, Runnable letIn) {}

    private final EventLoop owner;
    private final Clock clock;
    private final LoginPace pace = new LoginPace();
    private final ArrayDeque<Waiting> queue = new ArrayDeque<>();
    private boolean scheduled;

    LoginQueue(EventLoop owner, Clock clock) {
        this.owner = owner;
        this.clock = clock;
    }

    /// Says that the client of a channel has got in. On any thread.
    static void gotIn(Channel channel) {
        channel.attr(GOT_IN).set(true);
    }

    /// A connection that was let in has ended.
    void ended(Channel accepted, InetAddress address) {
        if (!accepted.hasAttr(GOT_IN)) pace.failed(address, clock.nanos());
    }

    /// Whether connections from this address wait their turn.
    boolean isFor(InetAddress address) {
        return pace.counts(address, clock.nanos());
    }

    int size() {
        return queue.size();
    }

    /// Runs `letIn` when it is the connection's turn.
    void add(Channel accepted, Runnable letIn) {
        queue.add(new Waiting(accepted, letIn));
        if (!scheduled) letInNext();
    }

    private void letInNext() {
        scheduled = false;
        while (!queue.isEmpty()) {
            long wait = pace.admit(clock.nanos());
            if (wait > 0) {
                scheduled = true;
                Future<?> _ = owner.schedule(this::letInNext, wait, TimeUnit.NANOSECONDS);
                return;
            }
            queue.remove().letIn.run();
        }
    }

    /// Forgets those that wait; the caller closes them.
    List<Channel> clear() {
        var waiting = new ArrayList<Channel>();
        for (Waiting each : queue) waiting.add(each.accepted);
        queue.clear();
        return waiting;
    }
}
