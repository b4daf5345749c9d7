package barnabas.broker.mirrors;

/// Copies topics of other clusters. A service ([java.util.ServiceLoader]) that is looked for when the cluster's
/// configuration has a mirror: a node without one loads nothing of it.
public interface MirrorModule {
    /// Begins to work; called once.
    MirrorService open(MirrorNode node);
}
