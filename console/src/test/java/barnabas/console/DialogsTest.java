package barnabas.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Dialogs that change something, in a real Chromium, on a node with an authorizer whose anonymous user may do
/// everything. Each open dialog is looked at for faults of accessibility, in light and dark.
@Timeout(value = 900, unit = TimeUnit.SECONDS)
class DialogsTest {
    @TempDir
    private static Path folder;

    private static ConsoleNode node;
    private static Browser browser;

    private final List<String> faults = new ArrayList<>();

    @BeforeAll
    static void open() throws Exception {
        assumeTrue(Browser.isInstalled(), "no chromium and chromedriver on the path: the dialogs are not tested");
        node = ConsoleNode.start(
                folder.resolve("data"),
                Map.of(
                        "authorizer.class.name",
                        "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
                        "super.users",
                        "User:ANONYMOUS"));
        browser = Browser.open(folder.resolve("profile"));
        browser.resize(1280, 860);
    }

    @AfterAll
    static void close() throws Exception {
        if (browser != null) browser.close();
        if (node != null) node.close();
    }

    @BeforeEach
    void begin() throws Exception {
        browser.errors();
    }

    @AfterEach
    void nothingIsWrong() throws Exception {
        assertThat(faults).isEmpty();
        assertThat(browser.errors()).isEmpty();
    }

    private static void create(String topic, int partitions) throws Exception {
        assertThat(node.post("/topics", "{\"name\":\"" + topic + "\",\"partitions\":" + partitions + "}")
                        .status())
                .isEqualTo(200);
    }

    /// Looks at the open dialog in both themes.
    private void inspect(String name) throws Exception {
        for (String theme : List.of("light", "dark")) {
            browser.run("document.documentElement.dataset.theme = '" + theme + "'; return 0");
            faults.addAll(Inspection.faults(browser));
            faults.addAll(Inspection.overflow(browser));
            Inspection.picture(browser, "dialog-" + name + "-" + theme);
        }
        browser.resize(390, 844);
        faults.addAll(Inspection.overflow(browser));
        Inspection.picture(browser, "dialog-" + name + "-narrow");
        browser.resize(1280, 860);
    }

    private static void awaitClosed() throws Exception {
        browser.await("!document.querySelector('dialog')");
    }

    @Test
    void topicIsExtendedConfiguredEmptiedAndDeleted() throws Exception {
        create("grown", 1);
        node.post("/topics/grown/records", "{\"value\":\"x\"}");
        browser.go(node.url("/topics/grown"));
        browser.click("Add partitions …");
        browser.type("dialog input", "3");
        inspect("extend");
        browser.click("Add");
        browser.await("document.querySelectorAll('main tbody tr').length === 3");

        browser.click("Configs");
        browser.type("input[type=search]", "retention.ms");
        browser.clickAt("button[aria-label=\"Change retention.ms\"]");
        browser.type("dialog input", "86400000");
        inspect("config");
        browser.click("Save");
        awaitClosed();
        browser.await("document.querySelector('main tbody tr').innerText.includes('86400000')");

        browser.click("Empty …");
        browser.awaitText("1 offsets of records");
        assertThat(browser.run("return document.querySelector('dialog button.sure').disabled")
                        .asBoolean())
                .isTrue();
        browser.type("dialog input", "grown");
        inspect("empty");
        browser.click("Empty");
        browser.awaitText("No records.");

        browser.click("Delete …");
        browser.awaitText("3 partitions, all configs");
        browser.type("dialog input", "grown");
        inspect("delete");
        browser.click("Delete");
        browser.await("location.pathname === '/topics'");
        browser.await("![...document.querySelectorAll('main a')].some(each => each.innerText === 'grown')");
        assertThat(node.get("/topics/grown").status()).isEqualTo(404);
    }

    @Test
    void wrongConfigOfANewTopicIsShownInItsDialog() throws Exception {
        browser.go(node.url("/topics"));
        browser.click("Create topic");
        browser.type("dialog input[required]", "odd");
        browser.type("dialog textarea", "retention.ms=soon");
        inspect("create");
        browser.click("Create");
        browser.awaitText("retention.ms");
        browser.await("document.querySelector('dialog .error').innerText.includes('retention.ms')");
        assertThat(browser.errors()).allMatch(each -> each.contains("400 (Bad Request)"));
        browser.click("Cancel");
        awaitClosed();
    }

