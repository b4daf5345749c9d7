package barnabas.broker.identity;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.base.security.SecuritySettingException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Comparisons of secrets take as long whatever is the same in them (CVE-2021-38153). Time is not measured: what ends
/// early
/// is not called.
class SecretComparisonTest {
    private static final Path ROOT = Path.of("").toAbsolutePath().getParent();

    /// Packages that compare what clients show with what is known.
    private static final String SECRETS = "/(base/security|broker/identity)/";

    private static final Pattern ENDS_EARLY =
            Pattern.compile("Arrays\\.(equals|mismatch|compare)\\(|\\.contentEquals\\(");
    private static final Pattern OF_A_SECRET = Pattern.compile(
            "(?i)\\w*(password|secret|hmac|proof|signature|storedKey|serverKey)\\w*(\\(\\))?\\.equals\\(");

    @Test
    void nothingThatEndsEarlyComparesSecrets() throws IOException {
        var found = new ArrayList<String>();
        int read = 0;
        try (Stream<Path> files = Files.walk(ROOT)) {
            for (Path file : files.filter(each -> each.toString().endsWith(".java"))
                    .filter(each -> each.toString().contains("/src/main/java/"))
                    .toList()) {
                String text = Files.readString(file);
                boolean isOfSecrets =
                        Pattern.compile(SECRETS).matcher(file.toString()).find();
                if (isOfSecrets) read++;
                if (OF_A_SECRET.matcher(text).find()
                        || (isOfSecrets && ENDS_EARLY.matcher(text).find()))
                    found.add(ROOT.relativize(file).toString());
            }
        }
        assertThat(read).isGreaterThan(20);
        assertThat(found).isEmpty();
    }

    /// Equal lengths are compared, and a user who is not there as well.
    @Test
    void wrongPasswordsOfAnyLengthAreRefused() throws SecuritySettingException {
        var users =
                PlainUsers.of("s", "org.apache.kafka.common.security.plain.PlainLoginModule required user_a=\"abc\";");
        assertThat(users.matches("a", "abc")).isTrue();
        for (String wrong : new String[] {"", "a", "ab", "abd", "abcd", "ABC"})
            assertThat(users.matches("a", wrong)).as(wrong).isFalse();
        assertThat(users.matches("b", "abc")).isFalse();
    }
}
