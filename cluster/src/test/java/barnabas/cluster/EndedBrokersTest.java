package barnabas.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.base.Deadline;
import barnabas.metadata.ControllerApi;
import barnabas.metadata.OwnController;
import barnabas.metadata.image.BrokerRegistration;
import barnabas.metadata.log.QuorumLeader;
import barnabas.metadata.mutations.Requester;
import barnabas.net.CloseReason;
import barnabas.net.Connection;
import barnabas.net.FrameHandler;
import barnabas.net.Network;
import barnabas.net.Server;
import barnabas.net.ServerConfig;
import barnabas.protocol.RequestMessage;
import barnabas.protocol.ResponseMessage;
import barnabas.protocol.Uuid;
import barnabas.protocol.message.BrokerHeartbeatRequest;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Probes of brokers against a host that answers from a list, and a controller that notes what it fences.
class EndedBrokersTest {
    private static final int HEARTBEAT_MILLIS = 2_000;
    private static final long EPOCH = 17;

    /// Answers by port, the last one for ever.
    private static final class Host implements Network {
        private final ArrayDeque<Reachability> answers = new ArrayDeque<>();
        private final List<Integer> asked = new ArrayList<>();

        private Host(Reachability... answers) {
            this.answers.addAll(List.of(answers));
        }

        @Override
        public synchronized Reachability probe(String host, int port, int millisMax) {
            asked.add(port);
            return answers.size() > 1 ? answers.remove() : answers.element();
        }

        @Override
        public Server listen(ServerConfig config, FrameHandler handler) {
            throw new UnsupportedOperationException();
        }
    }

    /// A controller to which all its brokers are silent but for those that sent a heartbeat.
    private static final class Term implements OwnController {
        private final TreeMap<Integer, BrokerRegistration> brokers = new TreeMap<>();
        private final TreeMap<Integer, Long> heard = new TreeMap<>();
        private final List<String> fenced = new ArrayList<>();

        @Override
        public void expireSessions() {}

        @Override
        public void balanceLeaders() {}

        @Override
        public synchronized List<BrokerRegistration> silentSince(long nanos) {
            return brokers.values().stream()
                    .filter(each -> heard.getOrDefault(each.id(), Long.MIN_VALUE) <= nanos)
                    .toList();
        }

        @Override
        public synchronized boolean fenceEnded(int broker, long epoch, long silentSinceNanos) {
            fenced.add(broker + "@" + epoch);
            return true;
        }

        @Override
        public <Q extends RequestMessage, R extends ResponseMessage> R ask(
                ControllerApi<Q, R> api, Q request, Deadline deadline, Requester requester) {
            throw new UnsupportedOperationException();
        }

        @Override
        public <Q extends RequestMessage, R extends ResponseMessage> R ask(
                ControllerApi<Q, R> api, Q request, Requester requester) {
            throw new UnsupportedOperationException();
        }
    }

    /// A connection whose loop is the thread of the test.
    private static final class Link implements Connection {
        private final long id;
        private final List<Runnable> onClosed = new ArrayList<>();

        private Link(long id) {
            this.id = id;
        }

        private void end() {
            onClosed.forEach(Runnable::run);
        }

        @Override
        public long id() {
            return id;
        }

        @Override
        public InetSocketAddress remoteAddress() {
            return new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);
        }

        @Override
        public InetSocketAddress localAddress() {
            return remoteAddress();
        }

        @Override
        public String listenerName() {
            return "CONTROLLER";
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public @Nullable Object attachment() {
            return null;
        }

        @Override
        public void attach(Object attachment) {}

        @Override
        public void onClosed(Runnable action) {
            onClosed.add(action);
        }

        @Override
        public void onLoop(Runnable action) {
            action.run();
        }

        @Override
        public Future<?> onLoopAfter(long delayNanos, Runnable action) {
            return new FutureTask<>(action, null);
        }

        @Override
        public boolean isOnLoop() {
            return true;
        }

        @Override
        public void close(CloseReason reason, String detail) {}
    }

    /// Runs each task at once, so that all probes are over when a call returns.
    private static final class AtOnce extends AbstractExecutorService {
        @Override
        public void execute(Runnable command) {
            command.run();
        }

        @Override
        public void shutdown() {}

        @Override
        public List<Runnable> shutdownNow() {
            return List.of();
        }

        @Override
        public boolean isShutdown() {
            return false;
        }

        @Override
        public boolean isTerminated() {
            return false;
        }

        @Override
        public boolean awaitTermination(long timeout, TimeUnit unit) {
            return true;
        }
    }

    private final SteppedClock time = new SteppedClock();
    private final Term term = new Term();
    private final Link link = new Link(1);

    private EndedBrokers on(Host host) {
        var made = new EndedBrokers(host, HEARTBEAT_MILLIS, time, new AtOnce());
        made.serve(term);
        return made;
    }

    private static BrokerRegistration broker(int id, int... ports) {
        var endpoints = new ArrayList<BrokerRegistration.Endpoint>();
        for (int port : ports) endpoints.add(new BrokerRegistration.Endpoint("L" + port, "host", port, (short) 0));
        return new BrokerRegistration(
                id, new Uuid(1, id), EPOCH, endpoints, new TreeMap<>(), null, false, false, List.of(), List.of());
    }

