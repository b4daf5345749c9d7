package barnabas.metadata.registration;

import barnabas.metadata.decision.Decision;
import barnabas.metadata.decision.Refusal;
import barnabas.metadata.image.ClusterImage;
import barnabas.metadata.image.MetadataVersion;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.message.ControllerRegistrationRequest;
import barnabas.protocol.message.ControllerRegistrationResponse;
import barnabas.protocol.message.UnregisterControllerRequest;
import barnabas.protocol.message.UnregisterControllerResponse;
import barnabas.protocol.metadata.RegisterControllerRecord;
import barnabas.protocol.metadata.UnregisterControllerRecord;
import java.util.List;

/// Controllers register with the active one and are unregistered by an operator. A registration says which feature
/// levels the process supports and where it is reached; it makes no voter.
final class Controllers {
    private static final Refusal NO_REGISTRATION = new Refusal(
            ErrorCode.UNSUPPORTED_VERSION,
            "The current MetadataVersion is too old to support controller registrations.");
    private static final Refusal NO_UNREGISTRATION = new Refusal(
            ErrorCode.UNSUPPORTED_VERSION,
            "The current MetadataVersion is too old to support controller unregistration.");

    private Controllers() {}

    static Decision<ControllerRegistrationResponse> register(
            ClusterImage image, ControllerRegistrationRequest request) {
        if (!image.features().metadataVersion().recordsControllers())
            return new Decision<>(List.of(), true, RegistrationApis.registration(NO_REGISTRATION));
        var record = RegisterControllerRecord.builder()
                .controllerId(request.controllerId())
                .incarnationId(request.incarnationId())
                .zkMigrationReady(request.zkMigrationReady())
                .endPoints(request.listeners().stream()
                        .map(each -> new RegisterControllerRecord.ControllerEndpoint(
                                each.name(), each.host(), each.port(), each.securityProtocol()))
                        .toList())
                .features(request.features().stream()
                        .map(each -> new RegisterControllerRecord.ControllerFeature(
                                each.name(), each.minSupportedVersion(), each.maxSupportedVersion()))
                        .toList())
                .build();
        return new Decision<>(List.of(record), true, ControllerRegistrationResponse.DEFAULT);
    }

    static Decision<UnregisterControllerResponse> unregister(ClusterImage image, UnregisterControllerRequest request) {
        if (!image.features().metadataVersion().isAtLeast(MetadataVersion.V4_4_IV2))
            return new Decision<>(List.of(), true, RegistrationApis.unregistration(NO_UNREGISTRATION));
        int id = request.controllerId();
        if (image.nodes().controllers().find(id) == null)
            return new Decision<>(
                    List.of(),
                    true,
                    RegistrationApis.unregistration(new Refusal(
                            ErrorCode.CONTROLLER_ID_NOT_REGISTERED,
                            "Controller ID " + id + " is not currently registered")));
        return new Decision<>(
                List.of(UnregisterControllerRecord.builder().controllerId(id).build()),
                true,
                UnregisterControllerResponse.DEFAULT);
    }
}
