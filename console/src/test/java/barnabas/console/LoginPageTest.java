package barnabas.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The login in a real Chromium, on a node with SCRAM users and an authorizer.
@Timeout(value = 600, unit = TimeUnit.SECONDS)
class LoginPageTest {
    @TempDir
    private Path folder;

    @Test
    void usersLogInAndOut() throws Exception {
        assumeTrue(Browser.isInstalled(), "no chromium and chromedriver on the path: the login is not tested");
        var faults = new ArrayList<String>();
        try (var node = ConsoleNode.start(folder.resolve("data"), SafetyTest.guarded());
                var browser = Browser.open(folder.resolve("profile"))) {
            try (Admin admin = Admin.create(Map.of("bootstrap.servers", node.bootstrap()))) {
                var boss = new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_256, 4096);
                admin.alterUserScramCredentials(List.of(new UserScramCredentialUpsertion("boss", boss, "boss-secret")))
                        .all()
                        .get();
                admin.createTopics(List.of(new NewTopic("secrets", 1, (short) 1)))
                        .all()
                        .get();
            }
            browser.resize(1280, 860);
            browser.go(node.url("/topics"));
            browser.awaitText("With a user of the cluster.");
            faults.addAll(Inspection.faults(browser));
            Inspection.picture(browser, "login");
            browser.type("input[name=user]", "boss");
            browser.type("input[name=password]", "guess\n");
            browser.await("document.querySelector('.error').innerText");
            faults.addAll(Inspection.faults(browser));
            browser.resize(390, 844);
            faults.addAll(Inspection.overflow(browser));
            Inspection.picture(browser, "login-narrow");
            browser.type("input[name=password]", "boss-secret\n");
            browser.awaitText("secrets");
            assertThat(browser.run("return document.cookie").asText()).isEmpty();
            browser.click("Log out");
            browser.awaitText("With a user of the cluster.");
            browser.go(node.url("/topics/secrets"));
            browser.awaitText("With a user of the cluster.");
            assertThat(browser.text()).doesNotContain("Messages");
            assertThat(browser.errors()).allMatch(each -> each.contains("401"));
        }
        assertThat(faults).isEmpty();
    }
}
