import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;

/// Runs Kafka's `DelegationTokenCommand` against Apache Kafka and against Barnabas and compares what it says, without
/// ids, secrets and times. `Tokens KAFKA KAFKA_SASL BARNABAS BARNABAS_SASL`, addresses as `host:port`; the first of each
/// pair is a listener whose clients are super users.
final class Tokens {
    private static final Pattern ID = Pattern.compile("tokenId : ([A-Za-z0-9_-]{22})");
    private static final Pattern HMAC = Pattern.compile("[A-Za-z0-9+/]{86}==");
    private static final String TIME = "\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}";

    private record Step(String what, String answer) {}

    private final String plain;
    private final String sasl;
    private final Path folder;
    private final Method command;
    private final List<Step> steps = new ArrayList<>();

    private Tokens(String plain, String sasl, Path folder) throws Exception {
        this.plain = plain;
        this.sasl = sasl;
        this.folder = folder;
        command = Class.forName("org.apache.kafka.tools.DelegationTokenCommand")
                .getDeclaredMethod("mainNoExit", String[].class);
        command.setAccessible(true);
    }

    public static void main(String[] args) throws Exception {
        Path folder = Files.createTempDirectory("tokens");
        List<Step> kafka = new Tokens(args[0], args[1], folder).run();
        List<Step> barnabas = new Tokens(args[2], args[3], folder).run();
        int failed = 0;
        for (int i = 0; i < kafka.size(); i++) {
            boolean same = kafka.get(i).equals(barnabas.get(i));
            if (!same) failed++;
            System.out.println((same ? "ok " : "DIFFERS ") + kafka.get(i).what());
            if (!same)
                System.out.println("  Apache Kafka: " + kafka.get(i).answer() + "\n  Barnabas: "
                        + barnabas.get(i).answer());
        }
        System.out.println((kafka.size() - failed) + " passed, " + failed + " failed");
        System.exit(failed == 0 ? 0 : 1);
    }

    private List<Step> run() throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", plain))) {
            for (String user : List.of("root", "alice", "bob")) {
                admin.alterUserScramCredentials(List.of(new UserScramCredentialUpsertion(
                                user, new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, 4096), "secret")))
                        .all()
                        .get();
                login(user, "username=\"" + user + "\" password=\"secret\"");
            }
            admin.createAcls(List.of(new AclBinding(
                            new ResourcePattern(ResourceType.USER, "User:alice", PatternType.LITERAL),
                            new AccessControlEntry("User:bob", "*", AclOperation.CREATE_TOKENS, AclPermissionType.ALLOW))))
                    .all()
                    .get();
        }
        String created = ask("alice makes a token", "alice", "--create", "--max-life-time-period", "-1");
        String id = first(ID, created, 1);
        String hmac = first(HMAC, created, 0);
        ask(
                "bob makes one for alice, with a renewer", "bob", "--create", "--max-life-time-period", "86400000",
                "--owner-principal", "User:alice", "--renewer-principal", "User:carol");
        ask("alice may not make one for bob", "alice", "--create", "--max-life-time-period", "-1",
                "--owner-principal", "User:bob");
        ask("a renewer that is no user", "alice", "--create", "--max-life-time-period", "-1",
                "--renewer-principal", "Group:g");
        ask("described by alice", "alice", "--describe");
        ask("described by bob, who has asked for one", "bob", "--describe");
        ask("described by a super user, of alice", "root", "--describe", "--owner-principal", "User:alice");
        ask("renewed by its owner", "alice", "--renew", "--renew-time-period", "-1", "--hmac", hmac);
        ask("renewed by another", "root", "--renew", "--renew-time-period", "-1", "--hmac", hmac);
        ask("renewed without being there", "alice", "--renew", "--renew-time-period", "-1", "--hmac",
                Base64.getEncoder().encodeToString(new byte[64]));
        login("token", "tokenauth=true username=\"" + id + "\" password=\"" + hmac + "\"");
        ask("made with a token", "token", "--create", "--max-life-time-period", "-1");
        ask("described with a token", "token", "--describe");
        ask("renewed with a token", "token", "--renew", "--renew-time-period", "-1", "--hmac", hmac);
        ask("ended by another", "root", "--expire", "--expiry-time-period", "-1", "--hmac", hmac);
        ask("shortened by its owner", "alice", "--expire", "--expiry-time-period", "60000", "--hmac", hmac);
        ask("ended by its owner", "alice", "--expire", "--expiry-time-period", "-1", "--hmac", hmac);
        ask("ended again", "alice", "--expire", "--expiry-time-period", "-1", "--hmac", hmac);
        ask("a login with the ended token", "token", "--describe");
        ask("described at last", "alice", "--describe");
        return steps;
    }

    private void login(String name, String options) throws Exception {
        Files.writeString(
                folder.resolve(name),
                "security.protocol=SASL_PLAINTEXT\nsasl.mechanism=SCRAM-SHA-512\ndefault.api.timeout.ms=60000\n"
                        + "sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required "
                        + options + ";\n");
    }

    private static String first(Pattern pattern, String text, int group) {
        Matcher matcher = pattern.matcher(text);
        if (!matcher.find()) throw new IllegalStateException("no " + pattern + " in: " + text);
        return matcher.group(group);
    }

    /// @return what the command has written, as it is
    private String ask(String what, String user, String... options) throws Exception {
        var arguments = new ArrayList<>(
                List.of("--bootstrap-server", sasl, "--command-config", folder.resolve(user).toString()));
        arguments.addAll(Arrays.asList(options));
        var written = new ByteArrayOutputStream();
        PrintStream out = System.out;
        PrintStream err = System.err;
        int status;
        try (var stream = new PrintStream(written, true, StandardCharsets.UTF_8)) {
            System.setOut(stream);
            System.setErr(stream);
            status = (int) command.invoke(null, (Object) arguments.toArray(String[]::new));
        } finally {
            System.setOut(out);
            System.setErr(err);
        }
        String text = written.toString(StandardCharsets.UTF_8);
        String shown = HMAC.matcher(text)
                .replaceAll("HMAC")
                .replaceAll(TIME, "TIME")
                .replaceAll("[A-Za-z0-9_-]{22}(?![A-Za-z0-9_])", "ID")
                .replaceAll("\\d{4}-\\d{2}-\\d{2} \\d{2}:\\d{2}:\\d{2},\\d+", "TIME")
                .replaceAll("\\d{13}", "TIME");
        // Tokens are listed in no order.
        List<String> lines = shown.lines()
                .filter(line -> !line.startsWith("\tat "))
                .map(line -> line.replaceAll("\\s+", " ").trim())
                .sorted()
                .toList();
        steps.add(new Step(what, status + ": " + String.join(" / ", lines)));
        return text;
    }
}
