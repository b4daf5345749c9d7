package barnabas.metadata.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class SnapshotIdTest {
    private static final Path DIRECTORY = Path.of("log");

    /// A language with digits of its own. The next start reads ASCII digits only, whatever its language.
    @Test
    void namesOfFilesAreTheSameInEveryLanguage() {
        Locale before = Locale.getDefault();
        Locale.setDefault(Locale.forLanguageTag("ar-EG"));
        try {
            var snapshot = new SnapshotId(1_234, 56);
            assertThat(snapshot.fileName()).isEqualTo("00000000000000001234-0000000056.checkpoint");
            assertThat(SnapshotId.ofFileName(snapshot.fileName())).contains(snapshot);
            assertThat(MetadataRecovery.path(DIRECTORY, 1_234))
                    .isEqualTo(DIRECTORY.resolve("00000000000000001234.log"));
        } finally {
            Locale.setDefault(before);
        }
    }

    @Test
    void theGreatestNumbersFit() {
        var snapshot = new SnapshotId(Long.MAX_VALUE, Integer.MAX_VALUE);
        assertThat(SnapshotId.ofFileName(snapshot.fileName())).contains(snapshot);
    }
}
