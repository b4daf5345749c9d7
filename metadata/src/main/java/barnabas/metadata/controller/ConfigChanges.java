package barnabas.metadata.controller;

import barnabas.config.dynamic.ChangeResult;
import barnabas.config.dynamic.ConfigChange;
import barnabas.config.dynamic.ConfigResource;
import barnabas.config.dynamic.DynamicConfigs;
import barnabas.config.keys.OpenNames;
import barnabas.metadata.decision.Decision;
import barnabas.metadata.decision.Refusal;
import barnabas.metadata.decision.RefusedReplies;
import barnabas.metadata.floors.MirrorFloors;
import barnabas.metadata.image.ClusterImage;
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
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// IncrementalAlterConfigs (KIP-339) and the older AlterConfigs. Each resource is changed or refused for itself.
final class ConfigChanges {
    static final String MIN_ISR = "min.insync.replicas";
    private static final String MIRROR = "barnabas.mirror";
    private static final String MIRROR_STATE = "barnabas.mirror.state";
    /// Ends of names of settings that a mirror cannot be without.
    private static final List<String> MIRROR_NEEDS = List.of(".source", ".topics");
    private static final String MIRROR_READY = "barnabas.mirror.ready";
    private static final String CORDONED = "cordoned.log.dirs";

    /// Most bytes of a string in a metadata record.
    private static final int VALUE_BYTES_MAX = Short.MAX_VALUE;

    private final ClusterImage image;
    private final ConfigRules rules;

    ConfigChanges(ClusterImage image, ConfigRules rules) {
        this.image = image;
        this.rules = rules;
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
        var changes = new ArrayList<ConfigChange>();
        Refusal unknown = null;
        for (var config : asked.configs()) {
            var operation = ConfigChange.Operation.of(config.configOperation());
            if (operation == null) {
                if (unknown == null)
                    unknown = invalid(
                            "Unknown config operation " + config.configOperation() + " for key " + config.name() + ".");
                operation = ConfigChange.Operation.SET;
            }
            changes.add(new ConfigChange(config.name(), operation, config.value()));
        }
        // Form and type of the resource count before the operation, as in Kafka.
        Refusal refusal = problemWithForm(type, changes);
        if (refusal == null) refusal = unknown;
        return refusal == null ? apply(type, name, changes, records) : refusal;
    }

    /// Exactly these, everything else goes.
    private @Nullable Refusal replace(
            byte type, String name, AlterConfigsRequest.AlterConfigsResource asked, List<Message> records) {
        var changes = new ArrayList<ConfigChange>();
        var wanted = new HashSet<String>();
        for (var config : asked.configs()) {
            wanted.add(config.name());
            changes.add(new ConfigChange(config.name(), ConfigChange.Operation.SET, config.value()));
        }
        storable(type).ifPresent(known -> {
            for (String present : image.configs(new ConfigResource(known, name)).keySet()) {
                if (!wanted.contains(present)) changes.add(ConfigChange.delete(present));
            }
        });
        return apply(type, name, changes, records);
    }

    /// Loggers are the process's own.
    private static Optional<ConfigResource.Type> storable(byte code) {
        return Optional.ofNullable(ConfigResource.Type.of(code))
                .filter(type -> type != ConfigResource.Type.BROKER_LOGGER);
    }

    private static @Nullable Refusal problemWithForm(byte type, List<ConfigChange> changes) {
        ChangeResult.Refused malformed = DynamicConfigs.problemWithForm(changes);
        if (malformed != null) return Refusal.of(malformed);
        return storable(type).isEmpty() ? invalid("Unknown resource type " + type) : null;
    }

    private @Nullable Refusal apply(byte type, String name, List<ConfigChange> changes, List<Message> records) {
        Refusal malformed = problemWithForm(type, changes);
        if (malformed != null) return malformed;
        Optional<ConfigResource.Type> known = storable(type);
        var resource = new ConfigResource(known.orElseThrow(), name);
        Map<String, String> present = image.configs(resource);
        return switch (DynamicConfigs.edited(known.get(), present, changes)) {
            case ChangeResult.Refused refused -> Refusal.of(refused);
            case ChangeResult.Changed(Map<String, String> after) -> {
                Refusal refusal = problemWithMinIsr(resource, changes, after);
                if (refusal == null) refusal = problemWithCordoning(resource, changes);
                if (refusal == null) refusal = problemWithMirror(resource, present, after);
                if (refusal == null) refusal = problem(resource, present, after);
                if (refusal == null) record(resource, present, after, records);
                yield refusal;
            }
        };
    }

