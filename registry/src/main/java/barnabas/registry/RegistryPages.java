package barnabas.registry;

import barnabas.base.Mutex;
import barnabas.broker.http.ModulePages;
import barnabas.broker.http.NodeAccess;
import barnabas.broker.validation.SchemaChecks;
import barnabas.client.ClientException;
import barnabas.client.Cluster;
import barnabas.client.RequestFailedException;
import barnabas.config.MonitoringConfig;
import barnabas.config.MonitoringConfig.Console;
import barnabas.console.NodeDoor;
import barnabas.console.records.SchemaData;
import barnabas.net.http.HttpRequest;
import barnabas.net.http.HttpResponse;
import barnabas.protocol.ErrorCode;
import barnabas.registry.model.RegistryProblem;
import barnabas.registry.rest.Answers;
import barnabas.registry.rest.RegistryRequest;
import barnabas.registry.rest.RegistryRoutes;
import barnabas.registry.store.SchemaTopic;
import barnabas.registry.validation.SchemaValidator;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import org.jspecify.annotations.Nullable;

/// The registry of one node. A request passes [BrowserGate], finds the connections of its user ([RegistryUsers]) and is
/// answered by [RegistryRoutes].
final class RegistryPages implements ModulePages, SchemaData {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final NodeAccess node;
    private final ExecutorService background;
    private final RegistryUsers users;
    private final SchemaTopic topic = new SchemaTopic();
    private final RegistryRoutes routes = new RegistryRoutes(topic);
    private final StoredSchemas stored = new StoredSchemas(topic);
    private final Mutex opening = new Mutex();
    private @Nullable SchemaValidator validator; // guarded by opening

    RegistryPages(NodeAccess node) {
        this.node = node;
        this.background = node.threads().perTask("registry");
        this.users = new RegistryUsers(NodeDoor.of(node, background, PATIENCE));
    }

    /// At an address that shows metrics and the console too: clients of other machines are refused as by the console.
    @Override
    public HttpResponse answer(HttpRequest request) throws InterruptedException {
        boolean remote = node.config().monitoring().console().remote();
        if (!remote && !request.peer().isLoopbackAddress())
            return Answers.of(new RegistryProblem(
                    403,
                    "The schema registry answers clients of this machine only here; set "
                            + MonitoringConfig.REGISTRY_LISTENERS + ", or " + Console.REMOTE + "=true"));
        return answerAtOwnAddress(request);
    }

    @Override
    public HttpResponse answerAtOwnAddress(HttpRequest request) throws InterruptedException {
        try {
            BrowserGate.check(request);
            Cluster cluster = users.of(request.header("authorization"));
            return routes.answer(RegistryRequest.of(request, cluster));
        } catch (RegistryProblem refused) {
            return Answers.of(refused);
        } catch (ClientException failed) {
            if (Thread.currentThread().isInterrupted()) throw new InterruptedException("the client has gone");
            return Answers.of(problem(failed));
        }
    }

    private static RegistryProblem problem(ClientException failed) {
        String message = failed.getMessage() == null ? "the cluster does not answer" : failed.getMessage();
        if (failed instanceof RequestFailedException refused) {
            if (refused.error().name().endsWith("_AUTHORIZATION_FAILED"))
                return new RegistryProblem(40301, "User is denied operation: " + message);
            if (refused.error() == ErrorCode.REQUEST_TIMED_OUT) return new RegistryProblem(50002, message);
        }
        return new RegistryProblem(50001, "Error in the backend data store: " + message);
    }

    @Override
    public SchemaChecks schemaChecks() {
        try (var _ = opening.hold()) {
            SchemaValidator present = validator;
            if (present == null)
                validator = present =
                        new SchemaValidator(topic, node.logs().apply(SchemaTopic.NAME), node.clock(), node.threads());
            return present;
        }
    }

    @Override
    public Decoder decoder(Set<Integer> ids, Cluster cluster) throws InterruptedException {
        return stored.decoder(ids, cluster);
    }

    @Override
    public void close() {
        try (var _ = opening.hold()) {
            if (validator != null) validator.close();
        }
        users.close();
        background.shutdownNow();
    }
}
