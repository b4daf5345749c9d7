package barnabas.sql.access;

import java.util.Optional;

/// Users who may ask.
@FunctionalInterface
public interface Logins {
    /// A service without logins.
    Logins NONE = authorization -> Optional.of(Rights.ALL);

    /// @param authorization the header of a request; empty without one
    /// @return empty when it is no user with the right password
    /// @throws org.apache.kafka.common.KafkaException when the cluster does not answer
    Optional<Rights> rights(String authorization) throws InterruptedException;
}
