package barnabas.cli.secure;

import barnabas.base.Clock;
import barnabas.base.FileDisk;
import barnabas.base.security.CertificateAuthority;
import barnabas.base.security.CertificateAuthority.Identity;
import barnabas.base.security.JaasEntry;
import barnabas.base.security.ScramMechanism;
import barnabas.base.security.SecuritySettingException;
import barnabas.cli.console.Failure;
import barnabas.cli.security.ScramArguments;
import barnabas.config.keys.ServerProperties;
import barnabas.metadata.controller.Features;
import barnabas.metadata.image.MetadataVersion;
import barnabas.metadata.log.BootstrapSnapshot;
import barnabas.protocol.Message;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/// Keys, certificates and client files of a node, or of the nodes of a local cluster. Made once, then used again; a
/// node's certificate is renewed when it is about to expire or is for other hosts.
///
/// ```
/// DIR/ca.pem            certificate of the authority, which clients trust
/// DIR/ca-key.pem        its key
/// DIR/<node>.pem        key and certificate of a node
/// DIR/admin.properties  client file of the user admin; written when all else is there
/// ```
/// Only the owner can enter the directory, and read what is secret in it.
public final class SecretFolder {
    public static final String ADMIN = "admin";

    private static final String JAAS = "sasl.jaas.config";

    private static final Duration AUTHORITY_LIFE = Duration.ofDays(3650);
    private static final Duration NODE_LIFE = Duration.ofDays(397);
    private static final Duration RENEW_BEFORE = Duration.ofDays(60);
    /// Clocks of clients may be behind.
    private static final Duration EARLIER = Duration.ofHours(1);

    private final Path folder;
    private final CertificateAuthority authority;
    private final Clock clock;
    private final SecureRandom random;

    private SecretFolder(Path folder, CertificateAuthority authority, Clock clock, SecureRandom random) {
        this.folder = folder;
        this.authority = authority;
        this.clock = clock;
        this.random = random;
    }

    /// Opens the directory, and makes what is missing of it, but no second authority that the clients do not trust.
    public static SecretFolder open(Path folder, Clock clock) throws IOException, GeneralSecurityException {
        Path home = folder.toAbsolutePath().normalize();
        var random = new SecureRandom();
        PrivateFile.directory(home);
        Path key = home.resolve("ca-key.pem");
        Path certificate = home.resolve("ca.pem");
        CertificateAuthority authority;
        if (Files.exists(key) && Files.exists(certificate)) {
            authority = CertificateAuthority.of(Files.readString(key) + Files.readString(certificate), random);
        } else if (Files.exists(home.resolve(ADMIN + ".properties"))) {
            throw new IOException("one of " + key + " and " + certificate
                    + " is gone: bring it back from a backup, or move " + home + " away to begin with a new authority");
        } else {
            authority = CertificateAuthority.create(
                    "CN=Barnabas CA " + Long.toHexString(random.nextLong()),
                    Instant.ofEpochMilli(clock.millis()).minus(EARLIER),
                    AUTHORITY_LIFE,
                    random);
            PrivateFile.write(key, authority.own().keyPem());
            Files.writeString(certificate, authority.own().chainPem());
        }
        return new SecretFolder(home, authority, clock, random);
    }

    /// The file with key and certificate of a node.
    ///
    /// @param hosts names and addresses by which others connect to it
    public Path node(String name, List<String> hosts) throws IOException, GeneralSecurityException {
        Path file = folder.resolve(name + ".pem");
        if (!Files.exists(file) || !isGood(Files.readString(file), hosts)) {
            Identity identity = authority.issue(
                    "CN=" + name, hosts, Instant.ofEpochMilli(clock.millis()).minus(EARLIER), NODE_LIFE);
            PrivateFile.write(file, identity.keyPem() + identity.chainPem());
        }
        return file;
    }

    private boolean isGood(String pem, List<String> hosts) throws GeneralSecurityException {
        X509Certificate present =
                CertificateAuthority.of(pem, random).own().chain().getFirst();
        var names = new TreeSet<String>();
        var alternatives = present.getSubjectAlternativeNames();
        if (alternatives != null) alternatives.forEach(each -> names.add(String.valueOf(each.get(1))));
        return names.containsAll(hosts)
                && present.getNotAfter().toInstant().toEpochMilli() - clock.millis() > RENEW_BEFORE.toMillis()
                && present.getIssuerX500Principal()
                        .equals(authority.own().chain().getFirst().getSubjectX500Principal());
    }

    /// Settings with which a node or client trusts the nodes.
    public Map<String, String> trust() {
        return Map.of(
                "ssl.truststore.type",
                "PEM",
                "ssl.truststore.location",
                folder.resolve("ca.pem").toString());
    }

    public String newPassword() {
        return ClientFile.newPassword(random);
    }

    /// The administrator's client file.
    public Path admin() {
        return clientFile(ADMIN);
    }

    public boolean isComplete() {
        return Files.exists(admin());
    }

    /// Writes the administrator's client file.
    void complete(String password) throws IOException {
        write(ADMIN, password);
    }

    private void write(String user, String password) throws IOException {
        var connection = new HashMap<>(trust());
        connection.put("security.protocol", "SASL_SSL");
        ClientFile.write(clientFile(user), ClientFile.settings(connection, ScramMechanism.SHA_512, user, password));
    }

    private Path clientFile(String user) {
        return folder.resolve(user + ".properties");
    }

    /// The login of a user as `sasl.jaas.config`: of the user's client file, which is made when it is missing.
    public String login(String user) throws IOException {
        if (!Files.exists(clientFile(user))) write(user, newPassword());
        String login = read(clientFile(user)).get(JAAS);
        if (login == null) throw new IOException(clientFile(user) + " has no " + JAAS);
        return login;
    }

    /// First records of a cluster whose users are those of these logins.
    ///
    /// @param logins in the form of [#login]
    List<Message> firstRecords(List<String> logins) throws IOException {
        List<Message> records = new ArrayList<>(Features.levelRecords(Features.LATEST));
        try {
            var users = new ArrayList<String>();
            for (String each : logins) {
                Map<String, String> options = JaasEntry.parse(JAAS, each).options();
                users.add("SCRAM-SHA-512=[name=" + options.get("username") + ",password=\"" + options.get("password")
                        + "\"]");
            }
            records.addAll(ScramArguments.records(users, MetadataVersion.LATEST, random));
        } catch (SecuritySettingException | Failure e) {
            throw new IOException(e.getMessage(), e);
        }
        return records;
    }

    /// Has the metadata log in a directory begin with users.
    ///
    /// @param metadata `metadata.log.dir`
    public void addFirstUsers(Path metadata, List<String> logins) throws IOException {
        Files.createDirectories(metadata);
        BootstrapSnapshot.write(metadata, new FileDisk(), clock.millis(), MetadataVersion.LATEST, firstRecords(logins));
    }

    private static Map<String, String> read(Path file) throws IOException {
        try (var reader = Files.newBufferedReader(file)) {
            return ServerProperties.read(reader);
        } catch (IllegalArgumentException e) {
            throw new IOException(file + " is damaged: " + e.getMessage(), e);
        }
    }

    /// Writes into the administrator's client file where the nodes are.
    public void reachedAt(String bootstrapServers) throws IOException {
        Map<String, String> settings = new HashMap<>(read(admin()));
        if (bootstrapServers.equals(settings.put("bootstrap.servers", bootstrapServers))) return;
        ClientFile.write(admin(), settings);
    }
}
