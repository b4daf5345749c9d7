package barnabas.metadata.controller;

import barnabas.config.dynamic.ConfigResource;
import barnabas.metadata.decision.Decision;
import barnabas.metadata.decision.Refusal;
import barnabas.metadata.decision.RefusedReplies;
import barnabas.metadata.image.BrokerRegistration;
import barnabas.metadata.image.ClusterImage;
import barnabas.metadata.image.ControllerRegistration;
import barnabas.metadata.image.FeaturesImage;
import barnabas.metadata.image.MetadataVersion;
import barnabas.metadata.image.VersionRange;
import barnabas.metadata.log.QuorumLevel;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.Message;
import barnabas.protocol.message.UpdateFeaturesRequest;
import barnabas.protocol.message.UpdateFeaturesRequest.FeatureUpdateKey;
import barnabas.protocol.message.UpdateFeaturesResponse;
import barnabas.protocol.message.UpdateFeaturesResponse.UpdatableFeatureResult;
import barnabas.protocol.metadata.ConfigRecord;
import barnabas.protocol.metadata.FeatureLevelRecord;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// UpdateFeatures (KIP-584): all levels change, or none.
final class FeatureUpdates {
    private static final byte UPGRADE = 1;
    private static final byte SAFE_DOWNGRADE = 2;
    private static final byte UNSAFE_DOWNGRADE = 3;

    private final ClusterImage image;
    private final ControllerSettings settings;
    private final ConfigRules rules;
    private final QuorumLevel quorum;
    private final int epoch;

    /// @param epoch of the controller
    FeatureUpdates(ClusterImage image, ControllerSettings settings, ConfigRules rules, QuorumLevel quorum, int epoch) {
        this.image = image;
        this.settings = settings;
        this.rules = rules;
        this.quorum = quorum;
        this.epoch = epoch;
    }

    Decision<UpdateFeaturesResponse> decide(UpdateFeaturesRequest request) {
        var records = new ArrayList<Message>();
        for (FeatureUpdateKey update : request.featureUpdates()) {
            String problem = problemWith(update, request);
            if (problem != null) return refused(problem);
            change(update, records);
        }
        // At the end: what the quorum has taken cannot be withdrawn.
        for (FeatureUpdateKey update : request.featureUpdates()) {
            if (request.validateOnly() || !update.feature().equals(FeaturesImage.KRAFT_VERSION)) continue;
            String problem = problemWithQuorum(update.maxVersionLevel(), false);
            if (problem != null) return refused(problem);
        }
        var response = UpdateFeaturesResponse.builder()
                .errorMessage(null)
                .results(request.featureUpdates().stream()
                        .map(update -> new UpdatableFeatureResult(update.feature(), ErrorCode.NONE.code(), "NONE"))
                        .toList())
                .build();
        return request.validateOnly() ? Decision.answer(response) : Decision.atomic(records, response);
    }

    private static Decision<UpdateFeaturesResponse> refused(String problem) {
        return Decision.answer(RefusedReplies.updateFeatures(new Refusal(
                ErrorCode.INVALID_UPDATE_VERSION,
                "The update failed for all features since the following feature had an error: " + problem)));
    }

    private @Nullable String problemWithQuorum(short level, boolean dryRun) {
        String reason = quorum.raiseQuorumLevel(epoch, level, dryRun);
        return reason == null ? null : invalid(FeaturesImage.KRAFT_VERSION, level, reason);
    }

    private short present(String feature) {
        return feature.equals(FeaturesImage.KRAFT_VERSION)
                ? quorum.quorumLevel()
                : image.features().level(feature);
    }