    @Test
    void recordIsProducedAgainAsItWas() throws Exception {
        create("again", 1);
        node.post("/topics/again/records", "{\"key\":\"k\",\"value\":\"00ff01\",\"valueFormat\":\"hex\"}");
        browser.go(node.url("/topics/again"));
        browser.clickAt("table.records tbody tr button");
        browser.click("Produce again …");
        inspect("produce-again");
        browser.click("Produce");
        awaitClosed();
        browser.click("Produce …");
        browser.type("dialog textarea", "new");
        browser.click("Produce");
        awaitClosed();
        var records = node.get("/topics/again/records?order=oldest").body().at("/records");
        assertThat(records).hasSize(3);
        assertThat(records.at("/1/key/text").asText()).isEqualTo("k");
        assertThat(records.at("/1/value/text").asText()).isEqualTo("00ff01");
        assertThat(records.at("/2/key").isNull()).isTrue();
        assertThat(records.at("/2/value/text").asText()).isEqualTo("new");
    }

    @Test
    void openTransactionIsAbortedAndItsRecordsSaySo() throws Exception {
        create("paid", 1);
        Map<String, Object> settings = Map.of("bootstrap.servers", node.bootstrap(), "transactional.id", "payments");
        try (var producer = new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
            producer.initTransactions();
            producer.beginTransaction();
            producer.send(new ProducerRecord<>("paid", "k", "v")).get();
            browser.go(node.url("/message?topic=paid&partition=0&offset=0"));
            browser.awaitText("consumers with read_committed wait for its end");
            browser.go(node.url("/transactions"));
            browser.awaitText("paid-0");
            browser.click("payments");
            browser.awaitText("Time-out");
            inspect("transaction");
            browser.click("Close");
            browser.click("Abort …");
            browser.awaitText("its producer is fenced");
            inspect("abort");
            browser.click("Abort");
            awaitClosed();
            browser.awaitText("No transaction is open.");
        }
        browser.go(node.url("/message?topic=paid&partition=0&offset=0"));
        browser.awaitText("Aborted: consumers with read_committed never see it.");
        browser.awaitText("payments");
        Inspection.picture(browser, "message-aborted");
    }

    /// No coordinator knows a transaction whose topic was deleted: nothing else would ever end it.
    @Test
    void hangingTransactionIsAborted() throws Exception {
        create("stuck", 1);
        Map<String, Object> settings = Map.of("bootstrap.servers", node.bootstrap(), "transactional.id", "lost");
        try (var producer = new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
            producer.initTransactions();
            producer.beginTransaction();
            producer.send(new ProducerRecord<>("stuck", "k", "v")).get();
            assertThat(node.delete("/topics/__transaction_state").status()).isEqualTo(200);
            browser.go(node.url("/transactions"));
            browser.awaitText("stuck-0");
            browser.awaitText("unknown to every coordinator");
            browser.click("Abort …");
            browser.awaitText("consumers with read_committed wait behind it");
            inspect("abort-hanging");
            browser.click("Abort");
            awaitClosed();
            browser.awaitText("No transaction is open.");
            producer.close(Duration.ZERO);
        }
        assertThat(node.get("/topics/stuck/partitions/0/records/0")
                        .body()
                        .at("/transaction/outcome")
                        .asText())
                .isEqualTo("aborted");
    }

    @Test
    void accessIsGivenAndTaken() throws Exception {
        browser.go(node.url("/cluster/access"));
        browser.click("Add rule");
        browser.type("dialog input[required]", "alice");
        browser.type("dialog input[placeholder^=orders]", "orders");
        inspect("rule");
        browser.click("Add");
        browser.awaitText("User:alice");
        browser.clickAt("button[aria-label^=\"Remove the rule\"]");
        inspect("remove-rule");
        browser.click("Remove");
        browser.awaitText("No ACLs.");

        browser.click("Add user");
        browser.type("dialog input[required]", "bob");
        browser.type("dialog input[type=password]", "bob-secret");
        browser.click("Preview");
        browser.awaitText("bob is new.");
        inspect("user");
        browser.click("Save");
        browser.await("document.querySelector('button[aria-label=\"Remove the user bob\"]')");
        browser.clickAt("button[aria-label=\"Remove the user bob\"]");
        browser.click("Preview");
        browser.awaitText("What goes: SCRAM-SHA-512");
        inspect("remove-user");
        browser.click("Remove");
        browser.awaitText("No users with SCRAM credentials.");

        browser.click("Add quota");
        browser.type("dialog .row input", "carol");
        browser.type("dialog input[type=number]", "1000");
        browser.click("Preview");
        browser.awaitText("Then");
        inspect("quota");
        browser.click("Save");
        browser.awaitText("producer_byte_rate = 1000");
        browser.clickAt("button[aria-label^=\"Change the quotas\"]");
        browser.type("dialog input[type=number]", "\b");
        browser.click("Preview");
        browser.awaitText("no quota");
        browser.click("Save");
        browser.awaitText("No quotas.");
    }

