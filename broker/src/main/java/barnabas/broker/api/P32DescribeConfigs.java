package barnabas.broker.api;

import barnabas.broker.logging.LoggerConfigs;
import barnabas.broker.request.BlockingApi;
import barnabas.broker.request.Call;
import barnabas.broker.request.Need;
import barnabas.config.BrokerConfig;
import barnabas.config.dynamic.ChangeResult;
import barnabas.config.dynamic.ConfigDescriptions;
import barnabas.config.dynamic.ConfigEntry;
import barnabas.config.dynamic.ConfigResource;
import barnabas.config.dynamic.ConfigSource;
import barnabas.config.dynamic.Documentation;
import barnabas.metadata.controller.TopicNames;
import barnabas.metadata.image.ClusterImage;
import barnabas.protocol.ApiKey;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.ResponseMessage;
import barnabas.protocol.message.DescribeConfigsRequest;
import barnabas.protocol.message.DescribeConfigsRequest.DescribeConfigsResource;
import barnabas.protocol.message.DescribeConfigsResponse;
import barnabas.protocol.message.DescribeConfigsResponse.DescribeConfigsResourceResult;
import barnabas.protocol.message.DescribeConfigsResponse.DescribeConfigsResult;
import barnabas.protocol.message.DescribeConfigsResponse.DescribeConfigsSynonym;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Describes configurations with the layer each value comes from (KIP-133, KIP-226), and in words (KIP-569).
public final class P32DescribeConfigs implements BlockingApi<DescribeConfigsRequest> {
    private static final Need NEED = Need.OF_ITS_GUARD;

    private record ResourceName(byte type, String name) {}

    /// Parts that a client may request beyond the values.
    private record Extras(boolean synonyms, boolean documentation) {}

    /// Values of a node that are no settings.
    public interface Statuses {
        /// A node without any.
        Statuses NONE = _ -> List.of();

        /// @param names asked for; null for all settings, these values not among them
        List<ConfigEntry> described(@Nullable List<String> names);
    }

    private final Supplier<ClusterImage> images;
    private final Supplier<BrokerConfig> config;
    private final LoggerConfigs loggers;
    private final Statuses statuses;

    /// @param config of this node right now
    public P32DescribeConfigs(
            Supplier<ClusterImage> images, Supplier<BrokerConfig> config, LoggerConfigs loggers, Statuses statuses) {
        this.statuses = statuses;
        this.images = images;
        this.config = config;
        this.loggers = loggers;
    }

    @Override
    public ApiKey key() {
        return ApiKey.DESCRIBE_CONFIGS;
    }

    @Override
    public Need needs() {
        return NEED;
    }

    @Override
    public ResponseMessage answer(DescribeConfigsRequest request, Call call) {
        ClusterImage image = images.get();
        // Each resource once: all keys of a broker take several KB.
        var asked = new LinkedHashMap<ResourceName, DescribeConfigsResource>();
        for (DescribeConfigsResource each : request.resources()) {
            asked.putIfAbsent(new ResourceName(each.resourceType(), each.resourceName()), each);
        }
        var unknown = asked.values().stream()
                .filter(each -> ConfigResource.Type.of(each.resourceType()) == null)
                .findFirst();
        if (unknown.isPresent())
            return refused(List.copyOf(asked.values()), unknown.get().resourceType());
        List<DescribeConfigsResult> results = asked.values().stream()
                .map(resource -> describe(
                        image, resource, new Extras(request.includeSynonyms(), request.includeDocumentation())))
                .toList();
        return DescribeConfigsResponse.builder().results(results).build();
    }

    /// A request with a type that does not exist is refused as a whole, as Kafka does.
    private static DescribeConfigsResponse refused(List<DescribeConfigsResource> asked, byte unknownType) {
        String message = "Unexpected resource type " + unknownType;
        return DescribeConfigsResponse.builder()
                .results(asked.stream()
                        .map(each -> failed(each, ErrorCode.INVALID_REQUEST, message))
                        .toList())
                .build();
    }