    private @Nullable String problemWith(FeatureUpdateKey update, UpdateFeaturesRequest request) {
        String name = update.feature();
        short level = update.maxVersionLevel();
        // Version 0 of the request has a flag where the later ones have a kind.
        byte kind = update.allowDowngrade() ? SAFE_DOWNGRADE : update.upgradeType();
        if (kind < UPGRADE || kind > UNSAFE_DOWNGRADE) {
            return invalid(name, level, "The controller does not support the given upgrade type.");
        }
        if (level < 0) return invalid(name, level, "A feature version cannot be less than 0.");
        VersionRange supported = settings.supportedFeatures().get(name);
        String reason = unsupported("Local controller " + settings.nodeId(), supported, level);
        if (reason != null) return invalid(name, level, reason);
        for (BrokerRegistration broker : image.brokersById()) {
            reason = unsupported("Broker " + broker.id(), broker.features().get(name), level);
            if (reason != null) return invalid(name, level, reason);
        }
        for (ControllerRegistration controller : image.nodes().controllers().values()) {
            reason = unsupported(
                    "Controller " + controller.id(), controller.features().get(name), level);
            if (reason != null) return invalid(name, level, reason);
        }
        short present = present(name);
        if (level < present) {
            if (kind == UPGRADE) {
                return invalid(
                        name,
                        level,
                        "Can't downgrade the version of this feature without setting the upgrade type to either safe"
                                + " or unsafe downgrade.");
            }
            if (name.equals(FeaturesImage.METADATA_VERSION)) return problemWithDowngrade(present, level, kind);
        } else if (level > present && kind != UPGRADE) {
            return invalid(name, level, "Can't downgrade to a newer version.");
        }
        if (!settings.supportedFeatures().containsKey(name)) {
            return invalid(name, level, "Feature " + name + " not found.");
        }
        MetadataVersion needed = Features.needs(name, level);
        if (needed.level() <= levelAfter(FeaturesImage.METADATA_VERSION, request))
            return name.equals(FeaturesImage.KRAFT_VERSION) ? problemWithQuorum(level, true) : null;
        return invalid(
                name,
                level,
                name + " could not be set to " + level + " because it depends on metadata.version level "
                        + needed.level());
    }

    /// A log may be left with records that the older version cannot read: no node converts them.
    private static @Nullable String problemWithDowngrade(short present, short level, byte kind) {
        if (!MetadataVersion.of(present).changesMetadataSince(MetadataVersion.of(level))) return null;
        return "Unsupported metadata.version downgrade from " + present + " to " + level + ". "
                + (kind == SAFE_DOWNGRADE
                        ? "Refusing to perform the requested downgrade because it might delete metadata information."
                        : "Unsafe metadata downgrade is not supported in this version.");
    }

    /// The level when everything in the request is done.
    private short levelAfter(String feature, UpdateFeaturesRequest request) {
        for (FeatureUpdateKey each : request.featureUpdates()) {
            if (each.feature().equals(feature)) return each.maxVersionLevel();
        }
        return image.features().level(feature);
    }

    private static @Nullable String unsupported(String who, @Nullable VersionRange supported, short level) {
        // Every node can run without the feature.
        if (supported == null) return level == 0 ? null : who + " does not support this feature.";
        if (supported.contains(level)) return null;
        return who + " only supports versions " + supported.min() + "-" + supported.max();
    }

    private static String invalid(String name, short level, String reason) {
        return "Invalid update version " + level + " for feature " + name + ". " + reason;
    }

    private void change(FeatureUpdateKey update, List<Message> records) {
        String name = update.feature();
        short present = image.features().level(name);
        // That of the quorum is kept by the quorum.
        if (update.maxVersionLevel() == present || name.equals(FeaturesImage.KRAFT_VERSION)) return;
        records.add(new FeatureLevelRecord(name, update.maxVersionLevel()));
        if (name.equals(FeaturesImage.ELIGIBLE_LEADER_REPLICAS_VERSION) && present == 0) pinMinIsr(records);
    }

    /// From now on there must be one minimum for the whole cluster, and none for single brokers (KIP-966).
    private void pinMinIsr(List<Message> records) {
        byte broker = ConfigResource.Type.BROKER.code();
        if (!image.configs(ConfigResource.BROKER_DEFAULT).containsKey(ConfigChanges.MIN_ISR)) {
            String value = rules.topicDefault(ConfigChanges.MIN_ISR);
            records.add(new ConfigRecord(broker, "", ConfigChanges.MIN_ISR, value == null ? "1" : value));
        }
        for (ConfigResource resource : image.configuredResources(ConfigResource.Type.BROKER)) {
            if (!resource.name().isEmpty() && image.configs(resource).containsKey(ConfigChanges.MIN_ISR)) {
                records.add(new ConfigRecord(broker, resource.name(), ConfigChanges.MIN_ISR, null));
            }
        }
    }
}
