package barnabas.cli;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.broker.Barnabas;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A partition that is not served now: the command says what it waits for.
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class ConsumeWaitsTest {
    @TempDir
    private Path data;

    @Test
    void consumeNamesTheBrokerThatIsGone() throws Exception {
        RunningCommand command;
        try (Barnabas node = SmallNode.start(data)) {
            String address = node.bootstrapServers();
            Path lines = Files.writeString(data.resolveSibling("lines"), "one\ntwo\n");
            assertThat(new RunningCommand("produce", "--create", "-b", address, "--file", lines.toString(), "t").join())
                    .isZero();
            command = new RunningCommand("consume", "-b", address, "--from", "0", "--follow", "t");
            command.await(out -> out.equals("one\ntwo\n"));
        }
        while (command.err().isEmpty()) Thread.onSpinWait();
        assertThat(command.err()).startsWith("barnabas: waiting, tried again: ").contains("127.0.0.1");
        assertThat(command.interrupt()).isZero();
    }
}
