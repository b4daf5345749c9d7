package barnabas.broker.http;

import barnabas.metadata.ClusterMetadata;
import java.util.List;

/// Health of a node that is a controller only: it is ready while it knows the active controller.
public record ControllerHealth(ClusterMetadata metadata) implements Health {
    @Override
    public State state() {
        return new State(
                metadata.leadership().leaderId() < 0 ? List.of("no controller is active") : List.of(), List.of());
    }
}
