package barnabas.broker.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.broker.telemetry.ClientTelemetry.Push;
import barnabas.broker.telemetry.ClientTelemetry.SubscriptionReply;
import barnabas.config.dynamic.ClientMetricsConfigs;
import barnabas.config.dynamic.ClientMetricsConfigs.Subscription;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.Uuid;
import barnabas.protocol.compression.CompressionCodec;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

class ClientTelemetryTest {
    private static final int BYTES_MAX = 1000;
    private static final List<Subscription> MINUTELY = List.of(subscription("60000", "org.apache.kafka.producer.", ""));

    private final ClientTelemetry telemetry = new ClientTelemetry(new ClientNumbers());
    private final TelemetryClient client = client(new Uuid(1, 2));
    private long now = 1_000_000;

    private static TelemetryClient client(Uuid id) {
        return new TelemetryClient(id, "app-7", "apache-kafka-java", "4.4.0", "127.0.0.1", 5000);
    }

    private static Subscription subscription(String interval, String metrics, String match) {
        return ClientMetricsConfigs.subscription(Map.of("interval.ms", interval, "metrics", metrics, "match", match));
    }

    private SubscriptionReply ask(List<Subscription> subscriptions) {
        return telemetry.ask(client, subscriptions, now);
    }

    private ErrorCode push(int subscriptionId, boolean terminating, int bytes) {
        return telemetry.push(client, MINUTELY, new Push(subscriptionId, terminating, bytes), true, BYTES_MAX, now);
    }

    @Test
    void allMatchingSubscriptionsTogether() {
        var told = ask(List.of(
                subscription("60000", "org.apache.kafka.producer.,a", ""),
                subscription("30000", "b", "client_id=app-.*,client_software_name=apache-.*"),
                subscription("1000", "c", "client_id=other")));
        assertThat(told.metrics()).containsExactly("a", "b", "org.apache.kafka.producer.");
        assertThat(told.intervalMillis()).isEqualTo(30_000);
        now += 30_000;
        assertThat(ask(List.of(subscription("60000", "a,*", ""))).metrics()).containsExactly("*");
        now += 60_000;
        var nothing = ask(List.of());
        assertThat(nothing.metrics()).isEmpty();
        assertThat(nothing.intervalMillis()).isEqualTo(300_000);
    }

    @Test
    void pushesComeInTheIntervalOfTheSubscription() {
        int id = ask(MINUTELY).subscriptionId();
        assertThat(push(id, false, 10)).isEqualTo(ErrorCode.NONE);
        now += 59_999;
        assertThat(push(id, false, 10)).isEqualTo(ErrorCode.THROTTLING_QUOTA_EXCEEDED);
        assertThat(ask(MINUTELY).error()).isEqualTo(ErrorCode.THROTTLING_QUOTA_EXCEEDED);
        now += 1;
        assertThat(push(id, false, 10)).isEqualTo(ErrorCode.NONE);
        // The last one may come at any time, and is the last one.
        assertThat(push(id, true, 10)).isEqualTo(ErrorCode.NONE);
        assertThat(push(id, true, 10)).isEqualTo(ErrorCode.INVALID_REQUEST);
    }

    @Test
    void outdatedSubscriptionIsRefusedAndAskedForAtOnce() {
        int old = ask(List.of()).subscriptionId();
        assertThat(push(old, false, 10)).isEqualTo(ErrorCode.UNKNOWN_SUBSCRIPTION_ID);
        var told = ask(MINUTELY);
        assertThat(told.error()).isEqualTo(ErrorCode.NONE);
        assertThat(told.subscriptionId()).isNotEqualTo(old);
        now += 60_000;
        assertThat(push(told.subscriptionId(), false, 10)).isEqualTo(ErrorCode.NONE);
    }

    @Test
    void refusedPushes() {
        int id = ask(MINUTELY).subscriptionId();
        assertThat(push(id, false, BYTES_MAX + 1)).isEqualTo(ErrorCode.TELEMETRY_TOO_LARGE);
        now += 60_000;
        assertThat(telemetry.push(client, MINUTELY, new Push(id, false, 1), false, BYTES_MAX, now))
                .isEqualTo(ErrorCode.UNSUPPORTED_COMPRESSION_TYPE);
        assertThat(telemetry.push(client(Uuid.ZERO), MINUTELY, new Push(id, false, 1), true, BYTES_MAX, now))
                .isEqualTo(ErrorCode.INVALID_REQUEST);
    }

    /// The size of a push bounds the bytes that it may unpack to: 8 MB in some KB are refused before they are there.
    @Test
    void aPushThatUnpacksToFarMoreIsRefused() throws IOException {
        assertThat(telemetry.take(client, CompressionCodec.GZIP, packed(1_000), false, now))
                .isEqualTo(ErrorCode.NONE);
        assertThat(telemetry.take(client, CompressionCodec.GZIP, packed(4 << 20), false, now))
                .isEqualTo(ErrorCode.INVALID_RECORD);
    }

    /// Empty fields that no metrics have, and that are stepped over.
    private static ByteBuffer packed(int fields) throws IOException {
        byte[] some = new byte[2_000];
        for (int at = 0; at < some.length; at += 2) some[at] = 0x7A;
        var packed = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(packed)) {
            for (int left = fields; left > 0; left -= some.length / 2)
                gzip.write(some, 0, Math.min(some.length, 2 * left));
        }
        return ByteBuffer.wrap(packed.toByteArray());
    }

    @Test
    void onlySoManyClientsAreRemembered() {
        for (int i = 1; i <= ClientTelemetry.CLIENTS_MAX + 10; i++) {
            telemetry.ask(client(new Uuid(7, i)), MINUTELY, now);
        }
        assertThat(telemetry.clients()).isEqualTo(ClientTelemetry.CLIENTS_MAX);
    }
}
