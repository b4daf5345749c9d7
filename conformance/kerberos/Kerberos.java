import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import javax.security.auth.Subject;
import javax.security.auth.login.AppConfigurationEntry;
import javax.security.auth.login.Configuration;
import javax.security.auth.login.LoginContext;
import javax.security.sasl.Sasl;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/// Clients that log in by Kerberos, against Apache Kafka and against Barnabas: `Kerberos KAFKA BARNABAS FOLDER`, with the
/// keytabs in FOLDER. Every step has to end the same, but for one.
final class Kerberos {
    private static final String MODULE = "com.sun.security.auth.module.Krb5LoginModule";
    private static final int RECORDS = 1000;
    /// Longer than the life of a ticket for the broker and the tolerated difference of clocks.
    private static final Duration TICKET_ENDS = Duration.ofSeconds(19);

    /// Apache Kafka closes the connection without a word, and the client tries again until its time is over. Barnabas
    /// refuses the login.
    private static final String OTHER_REALM = "a principal of another realm, which no rule is about";
    private static final String REFUSED =
            "Authentication failed during authentication due to invalid credentials with SASL mechanism GSSAPI";

    private record Step(String what, String answer) {}

    private final String address;
    private final Path folder;
    private final List<Step> steps = new ArrayList<>();
    private byte[] early = {};
    private long earlyNanos;

    private Kerberos(String address, Path folder) {
        this.address = address;
        this.folder = folder;
    }

    public static void main(String[] args) throws Exception {
        var kafka = new Kerberos(args[0], Path.of(args[2]));
        var barnabas = new Kerberos(args[1], Path.of(args[2]));
        // Together, so that the ticket's end is waited for once.
        for (var side : List.of(kafka, barnabas)) side.begin();
        for (var side : List.of(kafka, barnabas)) side.end();
        int failed = 0;
        for (int i = 0; i < kafka.steps.size(); i++) {
            Step theirs = kafka.steps.get(i);
            Step ours = barnabas.steps.get(i);
            boolean same = theirs.equals(ours)
                    || (theirs.what().equals(OTHER_REALM)
                            && theirs.answer().startsWith("TimeoutException")
                            && ours.answer().equals("SaslAuthenticationException: " + REFUSED));
            if (!same) failed++;
            System.out.println((same ? "ok " : "DIFFERS ") + theirs.what() + ": " + theirs.answer());
            if (!theirs.equals(ours)) System.out.println("  Barnabas: " + ours.answer());
        }
        System.out.println((kafka.steps.size() - failed) + " passed, " + failed + " failed");
        System.exit(failed == 0 ? 0 : 1);
    }

    private void begin() throws Exception {
        early = token("alice@BARNABAS.TEST", "alice");
        earlyNanos = System.nanoTime();
        step("alice produces and consumes", () -> records("alice@BARNABAS.TEST", "alice"));
        step("carol/desk is CAROL_DESK by a rule", () -> topics("carol/desk@BARNABAS.TEST", "carol_desk", "kafka"));
        step("bob logs in and has no rights", () -> create("bob@BARNABAS.TEST", "bob"));
        step("a principal of two components by no rule but DEFAULT", () -> create("dave/desk@BARNABAS.TEST", "dave_desk"));
        step(OTHER_REALM, () -> topics("eve@OTHER.TEST", "eve", "kafka"));
        step("a service that is not there", () -> topics("alice@BARNABAS.TEST", "alice", "mail"));
        step("a token, as it is", () -> send(token("alice@BARNABAS.TEST", "alice")));
        step("a token, changed", () -> {
            byte[] token = token("alice@BARNABAS.TEST", "alice");
            token[token.length - 20] ^= 1;
            return send(token);
        });
        step("a token, cut", () -> send(java.util.Arrays.copyOf(token("alice@BARNABAS.TEST", "alice"), 100)));
        step("no token", () -> send(new byte[0]));
        step("what is no token", () -> send("hello, broker".getBytes(StandardCharsets.UTF_8)));
    }

    private void end() throws Exception {
        while (System.nanoTime() - earlyNanos < TICKET_ENDS.toNanos()) Thread.sleep(100);
        step("a ticket that has ended", () -> send(early));
        step("a new client, after the broker's first ticket has ended", () ->
                topics("carol/desk@BARNABAS.TEST", "carol_desk", "kafka"));
    }

    private interface Action {
        String run() throws Exception;
    }

