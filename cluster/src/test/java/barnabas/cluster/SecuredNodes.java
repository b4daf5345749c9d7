package barnabas.cluster;

import barnabas.base.FileDisk;
import barnabas.base.security.CertificateAuthority;
import barnabas.base.security.ScramMechanism;
import barnabas.metadata.controller.Features;
import barnabas.metadata.image.FeaturesImage;
import barnabas.metadata.image.MetadataVersion;
import barnabas.metadata.log.BootstrapSnapshot;
import barnabas.protocol.Message;
import barnabas.protocol.metadata.UserScramCredentialRecord;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.common.security.token.delegation.DelegationToken;

/// Settings of nodes that connect to each other by TLS and SCRAM, and of their clients.
final class SecuredNodes {
    static final String USER = "node";
    static final String PASSWORD = "node-secret-4714";

    private final CertificateAuthority authority;

    SecuredNodes() throws Exception {
        authority = CertificateAuthority.create(
                "CN=ca", Instant.now().minus(Duration.ofHours(1)), Duration.ofDays(2), new Random(1));
    }

    /// Formats a directory with the nodes' user.
    static void format(int id, Path folder) throws Exception {
        ClusterNode.format(id, folder);
        byte[] salt = ("salt-of-node-" + id).getBytes(StandardCharsets.US_ASCII);
        var mechanism = ScramMechanism.SHA_512;
        byte[] salted = mechanism.saltedPassword(PASSWORD, salt, 4096);
        List<Message> records = new ArrayList<>(Features.levelRecords(Features.LATEST));
        records.add(new UserScramCredentialRecord(
                USER,
                mechanism.type(),
                ByteBuffer.wrap(salt),
                ByteBuffer.wrap(mechanism.storedKey(salted)),
                ByteBuffer.wrap(mechanism.serverKey(salted)),
                4096));
        short level = Features.LATEST.get(FeaturesImage.METADATA_VERSION);
        BootstrapSnapshot.write(folder.resolve("n" + id), new FileDisk(), 0, MetadataVersion.of(level), records);
    }

    /// @param plain settings of the node without security
    Map<String, String> settings(Map<String, String> plain, int id, String password) throws Exception {
        var identity = authority.issue(
                "CN=n" + id, List.of("127.0.0.1"), Instant.now().minus(Duration.ofHours(1)), Duration.ofDays(2));
        var settings = new HashMap<>(plain);
        settings.replace("listeners", plain.get("listeners").replace("PLAINTEXT:", "SECURE:"));
        settings.putAll(Map.of(
                "listener.security.protocol.map", "SECURE:SASL_SSL,CONTROLLER:SASL_SSL",
                "inter.broker.listener.name", "SECURE",
                "sasl.enabled.mechanisms", "SCRAM-SHA-512",
                "sasl.mechanism.inter.broker.protocol", "SCRAM-SHA-512",
                "sasl.mechanism.controller.protocol", "SCRAM-SHA-512",
                "authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
                "super.users", "User:" + USER));
        settings.put("delegation.token.secret.key", "secret-of-tokens");
        settings.putAll(Map.of(
                "ssl.keystore.type", "PEM",
                "ssl.keystore.certificate.chain", identity.chainPem(),
                "ssl.keystore.key", identity.keyPem(),
                "ssl.truststore.type", "PEM",
                "ssl.truststore.certificates", authority.own().chainPem(),
                "listener.name.secure.scram-sha-512.sasl.jaas.config", jaas(password),
                "listener.name.controller.scram-sha-512.sasl.jaas.config", jaas(password)));
        return settings;
    }

    private static String jaas(String password) {
        return "org.apache.kafka.common.security.scram.ScramLoginModule required username=\"" + USER + "\" password=\""
                + password + "\";";
    }

    /// Settings of clients that log in with a delegation token.
    Map<String, Object> client(String addresses, DelegationToken token) throws Exception {
        var settings = new HashMap<>(client(addresses, ""));
        settings.put(
                "sasl.jaas.config",
                "org.apache.kafka.common.security.scram.ScramLoginModule required tokenauth=true username=\""
                        + token.tokenInfo().tokenId() + "\" password=\"" + token.hmacAsBase64String() + "\";");
        return settings;
    }

    /// Settings of clients that log in as the nodes do.
    Map<String, Object> client(String addresses, String password) throws Exception {
        return Map.of(
                "bootstrap.servers",
                addresses,
                "security.protocol",
                "SASL_SSL",
                "sasl.mechanism",
                "SCRAM-SHA-512",
                "sasl.jaas.config",
                jaas(password),
                "ssl.truststore.type",
                "PEM",
                "ssl.truststore.certificates",
                authority.own().chainPem());
    }
}
