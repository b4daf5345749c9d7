package barnabas.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import barnabas.log.file.DirectoryHealth;
import barnabas.log.file.DirectoryJournal;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class DirectoryJournalTest {
    private static DirectoryJournal journalOf(LogFixture fixture) {
        return new DirectoryJournal(LogFixture.ROOT, fixture.environment, new DirectoryHealth());
    }

    /// The file's header may be written whole and its force fail: a second log that wants the journal must not take
    /// that
    /// for a bug.
    @Test
    void failedOpeningStaysFailedUntilTheNextStart() throws IOException {
        var fixture = new LogFixture(LogFixture.SMALL);
        fixture.disk.createDirectories(LogFixture.ROOT);
        DirectoryJournal before = journalOf(fixture);
        before.opened();
        before.close(true);

        DirectoryJournal failing = journalOf(fixture);
        fixture.disk.failForces(1);
        assertThatThrownBy(failing::opened).isInstanceOf(IOException.class).hasMessageContaining("simulated");
        assertThatThrownBy(failing::opened)
                .isInstanceOf(IOException.class)
                .hasMessage("the journal of /data could not be opened: simulated input/output error");
        assertThat(failing.current()).isNull();
        failing.close(true);
    }
}
