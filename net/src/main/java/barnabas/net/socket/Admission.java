package barnabas.net.socket;

import barnabas.base.Clock;
import barnabas.base.Deadline;
import barnabas.net.CloseReason;
import barnabas.net.ConnectionLimits;
import barnabas.net.ListenerConfig;
import barnabas.net.rate.AddressRates;
import barnabas.net.rate.ConnectionRate;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Decides who is let in: at `max.connections` (of the server or of a listener) accepting pauses until a connection
/// closes, and the kernel's backlog waits; above `max.connections.per.ip` a connection is closed at once; beyond a rate
/// of new connections accepting pauses until another one may come; beyond the rate of its address a connection is
/// closed a little later; from an address of which one did not get in lately it waits its turn ([LoginQueue]).
///
/// Owner: the event loop that all listening sockets are registered with; other threads read the number of
/// connections.
final class Admission {
    private static final Logger LOG = LoggerFactory.getLogger(Admission.class);

    /// Pause of accepting after it failed.
    private static final int REST_SECONDS = 1;

    /// Connections beyond the rate of their address that are kept open, without being read, so that their clients do
    /// not come back at once. Further ones are closed at once.
    private static final int HELD_MAX = 100;

    private static final long HELD_NANOS_MAX = TimeUnit.SECONDS.toNanos(1);

    private final EventLoop owner;
    private ConnectionLimits limits;
    private final Counters counters;
    private final Clock clock;
    private final List<Gate> gates = new ArrayList<>();
    private final Map<InetAddress, Integer> perAddress = new HashMap<>();
    private final ConnectionRate rate = new ConnectionRate();
    private final AddressRates addressRates = new AddressRates();
    private final Set<Channel> held = new HashSet<>();
    private final LoginQueue paced;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final AtomicInteger admitted = new AtomicInteger();

    Admission(EventLoop owner, ConnectionLimits limits, Counters counters, Clock clock) {
        this.owner = owner;
        this.limits = limits;
        this.counters = counters;
        this.clock = clock;
        this.paced = new LoginQueue(owner, clock);
        rate.limit(limits.rates().max());
        addressRates.limit(limits.rates().perAddress());
    }

    /// Takes over other limits on the number of connections; none that is open is closed. They hold when this returns.
    void limit(ConnectionLimits changed) {
        try {
            Future<?> applied = owner.submit(() -> {
                limits = changed;
                rate.limit(changed.rates().max());
                addressRates.limit(changed.rates().perAddress());
                for (Gate each : gates) {
                    each.rateHere.limit(changed.rates().max(each.listener.name()));
                    each.pauseOrGoOn();
                }
            });
            if (!owner.inEventLoop()) applied.syncUninterruptibly();
        } catch (RejectedExecutionException e) {
            LOG.debug("server has closed; its limits count for nothing any more");
        }
    }

    EventLoop owner() {
        return owner;
    }

    /// Open connections.
    int admitted() {
        return admitted.get();
    }

