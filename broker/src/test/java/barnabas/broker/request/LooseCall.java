package barnabas.broker.request;

import barnabas.net.ReplySlot;
import barnabas.protocol.ApiKey;

/// A call without a dispatcher, for tests of other packages.
public final class LooseCall {
    private LooseCall() {}

    public static Call of(ApiKey key, short version, ReplySlot slot, RequestServices services) {
        return new Call(key, version, 1, "", slot, services, 0);
    }
}
