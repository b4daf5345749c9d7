package barnabas.cluster;

import barnabas.broker.request.BlockingApi;
import barnabas.broker.request.Call;
import barnabas.broker.request.Need;
import barnabas.broker.security.Operation;
import barnabas.metadata.ControllerPort;
import barnabas.metadata.registration.RegistrationApis;
import barnabas.protocol.ApiKey;
import barnabas.protocol.ResponseMessage;
import barnabas.protocol.message.UnregisterControllerRequest;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// UnregisterController on a broker (KIP-1312): the active controller forgets a controller that is gone for good.
///
/// @param controller null while the node starts
record UnregisteredController(Supplier<@Nullable ControllerPort> controller)
        implements BlockingApi<UnregisterControllerRequest> {
    private static final Need NEED = new Need.OnCluster(Operation.ALTER);

    @Override
    public ApiKey key() {
        return ApiKey.UNREGISTER_CONTROLLER;
    }

    @Override
    public Need needs() {
        return NEED;
    }

    @Override
    public ResponseMessage answer(UnregisterControllerRequest request, Call call) throws InterruptedException {
        ControllerPort port = controller.get();
        if (port == null) throw new IllegalStateException("bug: a request before the start");
        return port.ask(RegistrationApis.UNREGISTER_CONTROLLER, request);
    }
}
