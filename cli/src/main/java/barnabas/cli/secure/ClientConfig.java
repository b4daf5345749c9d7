package barnabas.cli.secure;

import barnabas.base.FileDisk;
import barnabas.base.security.SecuritySettingException;
import barnabas.cli.console.Failure;
import barnabas.client.ClientSecurity;
import barnabas.config.keys.ServerProperties;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A client properties file as it was read; without one the settings are empty.
public record ClientConfig(@Nullable Path file, Map<String, String> settings) {
    public ClientConfig {
        settings = Map.copyOf(settings);
    }

    /// Without values, which may be secrets.
    @Override
    public String toString() {
        return "ClientConfig[" + file + "]";
    }

    public static ClientConfig read(@Nullable Path file) throws Failure {
        if (file == null) return new ClientConfig(null, Map.of());
        try (Reader reader = Files.newBufferedReader(file)) {
            return new ClientConfig(file, ServerProperties.read(reader));
        } catch (IOException | IllegalArgumentException e) {
            throw Failure.ofFile("client config file", file, e);
        }
    }

    public ClientSecurity security() throws Failure {
        if (settings.isEmpty()) return ClientSecurity.NONE;
        try {
            return ClientSecurity.of(settings, new FileDisk(), new SecureRandom());
        } catch (SecuritySettingException | IllegalArgumentException e) {
            throw new Failure("the client config file " + file + ": " + e.getMessage(), e);
        }
    }
}
