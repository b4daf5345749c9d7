package barnabas.console;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Faults of a page in a browser: of accessibility (axe-core), and content that is wider than the window.
final class Inspection {
    private static final String AXE = "/META-INF/resources/webjars/axe-core/4.6.3/axe.min.js";
    /// Of each inspected page, with `-Dconsole.screenshots=true`; for people to look at.
    private static final Path PICTURES = Path.of("target/pages");

    private Inspection() {}

    /// Serious and critical findings of axe-core.
    static List<String> faults(Browser browser) throws IOException, InterruptedException {
        if (!browser.run("return Boolean(window.axe)").asBoolean()) browser.run(axe());
        JsonNode found = browser.runAsync(
                "axe.run(document, {resultTypes: ['violations'], iframes: false}).then(answer => done(answer.violations), error => done([{id: String(error), impact: 'critical', nodes: []}]));");
        var faults = new ArrayList<String>();
        for (JsonNode each : found) {
            String impact = each.at("/impact").asText();
            if (!impact.equals("serious") && !impact.equals("critical")) continue;
            if (each.at("/nodes").isEmpty()) faults.add(each.at("/id").asText());
            for (JsonNode place : each.at("/nodes"))
                faults.add(browser.run("return location.pathname").asText() + " "
                        + each.at("/id").asText() + ": " + place.at("/html").asText() + " "
                        + place.at("/failureSummary").asText());
        }
        return faults;
    }

    private static String axe() throws IOException {
        try (InputStream from = Inspection.class.getResourceAsStream(AXE)) {
            if (from == null) throw new IOException("no " + AXE + " on the class path");
            return new String(from.readAllBytes(), StandardCharsets.UTF_8) + "; window.axe = axe; return 0;";
        }
    }

    /// Elements that reach over the right side of the window, outside of what scrolls by itself.
    static List<String> overflow(Browser browser) throws IOException, InterruptedException {
        JsonNode wide = browser.run("""
                const right = document.documentElement.clientWidth;
                return [...document.body.querySelectorAll('*')].filter(each => {
                    const box = each.getBoundingClientRect();
                    return box.width && box.right > right + 1 && !each.closest('.scroll, .tabs, nav, pre, .clip, .skip');
                }).slice(0, 5).map(each => each.outerHTML.slice(0, 120));""");
        var found = new ArrayList<String>();
        int width = browser.run("return document.documentElement.scrollWidth - document.documentElement.clientWidth")
                .asInt();
        String path = browser.run("return location.pathname").asText();
        if (width > 0) found.add(path + " scrolls sideways by " + width);
        for (JsonNode each : wide) found.add(path + " is too wide: " + each.asText());
        return found;
    }

    static void picture(Browser browser, String name) throws IOException, InterruptedException {
        if (!Boolean.getBoolean("console.screenshots")) return;
        Files.createDirectories(PICTURES);
        Files.write(PICTURES.resolve(name + ".png"), browser.screenshot());
    }
}
