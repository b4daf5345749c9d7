package barnabas.mirror;

import barnabas.broker.mirrors.MirrorModule;
import barnabas.broker.mirrors.MirrorNode;
import barnabas.broker.mirrors.MirrorService;

/// The service that a broker finds when its cluster has a mirror.
public final class MirrorsOfBroker implements MirrorModule {
    @Override
    public MirrorService open(MirrorNode node) {
        return new RunningMirrors(node);
    }
}
