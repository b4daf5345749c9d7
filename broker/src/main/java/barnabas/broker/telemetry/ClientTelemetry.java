package barnabas.broker.telemetry;

import barnabas.config.dynamic.ClientMetricsConfigs.Subscription;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.Uuid;
import barnabas.protocol.compression.CompressionCodec;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

/// Subscriptions and push times of clients (KIP-714). A core: it gets the time with every call and keeps only
/// clients' times and the last answers to them. A client whose entry was evicted gets a new answer, so that a full
/// table harms no client.
///
/// Owner of the table: this object's lock, which is not held while expressions are matched.
public final class ClientTelemetry {
    /// As many clients as Kafka remembers.
    public static final int CLIENTS_MAX = 16_384;

    private static final long NEVER = Long.MIN_VALUE / 2;

    /// Answer to a client.
    ///
    /// @param error NONE, or THROTTLING_QUOTA_EXCEEDED when it asks too often
    public record SubscriptionReply(
            ErrorCode error, int subscriptionId, int intervalMillis, Collection<String> metrics) {}

    private static final class State {
        private ClientSubscription told;
        private long askedMillis = NEVER;
        private long pushedMillis = NEVER;
        private ErrorCode lastError = ErrorCode.NONE;
        private boolean terminating;

        State(ClientSubscription told) {
            this.told = told;
        }

        /// True if the client must request its new subscription at once.
        boolean mustAskAgain() {
            return lastError == ErrorCode.UNKNOWN_SUBSCRIPTION_ID
                    || lastError == ErrorCode.UNSUPPORTED_COMPRESSION_TYPE;
        }
    }

    private final Map<Uuid, State> clients = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Uuid, State> eldest) {
            return size() > CLIENTS_MAX;
        }
    };

    private final ClientNumbers numbers;

    /// @param numbers takes what clients push
    public ClientTelemetry(ClientNumbers numbers) {
        this.numbers = numbers;
    }

    /// Answers a client that asks what is wanted of it.
    public SubscriptionReply ask(TelemetryClient client, Collection<Subscription> subscriptions, long nowMillis) {
        return ask(client, ClientSubscription.of(client, subscriptions), nowMillis);
    }

    private synchronized SubscriptionReply ask(TelemetryClient client, ClientSubscription wanted, long nowMillis) {
        State state = clients.computeIfAbsent(client.id(), id -> new State(wanted));
        boolean tooSoon = nowMillis - state.askedMillis < state.told.intervalMillis()
                && nowMillis - state.pushedMillis < state.told.intervalMillis()
                && !state.mustAskAgain();
        if (tooSoon && state.askedMillis != NEVER) {
            return new SubscriptionReply(
                    ErrorCode.THROTTLING_QUOTA_EXCEEDED, 0, state.told.intervalMillis(), state.told.metrics());
        }
        state.told = wanted;
        state.askedMillis = nowMillis;
        state.lastError = ErrorCode.NONE;
        return new SubscriptionReply(ErrorCode.NONE, wanted.id(), wanted.intervalMillis(), wanted.metrics());
    }

    /// Decides about a push before its metrics are looked at.
    ///
    /// @param acceptable whether its compression is known
    /// @return NONE when its metrics are wanted
    public ErrorCode push(
            TelemetryClient client,
            Collection<Subscription> subscriptions,
            Push push,
            boolean acceptable,
            int bytesMax,
            long nowMillis) {
        if (client.id().isZero() || client.id().equals(Uuid.ONE)) return ErrorCode.INVALID_REQUEST;
        ClientSubscription wanted = ClientSubscription.of(client, subscriptions);
        return decide(client, wanted, push, acceptable, bytesMax, nowMillis);
    }

    private synchronized ErrorCode decide(
            TelemetryClient client,
            ClientSubscription wanted,
            Push push,
            boolean acceptable,
            int bytesMax,
            long nowMillis) {
        State state = clients.computeIfAbsent(client.id(), id -> new State(wanted));
        ErrorCode error = refusal(state, wanted, push, acceptable, bytesMax, nowMillis);
        if (error != ErrorCode.THROTTLING_QUOTA_EXCEEDED) state.pushedMillis = nowMillis;
        state.lastError = error;
        if (push.terminating() && error == ErrorCode.NONE) state.terminating = true;
        return error;
    }

    private static ErrorCode refusal(
            State state, ClientSubscription wanted, Push push, boolean acceptable, int bytesMax, long nowMillis) {
        if (state.terminating) return ErrorCode.INVALID_REQUEST;
        // The first push after the client has asked comes when it likes, and so does its last.
        boolean first = state.askedMillis > state.pushedMillis;
        if (!first && !push.terminating() && nowMillis - state.pushedMillis < state.told.intervalMillis()) {
            return ErrorCode.THROTTLING_QUOTA_EXCEEDED;
        }
        if (push.subscriptionId() != wanted.id()) return ErrorCode.UNKNOWN_SUBSCRIPTION_ID;
        if (!acceptable) return ErrorCode.UNSUPPORTED_COMPRESSION_TYPE;
        return push.bytes() > bytesMax ? ErrorCode.TELEMETRY_TOO_LARGE : ErrorCode.NONE;
    }

    /// @param terminating the client's last
    /// @param bytes of the metrics as they came, compressed or not
    public record Push(int subscriptionId, boolean terminating, int bytes) {}

    /// Takes the metrics of a push that was accepted.
    ///
    /// @param terminating the client's last
    /// @return INVALID_RECORD when these are no metrics
    public ErrorCode take(
            TelemetryClient client, CompressionCodec codec, ByteBuffer metrics, boolean terminating, long nowNanos) {
        int interval = intervalMillis(client.id());
        ErrorCode error = ClientMetricsLog.write(
                client, codec, metrics, points -> numbers.pushed(client, points, interval, nowNanos));
        if (terminating) numbers.ended(client.id());
        return error;
    }

    private synchronized int intervalMillis(Uuid client) {
        State state = clients.get(client);
        return state == null ? 0 : state.told.intervalMillis();
    }

    synchronized int clients() {
        return clients.size();
    }
}
