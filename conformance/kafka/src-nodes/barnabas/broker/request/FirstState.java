package barnabas.broker.request;

import barnabas.broker.security.Principal;
import barnabas.conformance.kafka.nodes.Principals;
import barnabas.net.Connection;

/// Takes the place of Barnabas' interface of the same name by being earlier on the class path of the nodes: where all
/// listeners are plain, [Principals] name the clients. Many of Kafka's tests plug in a class that does this.
@FunctionalInterface
public interface FirstState {
    FirstState ANONYMOUS = connection -> {
        String[] name = Principals.of(connection.listenerName()).split(":", 2);
        return ClientState.first(new Principal(name[0], name[1]), Session.OPEN);
    };

    ClientState of(Connection connection);
}
