package barnabas.registry;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.base.security.ScramMechanism;
import barnabas.client.Cluster;
import barnabas.client.admin.UserAdmin;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Users of the registry who lose their rights while they use it.
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class RemovedUserTest {
    private static final Map<String, String> GUARDED = Map.of(
            "listeners",
            "PLAINTEXT://127.0.0.1:0,SASL_PLAINTEXT://127.0.0.1:0",
            "inter.broker.listener.name",
            "PLAINTEXT",
            "sasl.enabled.mechanisms",
            "SCRAM-SHA-256",
            "listener.name.sasl_plaintext.scram-sha-256.sasl.jaas.config",
            "org.apache.kafka.common.security.scram.ScramLoginModule required;",
            "authorizer.class.name",
            "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
            "super.users",
            "User:boss;User:ANONYMOUS");

    private static int status(RegistryNode node, String password) throws Exception {
        String login = Base64.getEncoder().encodeToString(("boss:" + password).getBytes(StandardCharsets.UTF_8));
        return node.send("GET", "/subjects", "", "Authorization", "Basic " + login)
                .statusCode();
    }

    @Test
    void aPasswordThatWasChangedAndAUserWhoWasRemovedAreRefused(@TempDir Path data) throws Exception {
        try (var node = RegistryNode.start(data, GUARDED);
                Cluster cluster = node.cluster()) {
            var users = new UserAdmin(cluster);
            var random = new Random(1);
            users.put("boss", ScramMechanism.SHA_256, "one", random);
            assertThat(status(node, "one")).isEqualTo(200);
            users.put("boss", ScramMechanism.SHA_256, "two", random);
            assertThat(status(node, "two")).isEqualTo(200);
            int old;
            do old = status(node, "one");
            while (old == 200);
            assertThat(old).isEqualTo(401);
            users.remove("boss");
            int removed;
            do removed = status(node, "two");
            while (removed == 200);
            assertThat(removed).isEqualTo(401);
        }
    }
}
