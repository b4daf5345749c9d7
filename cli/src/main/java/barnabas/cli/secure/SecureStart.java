package barnabas.cli.secure;

import barnabas.base.Clock;
import barnabas.base.FileDisk;
import barnabas.cli.console.Failure;
import barnabas.config.SecurityConfig;
import barnabas.metadata.log.MetadataDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// Security of `barnabas start --secure`: TLS, SCRAM and the authorizer, with the user `admin` as super user. What it
/// needs is made with the first start, beside the data directory: `data.secrets` for `data`.
public final class SecureStart {
    private static final String SUFFIX = ".secrets";
    private static final String LOOPBACK = "127.0.0.1";
    private static final String MECHANISM = "SCRAM-SHA-512";

    private static final Set<String> OWN = Set.of(
            "listeners",
            "advertised.listeners",
            "listener.security.protocol.map",
            "inter.broker.listener.name",
            "security.inter.broker.protocol",
            "sasl.enabled.mechanisms",
            "ssl.keystore.type",
            "ssl.keystore.location",
            "authorizer.class.name",
            "allow.everyone.if.no.acl.found",
            "super.users");

    private final SecretFolder secrets;
    private final Map<String, String> settings;

    private SecureStart(SecretFolder secrets, Map<String, String> settings) {
        this.secrets = secrets;
        this.settings = settings;
    }

    /// Makes what is missing.
    ///
    /// @param given settings of the node; none of them may be about its listeners or their security
    /// @param host by which clients reach the node; empty for this machine alone
    /// @throws Failure with the reason why the node cannot be secured
    public static SecureStart prepare(Map<String, String> given, Optional<String> host, int port, Clock clock)
            throws Failure {
        Path data = Path.of(given.getOrDefault("log.dirs", given.getOrDefault("log.dir", "data"))
                .split(",", -1)[0]
                .trim());
        Path metadata = Path.of(given.getOrDefault("metadata.log.dir", data.toString()));
        Path home = data.resolveSibling(data.getFileName() + SUFFIX);
        // Before anything is made: a start that is refused leaves nothing behind.
        for (String name : new TreeSet<>(given.keySet()))
            if (isOwn(name))
                throw new Failure("--secure sets " + name + " itself: leave it out, or leave --secure out and"
                        + " configure security as docs/security.md shows");
        try {
            SecretFolder secrets = secrets(home, metadata, clock);
            var hosts = new LinkedHashSet<>(List.of("localhost", LOOPBACK));
            host.ifPresent(hosts::add);
            var all = new HashMap<>(given);
            all.putAll(settings(secrets, List.copyOf(hosts), host, port));
            return new SecureStart(secrets, all);
        } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
            throw new Failure("--secure: " + home + " cannot be used: " + e.getMessage(), e);
        }
    }

    /// Whether a setting could take the security away that `--secure` promises: those that it sets itself, and those
    /// that change the protocol or the logins of its listener.
    private static boolean isOwn(String name) {
        return OWN.contains(name) || name.startsWith("listener.name.");
    }

    private static SecretFolder secrets(Path home, Path metadata, Clock clock)
            throws Failure, IOException, GeneralSecurityException {
        boolean isBegun = MetadataDirectory.isIn(metadata, new FileDisk());
        if (isBegun && !Files.exists(home))
            throw new Failure("--secure begins with an empty data directory, but " + metadata
                    + " holds a node that was started without it");
        SecretFolder secrets = SecretFolder.open(home, clock);
        if (secrets.isComplete()) return secrets;
        if (isBegun)
            throw new Failure(secrets.admin() + " is gone: restore it, or make it from the template in"
                    + " docs/security.md with a password that you know");
        String password = secrets.newPassword();
        String login = ClientFile.login(SecretFolder.ADMIN, password);
        secrets.addFirstUsers(metadata, List.of(login));
        secrets.complete(password);
        return secrets;
    }

    private static Map<String, String> settings(
            SecretFolder secrets, List<String> hosts, Optional<String> host, int port)
            throws IOException, GeneralSecurityException {
        var settings = new HashMap<String, String>();
        String bound = host.isPresent() ? "" : LOOPBACK;
        settings.put("listeners", "SASL_SSL://" + bound + ":" + port);
        host.ifPresent(name -> settings.put("advertised.listeners", "SASL_SSL://" + name + ":" + port));
        settings.put("sasl.enabled.mechanisms", MECHANISM);
        settings.put("ssl.keystore.type", "PEM");
        settings.put("ssl.keystore.location", secrets.node("node", hosts).toString());
        settings.put("authorizer.class.name", SecurityConfig.STANDARD_AUTHORIZER);
        settings.put("super.users", "User:" + SecretFolder.ADMIN);
        return settings;
    }

    /// Settings of the node, those of its security among them.
    public Map<String, String> settings() {
        return settings;
    }

    /// The file that clients need, with the address of the node that has started.
    public Path clientFile(String bootstrapServers) throws IOException {
        secrets.reachedAt(bootstrapServers);
        return secrets.admin();
    }
}
