package barnabas.cli.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import barnabas.cli.console.Failure;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RocksDbJarTest {
    @TempDir
    Path home;

    @Test
    void theJarIsFetchedOnce() throws Exception {
        var fetched = new ArrayList<String>();
        var jar = new RocksDbJar(home.resolve("jars"), (group, artifact, version, folder) -> {
            fetched.add(group + ":" + artifact + ":" + version);
            Files.writeString(folder.resolve("rocks.jar"), "jar");
        });
        assertThat(jar.urls()).hasSize(1).isEqualTo(jar.urls());
        assertThat(fetched).containsExactly("org.rocksdb:rocksdbjni:" + RocksDbJar.VERSION);
    }

    @Test
    void failedFetchesLeaveNothing() throws Exception {
        var jar = new RocksDbJar(home, (group, artifact, version, folder) -> {
            Files.writeString(folder.resolve("half.jar"), "half");
            throw new Failure("no network");
        });
        assertThatThrownBy(jar::urls).isInstanceOf(Failure.class).hasMessage("no network");
        try (var left = Files.list(home)) {
            assertThat(left).isEmpty();
        }
    }

    @Test
    void onlyTheStateInRocksDbNeedsIt() {
        var settings = new Properties();
        assertThat(RocksDbJar.isNeeded(settings)).isFalse();
        settings.setProperty("barnabas.sql.state", "memory");
        assertThat(RocksDbJar.isNeeded(settings)).isFalse();
        settings.setProperty("barnabas.sql.state", "rocksdb ");
        assertThat(RocksDbJar.isNeeded(settings)).isTrue();
    }
}
