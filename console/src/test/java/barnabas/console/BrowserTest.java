package barnabas.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A first visit in a real Chromium. With `-Dconsole.screenshots=true` the pictures of docs/console are made again.
@Timeout(value = 900, unit = TimeUnit.SECONDS)
class BrowserTest {
    private static final Path PICTURES =
            Path.of("").toAbsolutePath().getParent().resolve("docs/console");

    @TempDir
    private Path folder;

    private Browser browser;

    private final List<String> faults = new ArrayList<>();

    @Test
    void firstVisit() throws Exception {
        assumeTrue(Browser.isInstalled(), "no chromium and chromedriver on the path: the page is not tested");
        try (var node = ConsoleNode.start(folder.resolve("data"));
                var opened = Browser.open(folder.resolve("profile"))) {
            browser = opened;
            browser.resize(1280, 860);
            nodeIsShown(node);
            topicIsCreated();
            recordsArriveInTheLiveTail(node);
            recordsAreFiltered();
            lagGoesUpAndDown(node);
            offsetsMoveWithPreview();
            messageIsFound();
            otherPagesOpen(node);
            narrowWindow();
            assertThat(faults).isEmpty();
            // the wrong filter was refused on purpose
            assertThat(browser.errors()).allMatch(each -> each.contains("400 (Bad Request)"));
        }
    }

    private void nodeIsShown(ConsoleNode node) throws Exception {
        browser.go(node.url("/"));
        browser.awaitText("The node serves all its partitions.");
        browser.awaitText(node.broker().clusterId());
        inspect(null);
    }

    private void topicIsCreated() throws Exception {
        browser.click("Topics");
        browser.awaitText("No topics yet");
        browser.click("Create topic");
        browser.type("dialog input[required]", "orders");
        browser.type("dialog input[type=number]", "3");
        browser.click("Create");
        browser.await("location.pathname === '/topics/orders'");
        browser.awaitText("No records.");
    }

    private void recordsArriveInTheLiveTail(ConsoleNode node) throws Exception {
        browser.run("const plain = window.fetch; window.fetch = (url, options) => { if (!url.includes('wait='))"
                + " return plain(url, options); window.fetch = plain; window.wasRefused = true;"
                + " return Promise.resolve(new Response('{}', { status: 503 })); }");
        browser.click("Live tail");
        browser.awaitText("Waiting for the next record");
        browser.await("window.wasRefused");
        for (int i = 0; i < 8; i++)
            node.post(
                    "/topics/orders/records",
                    "{\"key\":\"customer-" + i % 4 + "\",\"value\":\"{\\\"order\\\":" + (1_000 + i) + ",\\\"total\\\":"
                            + i * 25 + ",\\\"items\\\":[{\\\"sku\\\":\\\"A-" + i
                            + "\\\"}]}\",\"headers\":{\"source\":\"web\"}}");
        browser.awaitText("1007");
        browser.click("Produce …");
        browser.type("dialog textarea", "<img src=x onerror=\"document.title='owned'\"><script>alert(1)</script>");
        browser.click("Produce");
        browser.awaitText("<script>alert(1)</script>");
        assertThat(browser.run("return document.title").asText()).isEqualTo("orders – Barnabas");
        assertThat(browser.run("return document.querySelectorAll('main img, main script').length")
                        .asInt())
                .isZero();
        browser.click("Live");
        browser.await("document.querySelector('button[aria-pressed=false]')");
    }

    private void recordsAreFiltered() throws Exception {
        browser.type("input.filter", "value.total = 100\n");
        browser.awaitText("Write == to compare");
        browser.type("input.filter", "value.total >= 100 and headers.source == \"web\"\n");
        browser.await("document.querySelectorAll('table.records tbody tr').length === 4");
        browser.clickAt("table.records tbody tr button");
        browser.awaitText("Produce again");
        inspect("messages");
    }

    private static void commit(ConsoleNode node, Map<TopicPartition, OffsetAndMetadata> offsets) {
        Map<String, Object> settings = Map.of("bootstrap.servers", node.bootstrap(), "group.id", "billing");
        try (var consumer = new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
            consumer.commitSync(offsets);
        }
    }

    private void lagGoesUpAndDown(ConsoleNode node) throws Exception {
        JsonNode partitions = node.get("/topics/orders").body().at("/partitions");
        for (JsonNode each : partitions)
            commit(
                    node,
                    Map.of(new TopicPartition("orders", each.at("/partition").asInt()), new OffsetAndMetadata(0)));
        browser.click("Groups");
        browser.click("billing");
        browser.await("document.getElementById('lag')?.innerText === '9'");
        node.post("/topics/orders/records", "{\"key\":\"customer-1\",\"value\":\"{\\\"order\\\":1008}\"}");
        browser.await("document.getElementById('lag').innerText === '10'");
        for (JsonNode each : node.get("/topics/orders").body().at("/partitions"))
            commit(
                    node,
                    Map.of(
                            new TopicPartition("orders", each.at("/partition").asInt()),
                            new OffsetAndMetadata(each.at("/end").asLong())));
        browser.await("document.getElementById('lag').innerText === '0'");
    }

