package barnabas.cli.secure;

import barnabas.base.security.ScramMechanism;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;

/// A client properties file, for any Kafka client and for `--config` of the commands.
public final class ClientFile {
    private static final String MODULE = "org.apache.kafka.common.security.scram.ScramLoginModule";

    private static final int PASSWORD_BYTES = 24;

    private ClientFile() {}

    /// Settings of a client that logs in by SCRAM.
    ///
    /// @param connection where to connect to, and whom to trust; a login in it is replaced
    public static Map<String, String> settings(
            Map<String, String> connection, ScramMechanism mechanism, String user, String password) {
        var settings = new TreeMap<>(connection);
        settings.put("sasl.mechanism", mechanism.mechanism());
        settings.put("sasl.jaas.config", login(user, password));
        return settings;
    }

    /// A login as `sasl.jaas.config`.
    static String login(String user, String password) {
        return MODULE + " required username=" + quoted(user) + " password=" + quoted(password) + ";";
    }

    private static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    /// A random password of 24 bytes in Base64.
    public static String newPassword(SecureRandom random) {
        byte[] bytes = new byte[PASSWORD_BYTES];
        random.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /// Writes the file, which its owner alone can read.
    public static void write(Path file, Map<String, String> settings) throws IOException {
        var text = new StringBuilder();
        new TreeMap<>(settings)
                .forEach((name, value) -> text.append(name)
                        .append('=')
                        .append(value.replace("\\", "\\\\"))
                        .append('\n'));
        PrivateFile.write(file, text.toString());
    }
}
