package barnabas.broker.api;

import barnabas.base.Clock;
import barnabas.broker.cluster.LiveConfig;
import barnabas.broker.request.BlockingApi;
import barnabas.broker.request.Call;
import barnabas.broker.request.Need;
import barnabas.broker.telemetry.ClientTelemetry;
import barnabas.broker.telemetry.TelemetryCalls;
import barnabas.broker.telemetry.TelemetryClient;
import barnabas.metadata.ClusterMetadata;
import barnabas.protocol.ApiKey;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.ResponseMessage;
import barnabas.protocol.compression.CompressionCodec;
import barnabas.protocol.message.PushTelemetryRequest;
import barnabas.protocol.message.PushTelemetryResponse;

/// Takes a client's metrics (KIP-714), on a virtual thread, because they are decompressed and written to the log.
public final class P72PushTelemetry implements BlockingApi<PushTelemetryRequest> {
    private static final Need NEED = new Need.Nothing("a client reports about itself");

    private final ClientTelemetry telemetry;
    private final ClusterMetadata metadata;
    private final LiveConfig config;
    private final Clock clock;

    public P72PushTelemetry(ClientTelemetry telemetry, ClusterMetadata metadata, LiveConfig config, Clock clock) {
        this.telemetry = telemetry;
        this.metadata = metadata;
        this.config = config;
        this.clock = clock;
    }

    @Override
    public ApiKey key() {
        return ApiKey.PUSH_TELEMETRY;
    }

    @Override
    public Need needs() {
        return NEED;
    }

    @Override
    public ResponseMessage answer(PushTelemetryRequest request, Call call) {
        TelemetryClient client = TelemetryCalls.client(request.clientInstanceId(), call);
        var codec = CompressionCodec.ofId(request.compressionType());
        var push = new ClientTelemetry.Push(
                request.subscriptionId(),
                request.terminating(),
                request.metrics().remaining());
        ErrorCode error = telemetry.push(
                client,
                TelemetryCalls.subscriptions(metadata.current()),
                push,
                codec.isPresent(),
                config.current().telemetry().clientPushBytesMax(),
                clock.nanos() / 1_000_000);
        if (error == ErrorCode.NONE && codec.isPresent()) {
            error = telemetry.take(client, codec.get(), request.metrics(), request.terminating(), clock.nanos());
        }
        return PushTelemetryResponse.builder().errorCode(error.code()).build();
    }
}