    /// A step of a mirror topic that comes late, from a broker that does it no more, changes nothing: the topic is
    /// prepared only when it is claimed, filled only when it is prepared, and given back only when it is claimed or
    /// stopped.
    private @Nullable Refusal problemWithMirror(
            ConfigResource resource, Map<String, String> present, Map<String, String> after) {
        if (resource.type() == ConfigResource.Type.BROKER) return problemWithEnd(resource, present, after);
        if (resource.type() != ConfigResource.Type.TOPIC) return null;
        String before = present.get(MIRROR_STATE);
        String state = after.get(MIRROR_STATE);
        boolean filled = present.containsKey(MIRROR);
        boolean leaves = filled && !after.containsKey(MIRROR);
        if (!filled || (Objects.equals(before, state) && !leaves)) return null;
        boolean claimed = "claiming".equals(before);
        boolean stops = "stopping".equals(before);
        boolean follows = leaves
                ? claimed || stops
                : switch (state == null ? "" : state) {
                    case "claiming" -> false;
                    // what confirms a claim takes its token away
                    case "preparing" ->
                        claimed && after.getOrDefault(MIRROR_READY, "").isEmpty();
                    case "stopping" -> !claimed;
                    default -> !claimed && !stops;
                };
        if (follows) return null;
        String from = before == null ? "mirroring" : before;
        return new Refusal(
                ErrorCode.INVALID_CONFIG,
                "Topic " + resource.name() + " of mirror " + present.get(MIRROR) + " is " + from + ": it cannot be "
                        + (leaves ? "taken from it" : state == null ? "mirroring" : state) + " now");
    }

    /// A mirror that fills topics stays: without it nothing would end their state, and they would take no records.
    private @Nullable Refusal problemWithEnd(
            ConfigResource resource, Map<String, String> present, Map<String, String> after) {
        if (!resource.name().isEmpty()) return null;
        for (String name : present.keySet()) {
            int dot = name.lastIndexOf('.');
            if (!name.startsWith(OpenNames.MIRROR) || dot <= OpenNames.MIRROR.length()) continue;
            boolean ends = MIRROR_NEEDS.contains(name.substring(dot))
                    && !present.get(name).isBlank()
                    && after.getOrDefault(name, "").isBlank();
            if (!ends) continue;
            String mirror = name.substring(OpenNames.MIRROR.length(), dot);
            for (ConfigResource topic : image.configuredResources(ConfigResource.Type.TOPIC)) {
                if (mirror.equals(image.configs(topic).get(MIRROR)))
                    return new Refusal(
                            ErrorCode.INVALID_CONFIG,
                            "Mirror " + mirror + " still fills topic " + topic.name()
                                    + ": promote or delete the topic first");
            }
        }
        return null;
    }

    /// In the order in which Kafka looks at things.
    private @Nullable Refusal problem(ConfigResource resource, Map<String, String> present, Map<String, String> after) {
        for (String value : after.values()) {
            if (value.getBytes(StandardCharsets.UTF_8).length > VALUE_BYTES_MAX) {
                return new Refusal(
                        ErrorCode.INVALID_CONFIG,
                        "The configuration value cannot be added because it exceeds the maximum value size of "
                                + VALUE_BYTES_MAX + " bytes.");
            }
        }
        ChangeResult.Refused misnamed = resource.problemWithAltering();
        if (misnamed != null) return Refusal.of(misnamed);
        boolean topic = resource.type() == ConfigResource.Type.TOPIC;
        String invalidTopic = topic ? TopicNames.problem(resource.name()) : null;
        if (invalidTopic != null) return new Refusal(ErrorCode.INVALID_TOPIC_EXCEPTION, invalidTopic);
        Optional<Refusal> problem = rules.problem(resource, present, after);
        if (problem.isPresent()) return problem.get();
        return topic && !image.topics().byName().containsKey(resource.name())
                ? new Refusal(
                        ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, "The topic '" + resource.name() + "' does not exist.")
                : null;
    }

    private void record(
            ConfigResource resource, Map<String, String> present, Map<String, String> after, List<Message> records) {
        var names = new TreeSet<>(present.keySet());
        names.addAll(after.keySet());
        if (resource.type() == ConfigResource.Type.TOPIC) MirrorFloors.keep(image, resource.name(), after, records);
        for (String name : names) {
            String value = after.get(name);
            if (Objects.equals(present.get(name), value)) continue;
            records.add(new ConfigRecord(resource.type().code(), resource.name(), name, value));
            if (name.equals(MIN_ISR) && isElrEnabled() && resource.type() != ConfigResource.Type.CLIENT_METRICS) {
                // Who was known to have everything under the old minimum may lack something under the new one.
                records.add(new ClearElrRecord(resource.type() == ConfigResource.Type.TOPIC ? resource.name() : ""));
            }
        }
    }

    /// Eligible leaders are known for one minimum, so that of the whole cluster must be known too (KIP-966).
    private @Nullable Refusal problemWithMinIsr(
            ConfigResource resource, List<ConfigChange> changes, Map<String, String> after) {
        if (resource.type() != ConfigResource.Type.BROKER || !isElrEnabled()) return null;
        if (changes.stream().noneMatch(each -> each.name().equals(MIN_ISR))) return null;
        if (!resource.name().isEmpty()) {
            return new Refusal(
                    ErrorCode.INVALID_CONFIG,
                    "Broker-level min.insync.replicas cannot be altered while ELR is enabled.");
        }
        return after.get(MIN_ISR) == null
                ? new Refusal(
                        ErrorCode.INVALID_CONFIG,
                        "Cluster-level min.insync.replicas cannot be removed while ELR is enabled.")
                : null;
    }

    private @Nullable Refusal problemWithCordoning(ConfigResource resource, List<ConfigChange> changes) {
        if (resource.type() != ConfigResource.Type.BROKER) return null;
        if (changes.stream().noneMatch(each -> each.name().equals(CORDONED))) return null;
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
