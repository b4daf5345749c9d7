package barnabas.broker.identity;

import barnabas.base.security.ScramMechanism;
import barnabas.metadata.access.ScramCredential;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// Users of a node whose metadata is not there yet when its listeners are checked.
public final class LaterUsers implements ScramUsers {
    private final AtomicReference<@Nullable ScramUsers> users = new AtomicReference<>();

    /// Takes users from there from now on.
    public void set(ScramUsers from) {
        users.set(from);
    }

    private ScramUsers present() {
        ScramUsers present = users.get();
        if (present == null) throw new IllegalStateException("bug: a login before the metadata is there");
        return present;
    }

    @Override
    public Optional<ScramCredential> find(ScramCredential.Key key) {
        return present().find(key);
    }

    @Override
    public Optional<TokenLogin> token(String id, ScramMechanism mechanism) {
        return present().token(id, mechanism);
    }
}
