package barnabas.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import barnabas.protocol.ApiKey;
import barnabas.protocol.message.SaslAuthenticateRequest;
import barnabas.protocol.message.SaslHandshakeRequest;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.CreateDelegationTokenOptions;
import org.apache.kafka.clients.admin.DescribeDelegationTokenOptions;
import org.apache.kafka.clients.admin.ExpireDelegationTokenOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.RenewDelegationTokenOptions;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.errors.DelegationTokenAuthorizationException;
import org.apache.kafka.common.errors.DelegationTokenDisabledException;
import org.apache.kafka.common.errors.DelegationTokenNotFoundException;
import org.apache.kafka.common.errors.DelegationTokenOwnerMismatchException;
import org.apache.kafka.common.errors.InvalidPrincipalTypeException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnsupportedByAuthenticationException;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.common.security.auth.KafkaPrincipal;
import org.apache.kafka.common.security.token.delegation.DelegationToken;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Delegation tokens of the official Java client (KIP-48, KIP-373): requests, and logins with the tokens.
@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DelegationTokensTest {
    private static final String PASSWORD = "password-of-all-9";
    private static final String LISTENER = "SASL_PLAINTEXT";

    private Barnabas broker;

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        broker = Barnabas.start(Map.of(
                "node.id", "1",
                "log.dirs", folder.toString(),
                "listeners", "PLAINTEXT://127.0.0.1:0,SASL_PLAINTEXT://127.0.0.1:0",
                "sasl.enabled.mechanisms", "SCRAM-SHA-256,SCRAM-SHA-512",
                "connection.failed.authentication.delay.ms", "0",
                "authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
                "super.users", "User:ANONYMOUS;User:root",
                "delegation.token.secret.key", "secret-of-tokens",
                "delegation.token.max.lifetime.ms", "3600000"));
        try (var admin = anonymous()) {
            admin.alterUserScramCredentials(List.of(user("root"), user("alice"), user("bob"), user("carol")))
                    .all()
                    .get();
            admin.createTopics(List.of(new NewTopic("orders", 1, (short) 1)))
                    .all()
                    .get();
        }
    }

    @AfterAll
    void stop() {
        broker.close();
    }

    private static UserScramCredentialUpsertion user(String name) {
        return new UserScramCredentialUpsertion(
                name, new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, 4096), PASSWORD);
    }

    private Admin anonymous() {
        return Admin.create(Map.of(
                "bootstrap.servers", "127.0.0.1:" + broker.address("PLAINTEXT").getPort()));
    }

    private Admin client(String mechanism, String options) {
        return Admin.create(new HashMap<>(Map.of(
                "bootstrap.servers",
                "127.0.0.1:" + broker.address(LISTENER).getPort(),
                "security.protocol",
                LISTENER,
                "sasl.mechanism",
                mechanism,
                "sasl.jaas.config",
                "org.apache.kafka.common.security.scram.ScramLoginModule required " + options + ";")));
    }

    private Admin client(String user) {
        return client("SCRAM-SHA-512", "username=\"" + user + "\" password=\"" + PASSWORD + "\"");
    }

    private Admin client(String mechanism, String id, String secret) {
        return client(mechanism, "tokenauth=true username=\"" + id + "\" password=\"" + secret + "\"");
    }

    private Admin client(DelegationToken token) {
        return client("SCRAM-SHA-256", token.tokenInfo().tokenId(), token.hmacAsBase64String());
    }

    private static KafkaPrincipal principal(String user) {
        return new KafkaPrincipal(KafkaPrincipal.USER_TYPE, user);
    }

    private static DelegationToken create(Admin admin, CreateDelegationTokenOptions options)
            throws InterruptedException, ExecutionException {
        return admin.createDelegationToken(options).delegationToken().get();
    }

    private static List<String> ids(Admin admin) throws Exception {
        return admin.describeDelegationToken().delegationTokens().get().stream()
                .map(each -> each.tokenInfo().tokenId())
                .toList();
    }

    private void allow(String user, AclOperation operation, ResourceType type, String name) throws Exception {
        try (var admin = anonymous()) {
            admin.createAcls(List.of(new AclBinding(
                            new ResourcePattern(type, name, PatternType.LITERAL),
                            new AccessControlEntry("User:" + user, "*", operation, AclPermissionType.ALLOW))))
                    .all()
                    .get();
        }
    }

    /// A token has the rights of its owner, by each mechanism, and not the right to have tokens.
    @Test
    void aTokenActsAsItsOwner() throws Exception {
        allow("alice", AclOperation.DESCRIBE, ResourceType.TOPIC, "orders");
        try (var alice = client("alice")) {
            DelegationToken token = create(alice, new CreateDelegationTokenOptions());
            assertThat(token.tokenInfo().owner()).isEqualTo(principal("alice"));
            for (String mechanism : List.of("SCRAM-SHA-256", "SCRAM-SHA-512"))
                try (var delegate = client(mechanism, token.tokenInfo().tokenId(), token.hmacAsBase64String())) {
                    assertThat(delegate.describeTopics(List.of("orders"))
                                    .allTopicNames()
                                    .get())
                            .containsKey("orders");
                    assertThatThrownBy(() -> delegate.describeTopics(List.of("payments"))
                                    .allTopicNames()
                                    .get())
                            .hasCauseInstanceOf(TopicAuthorizationException.class);
                    assertThatThrownBy(() -> create(delegate, new CreateDelegationTokenOptions()))
                            .hasCauseInstanceOf(UnsupportedByAuthenticationException.class);
                    assertThatThrownBy(() -> delegate.renewDelegationToken(token.hmac())
                                    .expiryTimestamp()
                                    .get())
                            .hasCauseInstanceOf(UnsupportedByAuthenticationException.class);
                    assertThatThrownBy(() -> delegate.expireDelegationToken(token.hmac())
                                    .expiryTimestamp()
                                    .get())
                            .hasCauseInstanceOf(UnsupportedByAuthenticationException.class);
                    assertThatThrownBy(() -> ids(delegate))
                            .hasCauseInstanceOf(UnsupportedByAuthenticationException.class);
                }
        }
    }

    /// An id without a secret, the secret of another token, a password as a token, a token as a password.
    @Test
    void wrongTokensDoNotLogIn() throws Exception {
        try (var alice = client("alice");
                var root = client("root")) {
            DelegationToken token = create(alice, new CreateDelegationTokenOptions());
            DelegationToken other = create(root, new CreateDelegationTokenOptions());
            String id = token.tokenInfo().tokenId();
            refused(client("SCRAM-SHA-512", id, "x"));
            refused(client("SCRAM-SHA-512", id, other.hmacAsBase64String()));
            refused(client("SCRAM-SHA-512", other.tokenInfo().tokenId() + "x", other.hmacAsBase64String()));
            refused(client("SCRAM-SHA-512", "alice", PASSWORD));
            refused(client("SCRAM-SHA-512", "username=\"" + id + "\" password=\"" + token.hmacAsBase64String() + "\""));
            alice.expireDelegationToken(token.hmac()).expiryTimestamp().get();
            refused(client(token));
        }
    }

    /// A client does not wait for the answer to a token that is looked at beside the event loop.
    @Test
    void aRequestDuringALoginClosesItsConnection() throws Exception {
        var first = new SaslAuthenticateRequest(
                ByteBuffer.wrap("n,,n=x,r=abc,tokenauth=true".getBytes(StandardCharsets.US_ASCII)));
        var address = broker.address(LISTENER);
        try (var socket = new Socket(address.getAddress(), address.getPort())) {
            socket.setSoTimeout(60_000);
            RawRequests.send(socket, ApiKey.SASL_HANDSHAKE, 1, new SaslHandshakeRequest("SCRAM-SHA-512"));
            RawRequests.receive(socket, ApiKey.SASL_HANDSHAKE, 1);
            for (int i = 0; i < 3; i++) RawRequests.send(socket, ApiKey.SASL_AUTHENTICATE, 2, first);
            assertThat(socket.getInputStream().readAllBytes()).hasSizeLessThan(1_000);
        } catch (SocketException e) {
            assertThat(e).hasMessageContaining("reset");
        }
    }

    private static void refused(Admin client) {
        try (client) {
            assertThatThrownBy(() -> client.describeCluster().nodes().get())
                    .hasCauseInstanceOf(SaslAuthenticationException.class)
                    .hasMessageContaining("Authentication failed during authentication due to invalid credentials");
        }
    }

    /// A token that has expired and is not removed yet does not log in, and cannot be renewed.
    @Test
    void anExpiredTokenIsWorthNothing() throws Exception {
        try (var alice = client("alice")) {
            DelegationToken token = create(alice, new CreateDelegationTokenOptions());
            long ends = alice.expireDelegationToken(
                            token.hmac(), new ExpireDelegationTokenOptions().expiryTimePeriodMs(1))
                    .expiryTimestamp()
                    .get();
            while (System.currentTimeMillis() <= ends) Thread.onSpinWait();
            assertThat(ids(alice)).contains(token.tokenInfo().tokenId());
            refused(client(token));
            assertThatThrownBy(() -> alice.renewDelegationToken(token.hmac())
                            .expiryTimestamp()
                            .get())
                    .hasMessageContaining("expired");
        }
    }

    @Test
    void ownersRequestersAndRenewersMayRenew() throws Exception {
        allow("bob", AclOperation.CREATE_TOKENS, ResourceType.USER, "User:alice");
        try (var alice = client("alice");
                var bob = client("bob");
                var carol = client("carol");
                var root = client("root")) {
            assertThatThrownBy(() -> create(carol, new CreateDelegationTokenOptions().owner(principal("alice"))))
                    .hasCauseInstanceOf(DelegationTokenAuthorizationException.class);
            DelegationToken token = create(
                    bob,
                    new CreateDelegationTokenOptions()
                            .owner(principal("alice"))
                            .renewers(List.of(principal("carol")))
                            .maxLifetimeMs(60_000));
            assertThat(token.tokenInfo().tokenRequester()).isEqualTo(principal("bob"));
            assertThat(token.tokenInfo().maxTimestamp() - token.tokenInfo().issueTimestamp())
                    .isEqualTo(60_000);
            for (Admin each : List.of(alice, bob, carol))
                assertThat(each.renewDelegationToken(
                                        token.hmac(), new RenewDelegationTokenOptions().renewTimePeriodMs(3_600_000))
                                .expiryTimestamp()
                                .get())
                        .isEqualTo(token.tokenInfo().maxTimestamp());
            assertThatThrownBy(() -> root.renewDelegationToken(token.hmac())
                            .expiryTimestamp()
                            .get())
                    .hasCauseInstanceOf(DelegationTokenOwnerMismatchException.class);
            assertThatThrownBy(() -> root.expireDelegationToken(token.hmac())
                            .expiryTimestamp()
                            .get())
                    .hasCauseInstanceOf(DelegationTokenOwnerMismatchException.class);
            assertThatThrownBy(() -> alice.renewDelegationToken(new byte[64])
                            .expiryTimestamp()
                            .get())
                    .hasCauseInstanceOf(DelegationTokenNotFoundException.class);
            assertThatThrownBy(() -> create(
                            alice,
                            new CreateDelegationTokenOptions().renewers(List.of(new KafkaPrincipal("Group", "g")))))
                    .hasCauseInstanceOf(InvalidPrincipalTypeException.class);
        }
    }

    @Test
    void tokensOfOthersNeedARightToBeSeen() throws Exception {
        try (var alice = client("alice");
                var carol = client("carol");
                var root = client("root")) {
            String id =
                    create(root, new CreateDelegationTokenOptions()).tokenInfo().tokenId();
            String second =
                    create(root, new CreateDelegationTokenOptions()).tokenInfo().tokenId();
            assertThat(ids(alice)).doesNotContain(id, second);
            allow("alice", AclOperation.DESCRIBE, ResourceType.DELEGATION_TOKEN, id);
            assertThat(ids(alice)).contains(id).doesNotContain(second);
            assertThat(ids(carol)).doesNotContain(id, second);
            allow("carol", AclOperation.DESCRIBE_TOKENS, ResourceType.USER, "User:root");
            assertThat(ids(carol)).contains(id, second);
            var ofAlice = new DescribeDelegationTokenOptions().owners(List.of(principal("alice")));
            assertThat(root.describeDelegationToken(ofAlice).delegationTokens().get())
                    .noneMatch(each -> each.tokenInfo().tokenId().equals(id));
        }
    }

    /// A client that has not shown who it is gets no token; a node without a secret has none for anybody.
    @Test
    void tokensNeedAnIdentityAndASecret(@TempDir Path folder) throws Exception {
        try (var admin = anonymous()) {
            assertThatThrownBy(() -> create(admin, new CreateDelegationTokenOptions()))
                    .hasCauseInstanceOf(UnsupportedByAuthenticationException.class);
        }
        try (var guarded = GuardedBroker.start(folder, Map.of("delegation.token.secret.key", ""));
                var admin = guarded.admin("ADMIN")) {
            assertThatThrownBy(() -> create(admin, new CreateDelegationTokenOptions()))
                    .hasCauseInstanceOf(DelegationTokenDisabledException.class);
        }
    }
}
