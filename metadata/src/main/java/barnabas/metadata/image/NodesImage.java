package barnabas.metadata.image;

import barnabas.metadata.maps.PersistentMap;

/// Registered brokers and controllers by node id.
public record NodesImage(
        PersistentMap<Integer, BrokerRegistration> brokers,
        PersistentMap<Integer, ControllerRegistration> controllers) {
    static final NodesImage EMPTY = new NodesImage(PersistentMap.empty(), PersistentMap.empty());

    NodesImage with(BrokerRegistration broker) {
        return new NodesImage(brokers.with(broker.id(), broker), controllers);
    }

    NodesImage with(ControllerRegistration controller) {
        return new NodesImage(brokers, controllers.with(controller.id(), controller));
    }

    NodesImage withoutBroker(int id) {
        return new NodesImage(brokers.without(id), controllers);
    }

    NodesImage withoutController(int id) {
        return new NodesImage(brokers, controllers.without(id));
    }
}
