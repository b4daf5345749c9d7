package barnabas.cli.connect.isolated;

import barnabas.cli.console.Failure;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;

/// Workers of isolated connectors, as the REST before them sees them. Addresses are `HOST:PORT`.
interface Workers {
    /// The worker without a connector of its own: plug-ins, checks of settings, and connectors of the time before.
    String desk();

    /// Names of connectors with workers of their own, sorted.
    Set<String> names();

    /// Address of a connector's own worker.
    Optional<String> of(String connector);

    /// Starts a worker for a connector, or takes the present one, and waits until it answers.
    ///
    /// @throws Failure with the reason when it does not
    String create(String connector) throws Failure, IOException, InterruptedException;

    /// The worker has accepted its connector: it comes back after a restart.
    void confirm(String connector) throws IOException;

    /// Stops the worker of a connector that was removed or refused, and deletes its directory.
    void remove(String connector) throws IOException, InterruptedException;
}