    /// Waits until no connection is open.
    ///
    /// @return false when `max` has passed before
    boolean awaitNone(Duration max) throws InterruptedException {
        lock.lock();
        try {
            Deadline deadline = Deadline.in(max, clock);
            while (admitted.get() > 0) {
                if (deadline.passed()) return false;
                deadline.await(lock, changed);
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    private void count(int difference) {
        admitted.addAndGet(difference);
        lock.lock();
        try {
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// The handler for a listening socket.
    Gate gate(ListenerConfig listener) {
        return new Gate(listener);
    }

    private void left(Gate gate, InetAddress address) {
        gate.admittedHere--;
        perAddress.computeIfPresent(address, (_, count) -> count == 1 ? null : count - 1);
        count(-1);
        gates.forEach(Gate::pauseOrGoOn);
    }

    private void drop(Channel refused) {
        if (held.remove(refused)) refused.unsafe().closeForcibly();
    }

    /// In front of the listening socket's own handler, which registers what is let through.
    final class Gate extends ChannelInboundHandlerAdapter {
        private final ListenerConfig listener;
        private @Nullable Channel listening;
        private int admittedHere;
        /// Accepting has failed and is tried again soon.
        private boolean resting;
        /// Accepting has failed since a connection came last.
        private boolean failing;
        private final ConnectionRate rateHere = new ConnectionRate();
        private @Nullable Future<?> turn;

        private Gate(ListenerConfig listener) {
            this.listener = listener;
            rateHere.limit(limits.rates().max(listener.name()));
        }

        @Override
        public void channelActive(ChannelHandlerContext ctx) {
            listening = ctx.channel();
            gates.add(this);
            pauseOrGoOn();
            ctx.fireChannelActive();
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            gates.remove(this);
            List.copyOf(held).forEach(Admission.this::drop);
            paced.clear().forEach(each -> refuse(each, CloseReason.SERVER_CLOSING));
            ctx.fireChannelInactive();
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            Channel accepted = (Channel) message;
            failing = false;
            counters.accepted.increment();
            if (!(accepted.remoteAddress() instanceof InetSocketAddress remote)) {
                countForRates();
                refuse(accepted, CloseReason.CONNECTION_LOST);
                return;
            }
            InetAddress address = remote.getAddress();
            long wait = addressRates.admit(address, clock.nanos());
            if (wait > 0) {
                refuseLater(accepted, wait);
                return;
            }
            countForRates();
            if (listener.hasLogins() && !isExempt() && paced.isFor(address)) pace(ctx, accepted, address);
            else letIn(ctx, accepted, address);
        }

        private void letIn(ChannelHandlerContext ctx, Channel accepted, InetAddress address) {
            if (isFull()) {
                refuse(accepted, CloseReason.TOO_MANY_CONNECTIONS);
            } else if (perAddress.getOrDefault(address, 0) >= limits.connectionsMax(address)) {
                refuse(accepted, CloseReason.TOO_MANY_CONNECTIONS_FROM_ADDRESS);
            } else {
                admit(accepted, address);
                ctx.fireChannelRead(accepted);
            }
        }

        /// Accepting failed, mostly for lack of file descriptors: connections wait in the kernel's queue for a moment.
        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            if (!failing)
                LOG.warn("Listener {} accepts no connections for now: {}", listener.name(), cause.getMessage());
            failing = true;
            if (resting) return;
            resting = true;
            pauseOrGoOn();
            Future<?> _ = owner.schedule(this::acceptAgain, REST_SECONDS, TimeUnit.SECONDS);
        }

        private void acceptAgain() {
            resting = false;
            pauseOrGoOn();
        }

        private void admit(Channel accepted, InetAddress address) {
            admittedHere++;
            perAddress.merge(address, 1, Integer::sum);
            count(1);
            gates.forEach(Gate::pauseOrGoOn);
            accepted.closeFuture().addListener(_ -> {
                try {
                    owner.execute(() -> {
                        if (listener.hasLogins()) paced.ended(accepted, address);
                        left(this, address);
                    });
                } catch (RejectedExecutionException e) {
                    LOG.debug("server is closed; connections are not counted any more");
                }
            });
        }

        private void refuse(Channel accepted, CloseReason reason) {
            LOG.debug("Connection from {} on {} refused: {}", accepted.remoteAddress(), listener.name(), reason.text());
            accepted.unsafe().closeForcibly();
            counters.closed(reason);
        }

        /// Behind those that wait already: the rate is one for all of them.
        private void pace(ChannelHandlerContext ctx, Channel accepted, InetAddress address) {
            if (paced.size() >= LoginQueue.PACED_MAX
                    || admitted.get() + paced.size() + 2 * HELD_MAX >= limits.connectionsMax()) {
                refuse(accepted, CloseReason.TOO_MANY_NEW_CONNECTIONS_FROM_ADDRESS);
                return;
            }
            paced.add(accepted, () -> letIn(ctx, accepted, address));
        }

        /// The client cannot come back at once, and takes none of what other addresses may have.
        private void refuseLater(Channel accepted, long waitNanos) {
            if (held.size() >= HELD_MAX || !isRoomy()) {
                refuse(accepted, CloseReason.TOO_MANY_NEW_CONNECTIONS_FROM_ADDRESS);
                return;
            }
            counters.closed(CloseReason.TOO_MANY_NEW_CONNECTIONS_FROM_ADDRESS);
            held.add(accepted);
            Future<?> _ =
                    owner.schedule(() -> drop(accepted), Math.min(waitNanos, HELD_NANOS_MAX), TimeUnit.NANOSECONDS);
        }

        /// Whether the connections that are held leave room for others.
        private boolean isRoomy() {
            return admitted.get() + 2 * HELD_MAX < limits.connectionsMax();
        }

        private boolean isFull() {
            return admitted.get() >= limits.connectionsMax() || admittedHere >= limits.connectionsMax(listener.name());
        }

        private boolean isExempt() {
            return listener.name().equals(limits.rates().exempt());
        }

        /// Connections that are closed at once count too: each took the work of accepting it.
        private void countForRates() {
            long now = clock.nanos();
            rateHere.count(now);
            if (!isExempt()) rate.count(now);
            gates.forEach(Gate::pauseOrGoOn);
        }

        private long waitNanos() {
            long now = clock.nanos();
            long here = rateHere.waitNanos(now);
            return isExempt() ? here : Math.max(here, rate.waitNanos(now));
        }

        private void pauseOrGoOn() {
            if (listening == null) return;
            boolean mayAccept = !resting && !isFull();
            if (mayAccept) mayAccept = isTurn();
            listening.config().setAutoRead(mayAccept);
        }

        /// Whether the rates let a connection in now; otherwise this is asked again when they do.
        private boolean isTurn() {
            long wait = waitNanos();
            if (wait == 0) return true;
            if (wait < Long.MAX_VALUE && turn == null) {
                turn = owner.schedule(
                        () -> {
                            turn = null;
                            pauseOrGoOn();
                        },
                        wait,
                        TimeUnit.NANOSECONDS);
            }
            return false;
        }
    }
}
