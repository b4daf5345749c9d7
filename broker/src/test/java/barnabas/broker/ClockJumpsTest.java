package barnabas.broker;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.base.Clock;
import barnabas.base.security.BearerLogins;
import barnabas.base.security.SaslCredentials;
import barnabas.base.security.SaslLogin;
import barnabas.broker.identity.tokens.TokenService;
import barnabas.config.BrokerConfig;
import barnabas.config.ParseResult;
import barnabas.protocol.ApiKey;
import barnabas.protocol.message.MetadataRequest;
import barnabas.protocol.message.SaslAuthenticateRequest;
import barnabas.protocol.message.SaslAuthenticateResponse;
import barnabas.protocol.message.SaslHandshakeRequest;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.security.token.delegation.DelegationToken;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A wall clock that is set forth and back under delegation tokens, OAUTHBEARER and retention. New logins and retention
/// follow it; sessions that stand do not, as they last for time that passes.
@Timeout(120)
class ClockJumpsTest {
    private static final String LISTENER = "SASL_PLAINTEXT";
    private static final String PASSWORD = "alice-password-7";
    private static final int RECORDS = 30;
    private static final Duration HOUR = Duration.ofHours(1);

    @TempDir
    private Path folder;

    private final JumpingClock clock = new JumpingClock();
    private TokenService service;
    private Barnabas broker;

    private static final class JumpingClock implements Clock {
        private final AtomicLong ahead = new AtomicLong();

        @Override
        public long millis() {
            return System.currentTimeMillis() + ahead.get();
        }

        @Override
        public long nanos() {
            return System.nanoTime();
        }

        void jump(Duration by) {
            ahead.addAndGet(by.toMillis());
        }
    }

    @BeforeEach
    void start() throws Exception {
        service = new TokenService();
        Path keys = Files.writeString(folder.resolve("keys.json"), service.keySet());
        var settings = new HashMap<>(Map.of(
                "node.id",
                "1",
                "log.dirs",
                folder.resolve("logs").toString(),
                "listeners",
                "PLAINTEXT://127.0.0.1:0,SASL_PLAINTEXT://127.0.0.1:0",
                "sasl.enabled.mechanisms",
                "SCRAM-SHA-512,OAUTHBEARER",
                "sasl.oauthbearer.jwks.endpoint.url",
                keys.toUri().toString(),
                "sasl.oauthbearer.expected.audience",
                TokenService.AUDIENCE,
                "sasl.oauthbearer.expected.issuer",
                TokenService.ISSUER,
                "connection.failed.authentication.delay.ms",
                "0"));
        settings.putAll(Map.of(
                "delegation.token.secret.key", "secret-of-tokens",
                "delegation.token.expiry.time.ms", String.valueOf(HOUR.toMillis()),
                "log.retention.check.interval.ms", "50",
                "barnabas.http.listeners", ""));
        if (!(BrokerConfig.parse(settings) instanceof ParseResult.Valid(BrokerConfig config, var _)))
            throw new IllegalArgumentException(settings.toString());
        broker = Barnabas.start(
                config,
                Membership.ALONE,
                real -> new World(clock, real.disk(), real.network(), real.threads(), real.random()));
    }

    @AfterEach
    void stop() {
        broker.close();
    }

    private Map<String, Object> plain() {
        return Map.of(
                "bootstrap.servers", "127.0.0.1:" + broker.address("PLAINTEXT").getPort());
    }

    /// Null when the login is refused.
    private @Nullable Socket logIn(SaslLogin login) throws IOException {
        var socket = new Socket("127.0.0.1", broker.address(LISTENER).getPort());
        socket.setSoTimeout(20_000);
        RawRequests.send(socket, ApiKey.SASL_HANDSHAKE, 1, new SaslHandshakeRequest(login.mechanism()));
        RawRequests.receive(socket, ApiKey.SASL_HANDSHAKE, 1);
        SaslLogin.Answer answer = login.first();
        while (answer instanceof SaslLogin.Answer.Token(ByteBuffer token)) {
            RawRequests.send(socket, ApiKey.SASL_AUTHENTICATE, 2, new SaslAuthenticateRequest(token));
            var response = (SaslAuthenticateResponse) RawRequests.receive(socket, ApiKey.SASL_AUTHENTICATE, 2);
            byte[] bytes = new byte[response.authBytes().remaining()];
            response.authBytes().get(bytes);
            boolean refused = response.errorCode() != 0
                    || (bytes.length > 0 && login.mechanism().equals("OAUTHBEARER"));
            if (refused) {
                socket.close();
                return null;
            }
            answer = login.next(bytes);
        }
        assertThat(answer).isInstanceOf(SaslLogin.Answer.Done.class);
        return socket;
    }

    private boolean logsIn(SaslLogin login) throws IOException {
        try (Socket socket = logIn(login)) {
            return socket != null;
        }
    }

    private static void isServed(Socket socket) throws IOException {
        MetadataRequest request = MetadataRequest.builder().topics(List.of()).build();
        RawRequests.send(socket, ApiKey.METADATA, 12, request);
        assertThat(RawRequests.receive(socket, ApiKey.METADATA, 12)).isNotNull();
    }