    private void offsetsMoveWithPreview() throws Exception {
        browser.click("Move offsets …");
        browser.click("Preview");
        browser.awaitText("Lag then");
        assertThat(browser.run("return document.getElementById('lag').innerText")
                        .asText())
                .isEqualTo("0");
        inspect("reset");
        browser.click("Move");
        browser.await("document.getElementById('lag')?.innerText === '10'");
        browser.await("document.querySelector('.plot canvas')");
        inspect("group");
    }

    private void messageIsFound() throws Exception {
        browser.run("window.leftPlot = document.querySelector('.plot'); window.disconnected = 0;"
                + "for (const each of [ResizeObserver, MutationObserver]) {"
                + "const plain = each.prototype.disconnect;"
                + "each.prototype.disconnect = function () { window.disconnected++; plain.call(this); }; }");
        browser.click("Find a message");
        browser.await("window.disconnected === 2 && !window.leftPlot.querySelector('canvas')");
        browser.type("main form input", "orders");
        browser.type("main form .row > label input", "customer-1");
        browser.click("Find");
        browser.awaitText("groups have committed past it");
        inspect("message");
    }

    private void otherPagesOpen(ConsoleNode node) throws Exception {
        browser.click("Transactions");
        browser.awaitText("No transaction is open.");
        inspect(null);
        browser.click("Cluster");
        browser.awaitText("metadata.version");
        inspect(null);
        browser.click("Access");
        browser.awaitText("There is no authorizer");
        inspect(null);
        browser.click("Configs");
        browser.awaitText("log.dirs");
        // axe-core looks at every element: few take less time
        browser.type("input[type=search]", "retention");
        browser.await("document.querySelectorAll('.configs tbody tr').length < 20");
        inspect("configs");
        browser.click("Topics");
        browser.click("orders");
        browser.click("Partitions");
        browser.awaitText("First offset");
        inspect("partitions");
        browser.click("Topics");
        browser.awaitText("Largest lag");
        inspect("topics");
        browser.click("Overview");
        chartsAreDrawn(node);
        inspect("overview");
        browser.clickAt("button[aria-label^=Switch]");
        browser.await("getComputedStyle(document.body).backgroundColor === 'rgb(14, 20, 24)'");
        inspect("overview-dark");
        browser.click("Groups");
        browser.awaitText("billing");
        inspect(null);
    }

    private void chartsAreDrawn(ConsoleNode node) throws Exception {
        for (int each : new int[] {12, 40, 25, 60, 35}) {
            String before = "document.querySelector('.plot')?.getAttribute('aria-label')";
            String label = browser.run("return " + before).asText();
            for (int i = 0; i < each; i++) node.post("/topics/orders/records", "{\"value\":\"" + i + "\"}");
            browser.await(before + " !== '" + label + "'");
        }
        browser.await("document.querySelectorAll('.plot canvas').length === 3");
        browser.await(
                "[...document.querySelectorAll('.plot canvas')].every(each => new Uint32Array(each.getContext('2d')"
                        + ".getImageData(0, 0, each.width, each.height).data.buffer).some(pixel => pixel))");
    }

    private void narrowWindow() throws Exception {
        browser.resize(390, 844);
        for (String each : List.of("Overview", "Topics", "Groups", "Cluster")) {
            browser.click(each);
            browser.await("document.querySelector('main h1')?.innerText === '" + each + "'");
            assertThat(browser.run("return document.documentElement.scrollWidth")
                            .asInt())
                    .as(each)
                    .isLessThanOrEqualTo(390);
        }
        browser.click("Topics");
        browser.click("orders");
        browser.await("document.querySelector('table.records')");
        assertThat(browser.run("return document.documentElement.scrollWidth").asInt())
                .isLessThanOrEqualTo(390);
        inspect("narrow");
    }

    /// Looks for faults of accessibility and, when asked to, takes a picture.
    private void inspect(String picture) throws Exception {
        faults.addAll(Inspection.faults(browser));
        if (picture == null || !Boolean.getBoolean("console.screenshots")) return;
        browser.run("document.querySelector('.toast')?.remove(); return 0");
        Files.createDirectories(PICTURES);
        Files.write(PICTURES.resolve(picture + ".png"), browser.screenshot());
    }
}
