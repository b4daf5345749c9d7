package barnabas.metadata;

import barnabas.metadata.controller.Features;
import barnabas.metadata.image.BrokerRegistration;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.Uuid;
import barnabas.protocol.message.AlterClientQuotasRequest;
import barnabas.protocol.message.BrokerHeartbeatRequest;
import barnabas.protocol.message.BrokerRegistrationRequest;
import barnabas.protocol.message.CreateTopicsRequest;
import barnabas.protocol.message.CreateTopicsRequest.CreatableTopic;
import barnabas.protocol.message.DeleteTopicsRequest;
import barnabas.protocol.message.IncrementalAlterConfigsRequest;
import java.util.Arrays;
import java.util.List;

/// Requests as a broker would pass them on.
final class Requests {
    private Requests() {}

    static CreateTopicsRequest create(int partitions, String... names) {
        return CreateTopicsRequest.builder()
                .topics(Arrays.stream(names)
                        .map(name -> new CreatableTopic(name, partitions, (short) 1, List.of(), List.of()))
                        .toList())
                .timeoutMs(30_000)
                .build();
    }

    static DeleteTopicsRequest delete(String... names) {
        return DeleteTopicsRequest.builder()
                .topicNames(List.of(names))
                .timeoutMs(30_000)
                .build();
    }

    static IncrementalAlterConfigsRequest set(byte type, String resource, String name, String value) {
        return new IncrementalAlterConfigsRequest(
                List.of(new IncrementalAlterConfigsRequest.AlterConfigsResource(
                        type,
                        resource,
                        List.of(new IncrementalAlterConfigsRequest.AlterableConfig(name, (byte) 0, value)))),
                false);
    }

    static AlterClientQuotasRequest quota(String user, double bytesPerSecond) {
        return new AlterClientQuotasRequest(
                List.of(new AlterClientQuotasRequest.EntryData(
                        List.of(new AlterClientQuotasRequest.EntityData("user", user)),
                        List.of(new AlterClientQuotasRequest.OpData("producer_byte_rate", bytesPerSecond, false)))),
                false);
    }

    /// Registers a new process of the broker and lets it lead; returns its epoch.
    static long join(ClusterMetadata metadata, int broker) throws InterruptedException {
        var registration = metadata.controller()
                .ask(
                        BrokerApis.BROKER_REGISTRATION,
                        BrokerRegistrationRequest.builder()
                                .brokerId(broker)
                                .clusterId(metadata.current().clusterId())
                                .incarnationId(new Uuid(
                                        broker,
                                        metadata.current()
                                                .broker(broker)
                                                .map(each -> each.epoch() + 2)
                                                .orElse(1L)))
                                .listeners(List.of(new BrokerRegistrationRequest.Listener(
                                        "PLAINTEXT", "localhost", 9092, (short) 0)))
                                .features(Features.SUPPORTED.entrySet().stream()
                                        .map(each -> new BrokerRegistrationRequest.Feature(
                                                each.getKey(),
                                                each.getValue().min(),
                                                each.getValue().max()))
                                        .toList())
                                .rack(null)
                                .logDirs(metadata.current()
                                        .broker(broker)
                                        .map(BrokerRegistration::logDirs)
                                        .filter(known -> !known.isEmpty())
                                        .orElse(List.of(new Uuid(1000, broker))))
                                .build());
        require(registration.errorCode());
        var heartbeat = metadata.controller()
                .ask(
                        BrokerApis.BROKER_HEARTBEAT,
                        BrokerHeartbeatRequest.builder()
                                .brokerId(broker)
                                .brokerEpoch(registration.brokerEpoch())
                                .currentMetadataOffset(
                                        metadata.current().position().offset())
                                .wantFence(false)
                                .build());
        require(heartbeat.errorCode());
        if (heartbeat.isFenced()) throw new AssertionError("still fenced: " + heartbeat);
        return registration.brokerEpoch();
    }

    private static void require(short code) {
        if (code != 0) throw new AssertionError(ErrorCode.of(code));
    }
}
