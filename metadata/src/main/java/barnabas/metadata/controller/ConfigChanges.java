package barnabas.metadata.controller;

import barnabas.metadata.image.ClusterImage;
import barnabas.metadata.image.ConfigResource;
import barnabas.metadata.image.FeaturesImage;
import barnabas.metadata.image.MetadataVersion;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.Message;
import barnabas.protocol.message.AlterConfigsRequest;
import barnabas.protocol.message.AlterConfigsResponse;
import barnabas.protocol.message.IncrementalAlterConfigsRequest;
import barnabas.protocol.message.IncrementalAlterConfigsResponse;
import barnabas.protocol.metadata.ClearElrRecord;
import barnabas.protocol.metadata.ConfigRecord;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// IncrementalAlterConfigs (KIP-339) and the older AlterConfigs. Each resource is changed or refused for itself.
final class ConfigChanges {
    static final String MIN_ISR = "min.insync.replicas";
    private static final String CORDONED = "cordoned.log.dirs";

    private static final byte SET = 0;
    private static final byte DELETE = 1;
    private static final byte APPEND = 2;
    private static final byte SUBTRACT = 3;
    /// What a string in a metadata record can take.
    private static final int VALUE_BYTES_MAX = Short.MAX_VALUE;

    private final ClusterImage image;
    private final ConfigRules rules;

    ConfigChanges(ClusterImage image, ConfigRules rules) {
        this.image = image;
        this.rules = rules;
    }

    /// What a resource's configs become; a value that is null is removed.
    private sealed interface Outcome {
        record Changed(Map<String, @Nullable String> changes) implements Outcome {}

        record Refused(Refusal refusal) implements Outcome {}
    }

    private record ResourceKey(byte type, String name) {}

    Decision<IncrementalAlterConfigsResponse> decide(IncrementalAlterConfigsRequest request) {
        var times = new HashMap<ResourceKey, Integer>();
        for (var each : request.resources()) {
            times.merge(new ResourceKey(each.resourceType(), each.resourceName()), 1, Integer::sum);
        }
        var records = new ArrayList<Message>();
        var responses = new ArrayList<IncrementalAlterConfigsResponse.AlterConfigsResourceResponse>();
        for (var each : request.resources()) {
            boolean repeated = times.getOrDefault(new ResourceKey(each.resourceType(), each.resourceName()), 0) > 1;
            Refusal refusal = repeated
                    ? invalid("Each resource must appear at most once.")
                    : alter(each.resourceType(), each.resourceName(), each, records);
            responses.add(new IncrementalAlterConfigsResponse.AlterConfigsResourceResponse(
                    code(refusal), message(refusal), each.resourceType(), each.resourceName()));
        }
        var response = IncrementalAlterConfigsResponse.builder()
                .responses(List.copyOf(responses))
                .build();
        if (records.size() > Decision.RECORDS_MAX)
            return Decision.answer(RefusedReplies.of(request, Refusal.TOO_MANY_RECORDS));
        return request.validateOnly() ? Decision.answer(response) : Decision.atomic(records, response);
    }

    Decision<AlterConfigsResponse> decide(AlterConfigsRequest request) {
        var times = new HashMap<ResourceKey, Integer>();
        for (var each : request.resources()) {
            times.merge(new ResourceKey(each.resourceType(), each.resourceName()), 1, Integer::sum);
        }
        var records = new ArrayList<Message>();
        var responses = new ArrayList<AlterConfigsResponse.AlterConfigsResourceResponse>();
        for (var each : request.resources()) {
            boolean repeated = times.getOrDefault(new ResourceKey(each.resourceType(), each.resourceName()), 0) > 1;
            Refusal refusal = repeated
                    ? invalid("Each resource must appear at most once.")
                    : replace(each.resourceType(), each.resourceName(), each, records);
            responses.add(new AlterConfigsResponse.AlterConfigsResourceResponse(
                    code(refusal), message(refusal), each.resourceType(), each.resourceName()));
        }
        var response =
                AlterConfigsResponse.builder().responses(List.copyOf(responses)).build();
        if (records.size() > Decision.RECORDS_MAX)
            return Decision.answer(RefusedReplies.of(request, Refusal.TOO_MANY_RECORDS));
        return request.validateOnly() ? Decision.answer(response) : Decision.atomic(records, response);
    }

