package barnabas.broker.http;

/// Further pages on a node's HTTP listener: a console, a schema registry. A service ([java.util.ServiceLoader]) that is
/// looked for at the first request for a path that the node itself does not answer: a node without such a request loads
/// nothing of it.
public interface PageModule {
    /// Whether a path, decoded and without query, is one of its pages. The first module that takes a path answers it.
    boolean takes(String path);

    /// Whether a path is answered at the addresses of `barnabas.schema.registry.listeners`, which show nothing else.
    default boolean takesOfRegistry(String path) {
        return false;
    }

    /// Begins to answer; called once, at the first request that it takes while the node serves clients.
    ModulePages open(NodeAccess node);
}
