package barnabas.cli.secure;

import barnabas.base.Clock;
import barnabas.cli.console.Failure;
import barnabas.client.ClientSecurity;
import barnabas.config.SecurityConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Security of the nodes of a local cluster: TLS and SCRAM between them and for clients, and the authorizer. Nodes log
/// in as the user `node`, a super user as `admin` is.
public final class SecuredCluster {
    private static final String NODE = "node";
    private static final String MECHANISM = "SCRAM-SHA-512";

    private final SecretFolder secrets;

    private SecuredCluster(SecretFolder secrets) {
        this.secrets = secrets;
    }

    /// Opens the directory of secrets, and makes what is missing of it.
    public static SecuredCluster open(Path folder, Clock clock) throws Failure {
        try {
            return new SecuredCluster(SecretFolder.open(folder, clock));
        } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
            throw new Failure("--secure: " + folder + " cannot be used: " + e.getMessage(), e);
        }
    }

    /// Has the metadata log of a node begin with the first users.
    public void format(Path data) throws IOException {
        secrets.addFirstUsers(data, List.of(secrets.login(SecretFolder.ADMIN), secrets.login(NODE)));
    }

    /// Settings of a node whose listeners are SASL_SSL and CONTROLLER.
    ///
    /// @param host by which others connect to it
    public Map<String, String> settings(int id, String host) throws Failure {
        try {
            var settings = new LinkedHashMap<String, String>();
            settings.put("listener.security.protocol.map", "SASL_SSL:SASL_SSL,CONTROLLER:SASL_SSL");
            settings.put("inter.broker.listener.name", "SASL_SSL");
            settings.put("sasl.enabled.mechanisms", MECHANISM);
            settings.put("sasl.mechanism.inter.broker.protocol", MECHANISM);
            settings.put("sasl.mechanism.controller.protocol", MECHANISM);
            for (String listener : List.of("sasl_ssl", "controller"))
                settings.put("listener.name." + listener + ".scram-sha-512.sasl.jaas.config", secrets.login(NODE));
            settings.put("ssl.keystore.type", "PEM");
            settings.put(
                    "ssl.keystore.location",
                    secrets.node("node-" + id, List.of("localhost", host)).toString());
            settings.putAll(secrets.trust());
            settings.put("authorizer.class.name", SecurityConfig.STANDARD_AUTHORIZER);
            settings.put("super.users", "User:" + SecretFolder.ADMIN + ";User:" + NODE);
            return settings;
        } catch (IOException | GeneralSecurityException e) {
            throw new Failure("--secure: the keys of node " + id + " cannot be made: " + e.getMessage(), e);
        }
    }

    /// The file that clients need.
    public Path clientFile(String bootstrapServers) throws IOException {
        secrets.login(SecretFolder.ADMIN);
        secrets.reachedAt(bootstrapServers);
        return secrets.admin();
    }

    /// Security of the administrator's connections.
    public ClientSecurity client() throws Failure {
        return ClientConfig.read(secrets.admin()).security();
    }
}
