package barnabas.registry.store;

import barnabas.protocol.Uuid;
import barnabas.registry.state.RegistryState;

/// The state up to an offset of the topic. Owner: [SchemaTopic], under its lock.
final class ReadState {
    final Uuid topicId;
    final RegistryState state = new RegistryState();
    long nextOffset;

    ReadState(Uuid topicId) {
        this.topicId = topicId;
    }
}
