package barnabas.metadata.registration;

import barnabas.metadata.ControllerApi;
import barnabas.metadata.decision.Refusal;
import barnabas.protocol.ApiKey;
import barnabas.protocol.message.ControllerRegistrationRequest;
import barnabas.protocol.message.ControllerRegistrationResponse;
import barnabas.protocol.message.UnregisterControllerRequest;
import barnabas.protocol.message.UnregisterControllerResponse;
import java.util.List;

/// APIs of the active controller to and about other controllers, beside
/// [barnabas.metadata.ControllerApis].
public final class RegistrationApis {
    private RegistrationApis() {}

    public static final ControllerApi<ControllerRegistrationRequest, ControllerRegistrationResponse>
            CONTROLLER_REGISTRATION = new ControllerApi<>(
                    ApiKey.CONTROLLER_REGISTRATION,
                    (controller, request, _) -> Controllers.register(controller.ahead(), request),
                    (_, refusal) -> registration(refusal),
                    _ -> ControllerApi.NODE_TIMEOUT);

    public static final ControllerApi<UnregisterControllerRequest, UnregisterControllerResponse> UNREGISTER_CONTROLLER =
            new ControllerApi<>(
                    ApiKey.UNREGISTER_CONTROLLER,
                    (controller, request, _) -> Controllers.unregister(controller.ahead(), request),
                    (_, refusal) -> unregistration(refusal),
                    _ -> ControllerApi.NODE_TIMEOUT);

    public static List<ControllerApi<?, ?>> all() {
        return List.of(CONTROLLER_REGISTRATION, UNREGISTER_CONTROLLER);
    }

    static ControllerRegistrationResponse registration(Refusal refusal) {
        return ControllerRegistrationResponse.builder()
                .errorCode(refusal.error().code())
                .errorMessage(refusal.message())
                .build();
    }

    static UnregisterControllerResponse unregistration(Refusal refusal) {
        return UnregisterControllerResponse.builder()
                .errorCode(refusal.error().code())
                .errorMessage(refusal.message())
                .build();
    }
}
