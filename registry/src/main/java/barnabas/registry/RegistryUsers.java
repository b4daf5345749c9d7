package barnabas.registry;

import barnabas.base.Mutex;
import barnabas.base.security.HttpBasic;
import barnabas.client.ClientException;
import barnabas.client.Cluster;
import barnabas.client.ConnectionException;
import barnabas.console.LoginCheck;
import barnabas.console.NodeDoor;
import barnabas.console.rest.ApiProblem;
import barnabas.registry.model.RegistryProblem;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Connections of the users who ask, so that the broker decides on each of them by its ACLs. Names and passwords come
/// as HTTP Basic and are tried at a listener of the node, again and again while they are used ([LoginCheck]); of a node
/// without logins there is one user.
final class RegistryUsers implements AutoCloseable {
    private static final int USERS_MAX = 64;

    /// @param check null where there are no logins
    private record Known(Cluster cluster, @Nullable LoginCheck check) {
        boolean isTaken() {
            return check == null || check.isTaken();
        }
    }

    private final NodeDoor door;
    private final Mutex lock = new Mutex();
    private final Map<String, Known> known = new LinkedHashMap<>(16, 0.75f, true); // guarded by lock
    /// One password is tried at a time. Held across the login on purpose.
    private final ReentrantLock loggingIn = new ReentrantLock();
    private boolean closed; // guarded by lock

    RegistryUsers(NodeDoor door) {
        this.door = door;
    }

    Cluster of(String authorization) throws RegistryProblem, ClientException, InterruptedException {
        String key = door.needsLogin() ? HttpBasic.digest(authorization) : "";
        Cluster present = known(key);
        if (present != null) return present;
        loggingIn.lockInterruptibly();
        try {
            present = known(key);
            if (present != null) return present;
            Cluster connected = connect(authorization);
            keep(key, connected);
            return connected;
        } catch (ApiProblem refused) {
            throw new RegistryProblem(50003, refused.getMessage() == null ? "no listener" : refused.getMessage());
        } finally {
            loggingIn.unlock();
        }
    }

    private @Nullable Cluster known(String key) {
        Known present;
        try (var _ = lock.hold()) {
            present = known.get(key);
        }
        if (present == null) return null;
        if (present.isTaken()) return present.cluster;
        try (var _ = lock.hold()) {
            known.remove(key, present);
        }
        present.cluster.close();
        return null;
    }

    private void keep(String key, Cluster connected) throws RegistryProblem {
        var added = new Known(connected, door.needsLogin() ? door.check(connected) : null);
        Cluster leaving = null;
        try (var _ = lock.hold()) {
            if (closed) leaving = connected;
            else {
                known.put(key, added);
                if (known.size() > USERS_MAX) {
                    Iterator<Known> eldest = known.values().iterator();
                    leaving = eldest.next().cluster;
                    eldest.remove();
                }
            }
        }
        if (leaving != null) leaving.close();
        if (connected.equals(leaving)) throw new RegistryProblem(50003, "the node stops");
    }

    private Cluster connect(String authorization) throws RegistryProblem, ApiProblem, ClientException {
        if (!door.needsLogin()) return door.connections();
        HttpBasic login = HttpBasic.parse(authorization)
                .orElseThrow(() -> new RegistryProblem(401, "Log in with a user of the cluster (HTTP Basic)"));
        try {
            return door.connections(login.user(), login.password());
        } catch (ConnectionException e) {
            if (e.kind() != ConnectionException.Kind.REFUSED) throw e;
            throw new RegistryProblem(401, "User or password is wrong");
        }
    }

    @Override
    public void close() {
        var leaving = new ArrayList<Cluster>();
        try (var _ = lock.hold()) {
            closed = true;
            for (Known each : known.values()) leaving.add(each.cluster);
            known.clear();
        }
        leaving.forEach(Cluster::close);
    }
}