    private void step(String what, Action action) {
        String answer;
        try {
            answer = action.run();
        } catch (Exception e) {
            Throwable at = e;
            while ((at instanceof ExecutionException || at.getClass().equals(org.apache.kafka.common.KafkaException.class))
                    && at.getCause() != null) at = at.getCause();
            answer = at.getClass().getSimpleName() + ": " + at.getMessage();
        }
        steps.add(new Step(what, answer.replace(address, "ADDRESS")));
    }

    private Map<String, Object> client(String principal, String keytab, String service) {
        var settings = new HashMap<String, Object>();
        settings.put("bootstrap.servers", address);
        settings.put("security.protocol", "SASL_PLAINTEXT");
        settings.put("sasl.mechanism", "GSSAPI");
        settings.put("sasl.kerberos.service.name", service);
        settings.put("default.api.timeout.ms", 20_000);
        settings.put("request.timeout.ms", 10_000);
        settings.put("sasl.jaas.config", MODULE + " required useKeyTab=true storeKey=true keyTab=\""
                + folder.resolve(keytab + ".keytab") + "\" principal=\"" + principal + "\";");
        return settings;
    }

    private String records(String principal, String keytab) throws Exception {
        var client = client(principal, keytab, "kafka");
        create(principal, keytab);
        var partition = new TopicPartition("topic-of-" + keytab, 0);
        try (var producer = new KafkaProducer<>(client, new ByteArraySerializer(), new ByteArraySerializer())) {
            for (int i = 0; i < RECORDS; i++) producer.send(new ProducerRecord<>(partition.topic(), new byte[100]));
        }
        try (var consumer = new KafkaConsumer<>(client, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            int read = 0;
            for (int polls = 0; read < RECORDS && polls < 100; polls++)
                read += consumer.poll(Duration.ofMillis(200)).count();
            return read + " records";
        }
    }

    private String create(String principal, String keytab) throws Exception {
        try (var admin = Admin.create(client(principal, keytab, "kafka"))) {
            admin.createTopics(List.of(new NewTopic("topic-of-" + keytab, 1, (short) 1))).all().get();
            return "created";
        }
    }

    private String topics(String principal, String keytab, String service) throws Exception {
        try (var admin = Admin.create(client(principal, keytab, service))) {
            return admin.listTopics().names().get().size() + " topics";
        }
    }

    /// First token of a client for the broker.
    private byte[] token(String principal, String keytab) throws Exception {
        var options = Map.of(
                "useKeyTab", "true", "storeKey", "true", "doNotPrompt", "true", "principal", principal,
                "keyTab", folder.resolve(keytab + ".keytab").toString());
        var entry = new AppConfigurationEntry(
                MODULE, AppConfigurationEntry.LoginModuleControlFlag.REQUIRED, options);
        var login = new LoginContext("client", new Subject(), null, new Configuration() {
            @Override
            public AppConfigurationEntry[] getAppConfigurationEntry(String name) {
                return new AppConfigurationEntry[] {entry};
            }
        });
        login.login();
        return Subject.callAs(login.getSubject(), () -> Sasl.createSaslClient(
                        new String[] {"GSSAPI"}, principal, "kafka", "localhost", Map.of(), callbacks -> {})
                .evaluateChallenge(new byte[0]));
    }

    /// The broker's answer to a first token.
    private String send(byte[] token) throws IOException {
        try (var socket = new Socket("localhost", Integer.parseInt(address.substring(address.indexOf(':') + 1)))) {
            socket.setSoTimeout(20_000);
            var out = new DataOutputStream(socket.getOutputStream());
            var in = new DataInputStream(socket.getInputStream());
            // SaslHandshake v1 and SaslAuthenticate v1, both with the header of version 1 and no client id.
            out.writeInt(10 + 2 + 6);
            header(out, 17);
            out.writeUTF("GSSAPI");
            out.flush();
            in.readFully(new byte[in.readInt()]);
            out.writeInt(10 + 4 + token.length);
            header(out, 36);
            out.writeInt(token.length);
            out.write(token);
            out.flush();
            try {
                in.readInt();
            } catch (EOFException e) {
                return "closed without an answer";
            }
            in.readInt();
            short error = in.readShort();
            short messageLength = in.readShort();
            String message = messageLength < 0 ? "" : new String(in.readNBytes(messageLength), StandardCharsets.UTF_8);
            return "error " + error + " " + message + (error == 0 && in.readInt() > 0 ? "and a challenge" : "");
        }
    }

    private static void header(DataOutputStream out, int key) throws IOException {
        out.writeShort(key);
        out.writeShort(1);
        out.writeInt(1);
        out.writeShort(-1);
    }
}