    private DescribeConfigsResult describe(ClusterImage image, DescribeConfigsResource asked, Extras extras) {
        ConfigResource.Type type = ConfigResource.Type.of(asked.resourceType());
        String name = asked.resourceName();
        if (type == null) throw new IllegalStateException("bug: described in spite of type " + asked.resourceType());
        ChangeResult.Refused refused = new ConfigResource(type, name).problemWithDescribing();
        if (refused != null) return failed(asked, ErrorCode.INVALID_REQUEST, refused.message());
        BrokerConfig broker = config.get();
        return switch (type) {
            case TOPIC -> {
                String problem = TopicNames.problem(name);
                if (problem != null) yield failed(asked, ErrorCode.INVALID_TOPIC_EXCEPTION, problem);
                if (image.topic(name).isEmpty()) yield failed(asked, ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, "");
                var overrides = image.configs(ConfigResource.topic(name));
                yield described(asked, type, ConfigDescriptions.topic(overrides, broker), extras);
            }
            case GROUP -> {
                var overrides = image.configs(ConfigResource.group(name));
                yield described(asked, type, ConfigDescriptions.group(overrides, broker), extras);
            }
            case CLIENT_METRICS -> {
                var overrides = image.configs(ConfigResource.clientMetrics(name));
                yield described(asked, type, ConfigDescriptions.clientMetrics(overrides), extras);
            }
            case BROKER -> {
                if (name.isEmpty()) {
                    var clusterWide = broker.layers().clusterWide();
                    yield described(asked, type, ConfigDescriptions.clusterWide(clusterWide), extras);
                }
                if (Integer.parseInt(name) != broker.node().nodeId()) {
                    yield failed(
                            asked,
                            ErrorCode.INVALID_REQUEST,
                            "Unexpected broker id, expected " + broker.node().nodeId() + " or empty string, but"
                                    + " received " + name);
                }
                List<ConfigEntry> status = statuses.described(asked.configurationKeys());
                yield described(asked, type, status.isEmpty() ? ConfigDescriptions.broker(broker) : status, extras);
            }
            case BROKER_LOGGER -> {
                String problem =
                        LoggerConfigs.problemWithBroker(name, broker.node().nodeId());
                if (problem != null) yield failed(asked, ErrorCode.INVALID_REQUEST, problem);
                yield described(asked, type, levels(), extras);
            }
        };
    }

    /// As Kafka has them: without a type.
    private List<ConfigEntry> levels() {
        return loggers.described().entrySet().stream()
                .map(each -> new ConfigEntry(
                        each.getKey(),
                        each.getValue(),
                        ConfigSource.DYNAMIC_BROKER_LOGGER_CONFIG,
                        false,
                        false,
                        null,
                        List.of()))
                .toList();
    }

    private static DescribeConfigsResult described(
            DescribeConfigsResource asked, ConfigResource.Type type, List<ConfigEntry> entries, Extras extras) {
        Set<String> keys = asked.configurationKeys() == null ? null : new HashSet<>(asked.configurationKeys());
        List<DescribeConfigsResourceResult> configs = entries.stream()
                .filter(entry -> keys == null || keys.isEmpty() || keys.contains(entry.name()))
                .map(entry -> result(type, entry, extras))
                .toList();
        return DescribeConfigsResult.builder()
                .resourceType(asked.resourceType())
                .resourceName(asked.resourceName())
                .configs(configs)
                .build();
    }

    private static DescribeConfigsResourceResult result(ConfigResource.Type type, ConfigEntry entry, Extras extras) {
        return DescribeConfigsResourceResult.builder()
                .name(entry.name())
                .value(entry.value())
                .readOnly(entry.readOnly())
                .configSource(entry.source().code())
                .isSensitive(entry.sensitive())
                .configType(entry.typeCode())
                .documentation(documentation(type, entry.name(), extras))
                .synonyms(
                        extras.synonyms()
                                ? entry.synonyms().stream()
                                        .map(P32DescribeConfigs::synonym)
                                        .toList()
                                : List.of())
                .build();
    }

    /// Kafka leaves a logger's field at its default whether it was asked for or not; otherwise null says "not asked".
    private static @Nullable String documentation(ConfigResource.Type type, String name, Extras extras) {
        if (type == ConfigResource.Type.BROKER_LOGGER) return "";
        return extras.documentation() ? Documentation.of(type, name) : null;
    }

    private static DescribeConfigsSynonym synonym(ConfigEntry.Synonym synonym) {
        return new DescribeConfigsSynonym(
                synonym.name(), synonym.value(), synonym.source().code());
    }

    private static DescribeConfigsResult failed(
            DescribeConfigsResource asked, ErrorCode error, @Nullable String message) {
        return DescribeConfigsResult.builder()
                .errorCode(error.code())
                .errorMessage(message)
                .resourceType(asked.resourceType())
                .resourceName(asked.resourceName())
                .build();
    }
}
