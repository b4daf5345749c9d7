package barnabas.broker.identity;

import barnabas.base.security.ScramMechanism;
import barnabas.metadata.access.ScramCredential;
import java.util.Optional;

/// Users of SCRAM, as they are at the moment. Any thread may ask.
public interface ScramUsers {
    /// Without users.
    ScramUsers NONE = new ScramUsers() {
        @Override
        public Optional<ScramCredential> find(ScramCredential.Key key) {
            return Optional.empty();
        }

        @Override
        public Optional<TokenLogin> token(String id, ScramMechanism mechanism) {
            return Optional.empty();
        }
    };

    Optional<ScramCredential> find(ScramCredential.Key key);

    /// Delegation token of that id; empty where there is none, where it has expired and where tokens do not count.
    /// Computes for milliseconds: not for event loops.
    Optional<TokenLogin> token(String id, ScramMechanism mechanism);
}
