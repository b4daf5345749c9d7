package barnabas.broker.api;

import barnabas.base.Clock;
import barnabas.broker.cluster.LiveConfig;
import barnabas.broker.request.BlockingApi;
import barnabas.broker.request.Call;
import barnabas.broker.request.Need;
import barnabas.broker.telemetry.ClientTelemetry;
import barnabas.broker.telemetry.TelemetryCalls;
import barnabas.metadata.ClusterMetadata;
import barnabas.protocol.ApiKey;
import barnabas.protocol.ResponseMessage;
import barnabas.protocol.Uuid;
import barnabas.protocol.compression.CompressionCodec;
import barnabas.protocol.message.GetTelemetrySubscriptionsRequest;
import barnabas.protocol.message.GetTelemetrySubscriptionsResponse;
import java.util.List;
import java.util.random.RandomGenerator;

/// Returns to a client which of its metrics are wanted and how often (KIP-714), on a virtual thread, because the
/// patterns of subscriptions take their time.
public final class P71GetTelemetrySubscriptions implements BlockingApi<GetTelemetrySubscriptionsRequest> {
    private static final Need NEED = new Need.Nothing("a client asks about itself");

    /// Accepted codecs, the preferred one first.
    private static final List<Byte> COMPRESSIONS = List.of(
            (byte) CompressionCodec.ZSTD.id(),
            (byte) CompressionCodec.LZ4.id(),
            (byte) CompressionCodec.GZIP.id(),
            (byte) CompressionCodec.SNAPPY.id());

    private final ClientTelemetry telemetry;
    private final ClusterMetadata metadata;
    private final LiveConfig config;
    private final Clock clock;
    private final RandomGenerator random;

    public P71GetTelemetrySubscriptions(
            ClientTelemetry telemetry,
            ClusterMetadata metadata,
            LiveConfig config,
            Clock clock,
            RandomGenerator random) {
        this.telemetry = telemetry;
        this.metadata = metadata;
        this.config = config;
        this.clock = clock;
        this.random = random;
    }

    @Override
    public ApiKey key() {
        return ApiKey.GET_TELEMETRY_SUBSCRIPTIONS;
    }

    @Override
    public Need needs() {
        return NEED;
    }

    @Override
    public ResponseMessage answer(GetTelemetrySubscriptionsRequest request, Call call) {
        Uuid id = request.clientInstanceId().isZero() ? Uuid.random(random) : request.clientInstanceId();
        var told = telemetry.ask(
                TelemetryCalls.client(id, call),
                TelemetryCalls.subscriptions(metadata.current()),
                clock.nanos() / 1_000_000);
        return GetTelemetrySubscriptionsResponse.builder()
                .errorCode(told.error().code())
                .clientInstanceId(id)
                .subscriptionId(told.subscriptionId())
                .acceptedCompressionTypes(COMPRESSIONS)
                .pushIntervalMs(told.intervalMillis())
                .telemetryMaxBytes(config.current().telemetry().clientPushBytesMax())
                .deltaTemporality(true)
                .requestedMetrics(List.copyOf(told.metrics()))
                .build();
    }
}
