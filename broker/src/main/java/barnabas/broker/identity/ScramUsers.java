package barnabas.broker.identity;

import barnabas.metadata.access.ScramCredential;
import java.util.Optional;

/// Users of SCRAM, as they are at the moment. Any thread may ask.
@FunctionalInterface
public interface ScramUsers {
    Optional<ScramCredential> find(ScramCredential.Key key);
}