    private static short code(@Nullable Refusal refusal) {
        return refusal == null ? ErrorCode.NONE.code() : refusal.error().code();
    }

    private static @Nullable String message(@Nullable Refusal refusal) {
        return refusal == null ? null : refusal.message();
    }

    private @Nullable Refusal alter(
            byte type, String name, IncrementalAlterConfigsRequest.AlterConfigsResource asked, List<Message> records) {
        var names = new HashSet<String>();
        for (var config : asked.configs()) {
            if (!names.add(config.name())) return invalid("Error due to duplicate config keys");
        }
        for (var config : asked.configs()) {
            if (config.configOperation() != DELETE && config.value() == null) {
                return invalid("Null value not supported for : " + config.name());
            }
        }
        Optional<ConfigResource.Type> known = storable(type);
        if (known.isEmpty()) return invalid("Unknown resource type " + type);
        var resource = new ConfigResource(known.get(), name);
        var changes = new LinkedHashMap<String, @Nullable String>();
        for (var config : asked.configs()) {
            switch (operated(resource, config)) {
                case Outcome.Refused(Refusal refusal) -> {
                    return refusal;
                }
                case Outcome.Changed(Map<String, @Nullable String> change) -> changes.putAll(change);
            }
        }
        return apply(resource, changes, records);
    }

    private Outcome operated(ConfigResource resource, IncrementalAlterConfigsRequest.AlterableConfig config) {
        String name = config.name();
        String value = config.value() == null ? "" : config.value();
        return switch (config.configOperation()) {
            case SET -> changed(name, value);
            case DELETE -> changed(name, null);
            case APPEND, SUBTRACT -> {
                boolean append = config.configOperation() == APPEND;
                if (!rules.isList(resource.type(), name)) {
                    yield new Outcome.Refused(new Refusal(
                            ErrorCode.INVALID_CONFIG,
                            "Can't " + (append ? "APPEND" : "SUBTRACT") + " to key " + name
                                    + " because its type is not LIST."));
                }
                List<String> elements = elements(present(resource, name));
                for (String each : elements(value)) {
                    if (append && !elements.contains(each)) elements.add(each);
                    if (!append) elements.remove(each);
                }
                yield changed(name, String.join(",", elements));
            }
            default ->
                new Outcome.Refused(
                        invalid("Unknown config operation " + config.configOperation() + " for key " + name + "."));
        };
    }

    private static Outcome changed(String name, @Nullable String value) {
        var change = new HashMap<String, @Nullable String>();
        change.put(name, value);
        return new Outcome.Changed(change);
    }

    private @Nullable String present(ConfigResource resource, String name) {
        String own = image.configs(resource).get(name);
        return own == null ? rules.inherited(resource.type(), name) : own;
    }

    private static List<String> elements(@Nullable String value) {
        if (value == null || value.isBlank()) return new ArrayList<>();
        return new ArrayList<>(Arrays.asList(value.trim().split("\\s*,\\s*")));
    }

    private @Nullable Refusal replace(
            byte type, String name, AlterConfigsRequest.AlterConfigsResource asked, List<Message> records) {
        Optional<ConfigResource.Type> known = storable(type);
        if (known.isEmpty()) return invalid("Unknown resource type " + type);
        var resource = new ConfigResource(known.get(), name);
        var changes = new LinkedHashMap<String, @Nullable String>();
        for (var config : asked.configs()) {
            if (changes.containsKey(config.name())) return invalid("Error due to duplicate config keys");
            if (config.value() == null) return invalid("Null value not supported for : " + config.name());
            changes.put(config.name(), config.value());
        }
        for (String present : image.configs(resource).keySet()) {
            if (!changes.containsKey(present)) changes.put(present, null);
        }
        return apply(resource, changes, records);
    }

    /// Loggers are the process's own.
    private static Optional<ConfigResource.Type> storable(byte code) {
        return ConfigResource.Type.ofCode(code).filter(type -> type != ConfigResource.Type.BROKER_LOGGER);
    }