    @Test
    void configOfANodeIsChangedAndSetBack() throws Exception {
        browser.go(node.url("/cluster/configs"));
        browser.awaitText("log.dirs");
        browser.type("input[type=search]", "message.max.bytes");
        browser.clickAt("button[aria-label=\"Change message.max.bytes\"]");
        browser.type("dialog input", "2000000");
        inspect("node-config");
        browser.click("Save");
        awaitClosed();
        browser.await("document.querySelector('main tbody').innerText.includes('2000000')");
        browser.clickAt("button[aria-label=\"Change message.max.bytes\"]");
        browser.click("Back to the default");
        awaitClosed();
        browser.await("!document.querySelector('main tbody').innerText.includes('2000000')");
    }

    @Test
    void groupIsDeleted() throws Exception {
        create("read", 1);
        Map<String, Object> settings = Map.of("bootstrap.servers", node.bootstrap(), "group.id", "readers");
        try (var consumer = new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
            consumer.commitSync(Map.of(new TopicPartition("read", 0), new OffsetAndMetadata(0)));
        }
        browser.go(node.url("/groups/readers"));
        browser.click("Delete …");
        browser.awaitText("Its 1 committed offsets go.");
        inspect("delete-group");
        browser.click("Delete");
        browser.await("location.pathname === '/groups'");
        assertThat(node.get("/groups/readers").status()).isEqualTo(404);
    }

    @Test
    void replicasThatCannotMoveAreRefused() throws Exception {
        create("fixed", 1);
        browser.go(node.url("/cluster/reassignments"));
        browser.click("Move replicas");
        browser.type("dialog input", "fixed");
        browser.type("dialog textarea", "0: 1,99");
        browser.click("Preview");
        browser.awaitText("There is no node 99 that runs");
        inspect("move");
        assertThat(browser.errors()).allMatch(each -> each.contains("400 (Bad Request)"));
        browser.click("Cancel");
        awaitClosed();
    }

    @Test
    void keysAreListedAndGoToSections() throws Exception {
        browser.go(node.url("/"));
        browser.awaitText("Under-replicated");
        browser.run("document.dispatchEvent(new KeyboardEvent('keydown', {key: '?'})); return 0");
        browser.awaitText("Keyboard shortcuts");
        inspect("keys");
        browser.click("Close");
        browser.run("for (const key of 'gt') document.dispatchEvent(new KeyboardEvent('keydown', {key})); return 0");
        browser.await("location.pathname === '/topics'");
    }

    @Test
    void consoleThatIsReadOnlyHasNoButtonsThatChange() throws Exception {
        Map<String, String> settings = new HashMap<>(Map.of("barnabas.console.read.only", "true"));
        try (var readOnly = ConsoleNode.start(folder.resolve("read-only"), settings)) {
            try (var producer = new KafkaProducer<>(
                    Map.of("bootstrap.servers", readOnly.bootstrap()),
                    new StringSerializer(),
                    new StringSerializer())) {
                producer.send(new ProducerRecord<>("read", "k", "v")).get();
            }
            for (String path : List.of(
                    "/",
                    "/topics",
                    "/topics/read",
                    "/topics/read/configs",
                    "/groups",
                    "/transactions",
                    "/cluster/access")) {
                browser.go(readOnly.url(path));
                browser.await("document.querySelector('main h1')");
                browser.awaitText("read-only");
                if (path.equals("/topics/read")) {
                    browser.clickAt("table.records tbody tr button");
                    browser.awaitText("Who wrote and read it?");
                }
                assertThat(browser.run(
                                        "return [...document.querySelectorAll('main button')].map(each => each.innerText)"
                                                + ".filter(each => /…|Create|Change|Add|Remove|Delete|Produce|Move/.test(each))")
                                .toString())
                        .as(path)
                        .isEqualTo("[]");
            }
            Inspection.picture(browser, "read-only");
        }
    }
}
