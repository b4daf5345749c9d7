package barnabas.registry;

import barnabas.base.Mutex;
import barnabas.client.ClientException;
import barnabas.client.Cluster;
import barnabas.client.ConnectionException;
import barnabas.console.NodeDoor;
import barnabas.console.rest.ApiProblem;
import barnabas.registry.model.RegistryProblem;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Connections of the users who ask, so that the broker decides on each of them by its ACLs. Names and passwords come
/// as HTTP Basic and are tried at a listener of the node; of a node without logins there is one user.
final class RegistryUsers implements AutoCloseable {
    private static final int USERS_MAX = 64;
    private static final String BASIC = "basic ";

    private final NodeDoor door;
    private final Mutex lock = new Mutex();
    private final Map<String, Cluster> known = new LinkedHashMap<>(16, 0.75f, true); // guarded by lock
    /// One password is tried at a time. Held across the login on purpose.
    private final ReentrantLock loggingIn = new ReentrantLock();
    private boolean closed; // guarded by lock

    RegistryUsers(NodeDoor door) {
        this.door = door;
    }

    Cluster of(String authorization) throws RegistryProblem, ClientException, InterruptedException {
        String key = door.needsLogin() ? digest(authorization) : "";
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
        try (var _ = lock.hold()) {
            return known.get(key);
        }
    }

    private void keep(String key, Cluster connected) throws RegistryProblem {
        Cluster leaving = null;
        try (var _ = lock.hold()) {
            if (closed) leaving = connected;
            else {
                known.put(key, connected);
                if (known.size() > USERS_MAX) {
                    Iterator<Cluster> eldest = known.values().iterator();
                    leaving = eldest.next();
                    eldest.remove();
                }
            }
        }
        if (leaving != null) leaving.close();
        if (connected.equals(leaving)) throw new RegistryProblem(50003, "the node stops");
    }

    private Cluster connect(String authorization) throws RegistryProblem, ApiProblem, ClientException {
        if (!door.needsLogin()) return door.connections();
        String pair = credentials(authorization);
        int colon = pair.indexOf(':');
        try {
            return door.connections(pair.substring(0, colon), pair.substring(colon + 1));
        } catch (ConnectionException e) {
            if (e.kind() != ConnectionException.Kind.REFUSED) throw e;
            throw new RegistryProblem(401, "User or password is wrong");
        }
    }

    /// `user:password`.
    private static String credentials(String authorization) throws RegistryProblem {
        var needed = new RegistryProblem(401, "Log in with a user of the cluster (HTTP Basic)");
        if (!authorization.regionMatches(true, 0, BASIC, 0, BASIC.length())) throw needed;
        try {
            byte[] pair = Base64.getDecoder()
                    .decode(authorization.substring(BASIC.length()).strip());
            String text = new String(pair, StandardCharsets.UTF_8);
            if (text.indexOf(':') > 0) return text;
        } catch (IllegalArgumentException e) {
            throw needed;
        }
        throw needed;
    }

    /// Passwords are not kept in memory.
    private static String digest(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("bug: every JDK has SHA-256", e);
        }
    }

    @Override
    public void close() {
        var leaving = new ArrayList<Cluster>();
        try (var _ = lock.hold()) {
            closed = true;
            leaving.addAll(known.values());
            known.clear();
        }
        leaving.forEach(Cluster::close);
    }
}