    private static BrokerHeartbeatRequest heartbeat(int broker, long epoch) {
        return BrokerHeartbeatRequest.builder()
                .brokerId(broker)
                .brokerEpoch(epoch)
                .build();
    }

    @Test
    void aBrokerWhoseConnectionClosedAndWhoseListenersRefuseIsFenced() {
        var host = new Host(Network.Reachability.REFUSED);
        EndedBrokers brokers = on(host);
        term.brokers.put(2, broker(2, 9092, 9094));
        term.brokers.put(3, broker(3, 9095));
        brokers.heard(heartbeat(2, EPOCH), link);
        brokers.heard(heartbeat(3, EPOCH), new Link(2));
        link.end();
        assertThat(term.fenced).containsExactly("2@17");
        assertThat(host.asked).containsExactly(9092, 9094);
    }

    @Test
    void aListenerThatClosesAfterTheConnectionIsProbedAgain() {
        EndedBrokers brokers = on(
                new Host(Network.Reachability.ACCEPTED, Network.Reachability.ACCEPTED, Network.Reachability.REFUSED));
        term.brokers.put(2, broker(2, 9092));
        brokers.heard(heartbeat(2, EPOCH), link);
        link.end();
        assertThat(term.fenced).containsExactly("2@17");
    }

    @Test
    void aCutNetworkAndAPausedProcessWaitForTheSession() {
        for (Network.Reachability answer : List.of(Network.Reachability.UNKNOWN, Network.Reachability.ACCEPTED)) {
            var host = new Host(answer);
            EndedBrokers brokers = on(host);
            term.brokers.put(2, broker(2, 9092));
            long began = time.nanos();
            var one = new Link(1);
            brokers.heard(heartbeat(2, EPOCH), one);
            one.end();
            assertThat(term.fenced).isEmpty();
            assertThat(host.asked).hasSize(20);
            assertThat(time.nanos() - began).isLessThan(1_000_000_000L);
        }
    }

    @Test
    void oneListenerThatAnswersIsEnough() {
        EndedBrokers brokers = on(new Host(Network.Reachability.REFUSED, Network.Reachability.ACCEPTED));
        term.brokers.put(2, broker(2, 9092, 9094));
        brokers.heard(heartbeat(2, EPOCH), link);
        link.end();
        assertThat(term.fenced).isEmpty();
    }

    @Test
    void aBrokerThatRegisteredAgainIsNotProbed() {
        var host = new Host(Network.Reachability.REFUSED);
        EndedBrokers brokers = on(host);
        term.brokers.put(2, broker(2, 9092));
        brokers.heard(heartbeat(2, EPOCH - 1), link);
        link.end();
        assertThat(host.asked).isEmpty();
    }

    @Test
    void aBrokerThatCameOnAnotherConnectionIsNotProbed() {
        var host = new Host(Network.Reachability.REFUSED);
        EndedBrokers brokers = on(host);
        term.brokers.put(2, broker(2, 9092));
        brokers.heard(heartbeat(2, EPOCH), link);
        brokers.heard(heartbeat(2, EPOCH), new Link(2));
        link.end();
        assertThat(host.asked).isEmpty();
    }

    @Test
    void aBrokerThatMissedAHeartbeatIsProbedOnce() {
        var host = new Host(Network.Reachability.ACCEPTED, Network.Reachability.REFUSED);
        EndedBrokers brokers = on(host);
        term.brokers.put(2, broker(2, 9092));
        term.brokers.put(3, broker(3, 9093));
        term.heard.put(3, time.nanos());
        brokers.look();
        assertThat(term.fenced).isEmpty();
        assertThat(host.asked).containsExactly(9092);
        brokers.look();
        assertThat(term.fenced).containsExactly("2@17");
    }

    @Test
    void aBrokerThatEndedWithTheControllerBeforeIsFencedWhenTheTermBegins() {
        EndedBrokers brokers = on(
                new Host(Network.Reachability.ACCEPTED, Network.Reachability.ACCEPTED, Network.Reachability.REFUSED));
        term.brokers.put(2, broker(2, 9092));
        brokers.controllerChanged(new QuorumLeader(2, 7), 1);
        brokers.controllerChanged(new QuorumLeader(QuorumLeader.NOBODY, 8), 1);
        assertThat(term.fenced).isEmpty();
        brokers.controllerChanged(new QuorumLeader(1, 8), 1);
        assertThat(term.fenced).containsExactly("2@17");
    }

    @Test
    void otherBrokersAreProbedOnceWhenTheTermBegins() {
        var host = new Host(Network.Reachability.ACCEPTED, Network.Reachability.REFUSED);
        EndedBrokers brokers = on(host);
        term.brokers.put(2, broker(2, 9092));
        term.brokers.put(3, broker(3, 9093));
        term.brokers.put(4, broker(4, 9094));
        term.heard.put(4, Long.MAX_VALUE);
        brokers.controllerChanged(new QuorumLeader(1, 8), 1);
        assertThat(term.fenced).containsExactly("3@17");
        assertThat(host.asked).containsExactly(9092, 9093);
    }
}
