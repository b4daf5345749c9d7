package barnabas.registry;

import barnabas.broker.http.ModulePages;
import barnabas.broker.http.NodeAccess;
import barnabas.broker.http.PageModule;
import barnabas.registry.rest.RegistryRoutes;

/// The schema registry as a service of the node's HTTP listener.
public final class RegistryModule implements PageModule {
    @Override
    public boolean takes(String path) {
        return RegistryRoutes.takes(path);
    }

    @Override
    public boolean takesOfRegistry(String path) {
        return path.equals("/") || RegistryRoutes.takes(path);
    }

    @Override
    public ModulePages open(NodeAccess node) {
        return new RegistryPages(node);
    }
}
