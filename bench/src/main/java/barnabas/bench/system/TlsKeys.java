package barnabas.bench.system;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// A broker's key (RSA, 2,048 bits) and the certificate that its clients trust, in a folder.
public record TlsKeys(Path folder) {
    private static final String PASSWORD = "of-the-bench";
    static final String LISTENER = "TLS";

    /// Makes them unless they are there.
    public static TlsKeys in(Path folder) throws IOException, InterruptedException {
        TlsKeys keys = new TlsKeys(folder);
        if (Files.exists(keys.certificate())) return keys;
        Files.createDirectories(folder);
        Files.deleteIfExists(keys.store());
        keys.keytool(
                "-genkeypair", "-keyalg", "RSA", "-keysize", "2048", "-dname", "CN=bench", "-ext", "san=ip:127.0.0.1");
        keys.keytool("-exportcert", "-rfc", "-file", keys.certificate().toString());
        return keys;
    }

    private Path store() {
        return folder.resolve("broker.p12");
    }

    private Path certificate() {
        return folder.resolve("broker.pem");
    }

    private void keytool(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Workspace.java().resolveSibling("keytool").toString());
        command.addAll(List.of(arguments));
        command.addAll(List.of(
                "-alias", "broker", "-storetype", "PKCS12", "-keystore", store().toString(), "-storepass", PASSWORD));
        int exit = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("keytool.out").toFile())
                .start()
                .waitFor();
        if (exit != 0) throw new IOException("keytool failed; see " + folder.resolve("keytool.out"));
    }

    /// Adds the listener to those of the settings.
    ///
    /// @param listeners `listeners`, and each name's protocol, without it
    Map<String, String> brokerSettings(String listeners, String protocols, int port) {
        return Map.of(
                "listeners",
                listeners + "," + LISTENER + "://127.0.0.1:" + port,
                "listener.security.protocol.map",
                protocols + "," + LISTENER + ":SSL",
                "ssl.keystore.type",
                "PKCS12",
                "ssl.keystore.location",
                store().toString(),
                "ssl.keystore.password",
                PASSWORD);
    }

    Map<String, String> clientSettings() {
        return Map.of(
                "security.protocol", "SSL",
                "ssl.truststore.type", "PEM",
                "ssl.truststore.location", certificate().toString());
    }
}
