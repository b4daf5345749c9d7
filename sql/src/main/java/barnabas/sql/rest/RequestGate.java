package barnabas.sql.rest;

import barnabas.base.security.HostNames;
import barnabas.sql.access.Logins;
import barnabas.sql.access.Rights;
import java.util.List;
import java.util.Set;

/// Checks of a request before anything else of it is looked at.
public final class RequestGate {
    private final HostNames hosts;
    private final Logins logins;
    private final Set<String> open;

    /// @param hosts names of this server, besides `localhost` and addresses
    /// @param open paths that need no login
    public RequestGate(List<String> hosts, Logins logins, Set<String> open) {
        this.hosts = new HostNames(hosts);
        this.logins = logins;
        this.open = Set.copyOf(open);
    }

    /// @return rights of the one who asks, of which reading is one
    Rights check(Exchange exchange) throws InterruptedException {
        if (!hosts.knows(exchange.host()))
            throw new RestProblem(
                    RestProblem.UNKNOWN_HOST,
                    "The service is asked for under a name that it does not know; barnabas.sql.hosts lists names");
        if (open.contains(exchange.path()) && exchange.method().equals("GET")) return new Rights(true, false);
        Rights rights = logins.rights(exchange.authorization())
                .orElseThrow(() -> new RestProblem(
                        RestProblem.UNAUTHORIZED,
                        exchange.authorization().isEmpty()
                                ? "Log in with a user of the cluster (HTTP Basic)"
                                : "User or password is wrong"));
        if (!rights.reads())
            throw new RestProblem(
                    RestProblem.FORBIDDEN,
                    "The user may not READ the topic of the service's definitions, which the service asks of its users");
        return rights;
    }
}