    private @Nullable Refusal apply(
            ConfigResource resource, Map<String, @Nullable String> changes, List<Message> records) {
        Refusal refusal = problemWithName(resource);
        if (refusal == null) refusal = problemWithMinIsr(resource, changes);
        if (refusal == null) refusal = problemWithCordoning(resource, changes);
        if (refusal != null) return refusal;
        var after = new TreeMap<>(image.configs(resource));
        for (var change : changes.entrySet()) {
            String value = change.getValue();
            if (value == null) {
                after.remove(change.getKey());
            } else if (value.getBytes(StandardCharsets.UTF_8).length > VALUE_BYTES_MAX) {
                return new Refusal(
                        ErrorCode.INVALID_CONFIG,
                        "The configuration value cannot be added because it exceeds the maximum value size of "
                                + VALUE_BYTES_MAX + " bytes.");
            } else {
                after.put(change.getKey(), value);
            }
        }
        Optional<Refusal> problem =
                rules.problem(resource, Collections.unmodifiableSortedMap(after), List.copyOf(changes.keySet()));
        if (problem.isPresent()) return problem.get();
        for (var change : changes.entrySet()) {
            String before = image.configs(resource).get(change.getKey());
            String value = change.getValue();
            if (before == null ? value == null : before.equals(value)) continue;
            records.add(new ConfigRecord(resource.type().code(), resource.name(), change.getKey(), value));
            if (change.getKey().equals(MIN_ISR)
                    && isElrEnabled()
                    && resource.type() != ConfigResource.Type.CLIENT_METRICS) {
                // Who was known to have everything under the old minimum may lack something under the new one.
                records.add(new ClearElrRecord(resource.type() == ConfigResource.Type.TOPIC ? resource.name() : ""));
            }
        }
        return null;
    }

    private @Nullable Refusal problemWithName(ConfigResource resource) {
        String name = resource.name();
        return switch (resource.type()) {
            case TOPIC -> {
                if (name.isEmpty()) yield invalid("Default topic resources are not allowed.");
                String problem = TopicNames.problem(name);
                if (problem != null) yield new Refusal(ErrorCode.INVALID_TOPIC_EXCEPTION, problem);
                yield image.topics().byName().containsKey(name)
                        ? null
                        : new Refusal(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, "The topic '" + name + "' does not exist.");
            }
            case BROKER -> name.isEmpty() || isInteger(name) ? null : notAnId(name);
            case BROKER_LOGGER -> invalid("Unknown resource type " + ConfigResource.Type.BROKER_LOGGER.code());
            case CLIENT_METRICS -> name.isEmpty() ? invalid("Subscription name can't be empty") : null;
            case GROUP -> name.isEmpty() ? invalid("Default group resources are not allowed.") : null;
        };
    }

    static Refusal notAnId(String name) {
        return invalid("Node id must be an integer, but it is: " + name);
    }

    static boolean isInteger(String text) {
        try {
            Integer.parseInt(text);
            return true;
        } catch (NumberFormatException _) {
            return false;
        }
    }

    /// Eligible leaders are known for one minimum, so that of the whole cluster must be known too (KIP-966).
    private @Nullable Refusal problemWithMinIsr(ConfigResource resource, Map<String, @Nullable String> changes) {
        if (resource.type() != ConfigResource.Type.BROKER || !changes.containsKey(MIN_ISR) || !isElrEnabled())
            return null;
        if (!resource.name().isEmpty()) {
            return new Refusal(
                    ErrorCode.INVALID_CONFIG,
                    "Broker-level min.insync.replicas cannot be altered while ELR is enabled.");
        }
        return changes.get(MIN_ISR) == null
                ? new Refusal(
                        ErrorCode.INVALID_CONFIG,
                        "Cluster-level min.insync.replicas cannot be removed while ELR is enabled.")
                : null;
    }

    private @Nullable Refusal problemWithCordoning(ConfigResource resource, Map<String, @Nullable String> changes) {
        if (resource.type() != ConfigResource.Type.BROKER || !changes.containsKey(CORDONED)) return null;
        if (image.features().metadataVersion().recordsCordonedDirectories()) return null;
        return new Refusal(
                ErrorCode.INVALID_CONFIG,
                "The cordoned.log.dirs configuration value cannot be set because it requires metadata.version >= "
                        + MetadataVersion.V4_3_IV0);
    }

    private boolean isElrEnabled() {
        return image.features().level(FeaturesImage.ELIGIBLE_LEADER_REPLICAS_VERSION) > 0;
    }

    private static Refusal invalid(String message) {
        return new Refusal(ErrorCode.INVALID_REQUEST, message);
    }
}
