package barnabas.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.architecture.SettingsTable.Row;
import barnabas.architecture.SettingsTable.State;
import barnabas.config.keys.KeysWithEffect;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// Every setting works, is refused or is named as having no effect: lists and documents are compared with the code
/// that reads configurations.
class SettingsTest {
    private static final Path ROOT = Path.of("").toAbsolutePath().getParent();
    private static final Path DOCUMENT = ROOT.resolve("docs/configs.md");
    private static final String GAPS_TITLE = "## Settings without effect\n";
    private static final Pattern NAME = Pattern.compile("`([^`]+)`");

    private final SettingsTable table = SettingsTable.of(new SettingReaders(ArchitectureTest.CLASSES));
    private final Map<String, String> reasons = reasons();

    SettingsTest() throws IOException {}

    /// Of the section of GAPS.md: reasons by name or by `prefix*`.
    private static Map<String, String> reasons() throws IOException {
        String gaps = Files.readString(ROOT.resolve("GAPS.md"));
        assertThat(gaps).contains(GAPS_TITLE);
        String section = gaps.substring(gaps.indexOf(GAPS_TITLE) + GAPS_TITLE.length());
        int next = section.indexOf("\n## ");
        var reasons = new LinkedHashMap<String, String>();
        for (String line :
                section.substring(0, next < 0 ? section.length() : next).lines().toList()) {
            String[] cells = line.split("\\|", -1);
            if (cells.length != 4) continue;
            for (Matcher name = NAME.matcher(cells[1]); name.find(); ) reasons.put(name.group(1), cells[2].trim());
        }
        return reasons;
    }

    /// The longest entry that stands for the name.
    private Optional<String> entryFor(String name) {
        return reasons.keySet().stream()
                .filter(entry -> entry.endsWith("*")
                        ? name.startsWith(entry.substring(0, entry.length() - 1))
                        : entry.equals(name))
                .max((one, other) -> Integer.compare(one.length(), other.length()));
    }

    private Optional<String> why(Row row) {
        return row.state() == State.WITHOUT_EFFECT ? entryFor(row.key().name()).map(reasons::get) : Optional.empty();
    }

    @Test
    void keysWithEffectAreThoseThatTheCodeObeys() {
        var declared = new TreeSet<String>();
        var obeyed = new TreeSet<String>();
        for (Row row : table.all()) {
            if (!row.ofBroker()) continue;
            String name = row.key().name();
            if (KeysWithEffect.contains(name)) declared.add(name);
            if (row.state() == State.WORKS) obeyed.add(name);
        }
        declared.removeIf(name -> stateOf(name) == State.REFUSED);
        assertThat(declared).containsExactlyElementsOf(obeyed);
        assertThat(obeyed).hasSizeGreaterThan(100);
    }

    private State stateOf(String name) {
        return table.all().stream()
                .filter(row -> row.key().name().equals(name))
                .findFirst()
                .orElseThrow()
                .state();
    }

    @Test
    void gapsNameEverySettingWithoutEffectAndNoOther() {
        var missing = new ArrayList<String>();
        var used = new TreeSet<String>();
        for (Row row : table.all()) {
            if (row.state() != State.WITHOUT_EFFECT) continue;
            Optional<String> entry = entryFor(row.key().name());
            entry.ifPresentOrElse(
                    used::add, () -> missing.add(row.scope() + " " + row.key().name()));
        }
        assertThat(missing).isEmpty();
        assertThat(used).containsExactlyElementsOf(new TreeSet<>(reasons.keySet()));
    }

    @Test
    void documentIsWhatTheCodeDoes() throws IOException {
        String wanted = table.markdown(this::why);
        if (Boolean.getBoolean("settings.write")) Files.writeString(DOCUMENT, wanted);
        assertThat(Files.readString(DOCUMENT)).isEqualTo(wanted);
    }

    /// The comparison sees a setting that is read and leads nowhere, one that is obeyed and one that is refused.
    @Test
    void statesAreInTheTable() {
        assertThat(List.of("background.threads", "queued.max.requests", "flush.ms", "log.preallocate"))
                .allMatch(name -> stateOf(name) == State.WITHOUT_EFFECT);
        assertThat(List.of("num.io.threads", "max.connections", "retention.ms", "consumer.session.timeout.ms", "match"))
                .allMatch(name -> stateOf(name) == State.WORKS);
        assertThat(List.of("client.quota.callback.class", "remote.log.storage.system.enable", "remote.storage.enable"))
                .allMatch(name -> stateOf(name) == State.REFUSED);
    }
}
