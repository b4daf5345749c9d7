package barnabas.cluster;

import barnabas.base.Clock;
import barnabas.base.Deadline;
import barnabas.metadata.ControllerPort;
import barnabas.metadata.SeenImages;
import barnabas.metadata.controller.Features;
import barnabas.metadata.image.ClusterImage;
import barnabas.metadata.image.ControllerRegistration;
import barnabas.metadata.registration.RegistrationApis;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.Uuid;
import barnabas.protocol.message.ControllerRegistrationRequest;
import barnabas.protocol.message.ControllerRegistrationRequest.Feature;
import barnabas.protocol.message.ControllerRegistrationResponse;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Registers the controller of this process with the active one (KIP-919), again while the image has another process or
/// none of its id. One request at a time, on a virtual thread.
final class ControllerEntry implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ControllerEntry.class);
    private static final long WAIT_MILLIS_MAX = 5_000;

    private final ControllerRegistrationRequest request;
    private final ControllerPort controller;
    private final SeenImages images;
    private final ExecutorService thread;
    private final Clock clock;
    private final AtomicBoolean asking = new AtomicBoolean();

    /// @param listeners of the controller, by name, as others reach them
    /// @param thread ends with this
    ControllerEntry(
            int nodeId,
            Uuid incarnation,
            Map<String, InetSocketAddress> listeners,
            ControllerPort controller,
            SeenImages images,
            ExecutorService thread,
            Clock clock) {
        List<Feature> features = Features.SUPPORTED.entrySet().stream()
                .map(each -> new Feature(
                        each.getKey(), each.getValue().min(), each.getValue().max()))
                .toList();
        this.request = ControllerRegistrationRequest.builder()
                .controllerId(nodeId)
                .incarnationId(incarnation)
                .listeners(listeners.entrySet().stream()
                        .map(each -> new ControllerRegistrationRequest.Listener(
                                each.getKey(),
                                each.getValue().getHostString(),
                                each.getValue().getPort(),
                                (short) 0))
                        .toList())
                .features(features)
                .build();
        this.controller = controller;
        this.images = images;
        this.thread = thread;
        this.clock = clock;
    }

    /// Called several times in a session.
    void look() {
        if (isRegistered() || !asking.compareAndSet(false, true)) return;
        thread.execute(() -> {
            try {
                ask();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } finally {
                asking.set(false);
            }
        });
    }

    private boolean isRegistered() {
        ClusterImage image = images.image();
        // Before the first image nothing is known, and an old cluster has no record for it.
        if (image.features().finalized().isEmpty()
                || !image.features().metadataVersion().recordsControllers()) return true;
        ControllerRegistration known = image.nodes().controllers().find(request.controllerId());
        return known != null && known.incarnationId().equals(request.incarnationId());
    }

    private void ask() throws InterruptedException {
        ControllerRegistrationResponse answer = controller.ask(
                RegistrationApis.CONTROLLER_REGISTRATION, request, Deadline.inMillis(WAIT_MILLIS_MAX, clock));
        ErrorCode error = ErrorCode.of(answer.errorCode());
        if (error != ErrorCode.NONE)
            LOG.info("The active controller does not take the registration of this one yet: {}", error);
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
