package barnabas.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Every page in a real Chromium, in light and dark, at 1280 and at 390 pixels: no serious fault of accessibility,
/// nothing wider than the window, no error in the browser's log. Names are as long as they get.
@Timeout(value = 900, unit = TimeUnit.SECONDS)
class PagesTest {
    private static final String LONG = "com.example.shop.orders.events-with-a-long-name.v2_and_more";

    @TempDir
    private Path folder;

    @Test
    void everyPageIsReadableInBothThemesAndNarrow() throws Exception {
        assumeTrue(Browser.isInstalled(), "no chromium and chromedriver on the path: the pages are not tested");
        var faults = new ArrayList<String>();
        try (var node = ConsoleNode.start(folder.resolve("data"));
                var browser = Browser.open(folder.resolve("profile"))) {
            fill(node);
            for (String theme : List.of("light", "dark")) {
                browser.go(node.url("/"));
                browser.run("localStorage.setItem('theme', '" + theme + "'); return 0");
                for (int width : List.of(1280, 390)) {
                    browser.resize(width, 860);
                    for (Map.Entry<String, String> page : pages().entrySet()) {
                        browser.go(node.url(page.getKey()));
                        browser.awaitText(page.getValue());
                        if (page.getKey().endsWith("configs")) {
                            // axe-core looks at every element: few take less time
                            browser.type("input[type=search]", "retention");
                            browser.await("document.querySelectorAll('.configs tbody tr').length < 20");
                        }
                        for (String each : Inspection.faults(browser)) faults.add(theme + " " + width + ": " + each);
                        for (String each : Inspection.overflow(browser)) faults.add(theme + " " + width + ": " + each);
                        String name = page.getKey().replaceAll("[^a-z]+", "-");
                        Inspection.picture(browser, "page" + name + "-" + theme + "-" + width);
                    }
                }
            }
            assertThat(browser.errors()).isEmpty();
        }
        assertThat(faults).isEmpty();
    }

    /// Paths, and a text that is there when the page is.
    private static Map<String, String> pages() {
        var pages = new LinkedHashMap<String, String>();
        pages.put("/", "The node serves all its partitions.");
        pages.put("/topics", "Largest lag");
        pages.put("/topics/" + LONG, "records looked at");
        pages.put("/topics/" + LONG + "/partitions", "Leader");
        pages.put("/topics/" + LONG + "/configs", "retention.ms");
        pages.put("/topics/" + LONG + "/groups", "billing");
        pages.put("/groups", "billing");
        pages.put("/groups/" + "billing-of-" + LONG, "Lag in records");
        pages.put("/transactions", "payments");
        pages.put("/message?topic=" + LONG + "&partition=0&offset=0", "groups have committed past it");
        pages.put("/cluster", "metadata.version");
        pages.put("/cluster/configs", "log.retention");
        pages.put("/cluster/access", "There is no authorizer");
        pages.put("/cluster/reassignments", "No partition is being moved.");
        return pages;
    }

    private static void fill(ConsoleNode node) throws Exception {
        node.post("/topics", "{\"name\":\"" + LONG + "\",\"partitions\":3}");
        for (int i = 0; i < 30; i++)
            node.post(
                    "/topics/" + LONG + "/records",
                    "{\"key\":\"customer-" + i + "\",\"partition\":" + i % 3 + ",\"value\":\"{\\\"order\\\":" + i
                            + ",\\\"total\\\":12.5,\\\"note\\\":\\\"" + "long text ".repeat(12)
                            + "\\\"}\",\"headers\":{\"source\":\"web\"}}");
        Map<String, Object> group = Map.of("bootstrap.servers", node.bootstrap(), "group.id", "billing-of-" + LONG);
        try (var consumer = new KafkaConsumer<>(group, new StringDeserializer(), new StringDeserializer())) {
            consumer.commitSync(Map.of(new TopicPartition(LONG, 0), new OffsetAndMetadata(4)));
        }
        Map<String, Object> writer =
                Map.of("bootstrap.servers", node.bootstrap(), "transactional.id", "payments-of-" + LONG);
        try (var producer = new KafkaProducer<>(writer, new StringSerializer(), new StringSerializer())) {
            producer.initTransactions();
            producer.beginTransaction();
            producer.send(new ProducerRecord<>(LONG, 1, "k", "v")).get();
            producer.commitTransaction();
        }
    }
}
