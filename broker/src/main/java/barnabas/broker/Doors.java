package barnabas.broker;

import barnabas.broker.identity.Identities;
import barnabas.broker.identity.TlsListeners;
import barnabas.broker.request.FirstState;
import barnabas.config.BrokerConfig;
import barnabas.metadata.image.AccessImage;
import java.util.ArrayList;
import java.util.function.Supplier;

/// Security of the listeners: read before anything of the node is opened, in use once its metadata is there.
final class Doors {
    private final World world;
    private final TlsListeners tls;
    private final FirstState identities;
    private volatile Supplier<BrokerConfig> live;
    private volatile Supplier<AccessImage> access = () -> {
        throw new IllegalStateException("bug: a login before the metadata is there");
    };

    /// @throws StartFailure with a line for each setting or file that cannot be used
    Doors(BrokerConfig config, World world) throws StartFailure {
        this.world = world;
        this.live = () -> config;
        var problems = new ArrayList<String>();
        tls = TlsListeners.open(config, world.disk(), problems);
        identities = Identities.of(() -> live.get(), () -> access.get(), world.clock(), world.random(), problems);
        if (!problems.isEmpty()) throw new StartFailure(problems);
    }

    /// Takes the configuration and the credentials from the node from now on.
    TlsListeners begin(Supplier<BrokerConfig> current, Supplier<AccessImage> credentials) {
        live = current;
        access = credentials;
        tls.watch(current, world.clock(), world.threads());
        return tls;
    }

    TlsListeners tls() {
        return tls;
    }

    /// Identities of clients.
    FirstState identities() {
        return identities;
    }
}