    private DelegationToken delegationToken() throws Exception {
        var client = new HashMap<>(plain());
        client.put("bootstrap.servers", "127.0.0.1:" + broker.address(LISTENER).getPort());
        client.put("security.protocol", LISTENER);
        client.put("sasl.mechanism", "SCRAM-SHA-512");
        client.put(
                "sasl.jaas.config",
                "org.apache.kafka.common.security.scram.ScramLoginModule required username=\"alice\" password=\""
                        + PASSWORD + "\";");
        try (Admin admin = Admin.create(client)) {
            return admin.createDelegationToken().delegationToken().get();
        }
    }

    private static SaslLogin by(DelegationToken token) {
        String id = token.tokenInfo().tokenId();
        return new SaslCredentials("SCRAM-SHA-512", id, token.hmacAsBase64String(), true)
                .login("127.0.0.1", new Random(1));
    }

    @Test
    void delegationTokensEndByTheWallClockAndSessionsDoNot() throws Exception {
        try (Admin admin = Admin.create(plain())) {
            var info = new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, 4096);
            admin.alterUserScramCredentials(List.of(new UserScramCredentialUpsertion("alice", info, PASSWORD)))
                    .all()
                    .get();
        }
        DelegationToken token = delegationToken();
        try (Socket standing = logIn(by(token))) {
            isServed(standing);
            clock.jump(HOUR.multipliedBy(2));
            assertThat(logsIn(by(token))).as("after its end").isFalse();
            isServed(standing);
            DelegationToken ahead = delegationToken();
            assertThat(logsIn(by(ahead))).as("made ahead of time").isTrue();
            clock.jump(HOUR.multipliedBy(-4));
            isServed(standing);
            assertThat(logsIn(by(ahead))).as("made ahead of time, before that").isTrue();
            assertThat(logsIn(by(delegationToken()))).as("made behind").isTrue();
            clock.jump(HOUR.multipliedBy(2));
            isServed(standing);
        }
    }

    @Test
    void bearerTokensEndByTheWallClockAndSessionsDoNot() throws Exception {
        String text = service.token("alice", System.currentTimeMillis() / 1_000 + 1_800);
        var logins = new BearerLogins(() -> "{\"access_token\":\"" + text + "\"}", Clock.SYSTEM);
        try (Socket standing = logIn(logins.login("127.0.0.1", new Random(1)))) {
            isServed(standing);
            clock.jump(HOUR);
            assertThat(logsIn(logins.login("127.0.0.1", new Random(1)))).isFalse();
            isServed(standing);
            clock.jump(HOUR.negated());
            assertThat(logsIn(logins.login("127.0.0.1", new Random(1)))).isTrue();
            isServed(standing);
        }
    }

    @Test
    void retentionFollowsTheWallClockAndOffsetsGoOn() throws Exception {
        var orders = new TopicPartition("orders", 0);
        try (Admin admin = Admin.create(plain());
                var producer = new KafkaProducer<>(plain(), new ByteArraySerializer(), new ByteArraySerializer())) {
            Map<String, String> old = Map.of("retention.ms", "1");
            Map<String, String> kept =
                    Map.of("retention.ms", String.valueOf(HOUR.toMillis()), "segment.bytes", "1048576");
            admin.createTopics(List.of(
                            new NewTopic("checked", 1, (short) 1).configs(old),
                            new NewTopic("orders", 1, (short) 1).configs(kept)))
                    .all()
                    .get();
            for (int i = 0; i < RECORDS; i++) send(producer, "orders", clock.millis(), 100_000);
            clock.jump(Duration.ofDays(-1));
            awaitCheck(admin, producer);
            send(producer, "orders", clock.millis(), 10);
            awaitCheck(admin, producer);
            assertThat(offset(admin, orders, OffsetSpec.earliest())).isZero();
            clock.jump(Duration.ofDays(1).plus(HOUR.multipliedBy(2)));
            while (offset(admin, orders, OffsetSpec.earliest()) <= RECORDS) Thread.onSpinWait();
            assertThat(send(producer, "orders", clock.millis(), 10)).isEqualTo(RECORDS + 1);
            clock.jump(HOUR.multipliedBy(-2));
            awaitCheck(admin, producer);
            assertThat(offset(admin, orders, OffsetSpec.earliest())).isEqualTo(RECORDS + 1);
            assertThat(send(producer, "orders", clock.millis(), 10)).isEqualTo(RECORDS + 2);
        }
    }

    /// Waits until a check of retention that begins now has ended: it removes a record that is old by any clock.
    private static void awaitCheck(Admin admin, KafkaProducer<byte[], byte[]> producer) throws Exception {
        var checked = new TopicPartition("checked", 0);
        long end = send(producer, "checked", 1_000, 10) + 1;
        while (offset(admin, checked, OffsetSpec.earliest()) < end) Thread.onSpinWait();
    }

    private static long send(KafkaProducer<byte[], byte[]> producer, String topic, long timestamp, int bytes)
            throws Exception {
        var record = new ProducerRecord<byte[], byte[]>(topic, 0, timestamp, null, new byte[bytes]);
        return producer.send(record).get().offset();
    }

    private static long offset(Admin admin, TopicPartition partition, OffsetSpec spec) throws Exception {
        return admin.listOffsets(Map.of(partition, spec))
                .partitionResult(partition)
                .get()
                .offset();
    }
}
