package barnabas.cli.jars;

import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.ArrayList;

/// A folder of jars beside the command's own jar. They are not on the class path, so that commands without a need for
/// them do not pay for them.
public final class JarFolder {
    private JarFolder() {}

    /// Jars of the folder with this name; none without the folder.
    public static URL[] urls(String name) throws IOException {
        CodeSource source = JarFolder.class.getProtectionDomain().getCodeSource();
        if (source == null) return new URL[0];
        Path folder;
        try {
            folder = Path.of(source.getLocation().toURI()).resolveSibling(name);
        } catch (URISyntaxException e) {
            throw new IOException("The place of the command's own jar is no file: " + source.getLocation(), e);
        }
        if (!Files.isDirectory(folder)) return new URL[0];
        var urls = new ArrayList<URL>();
        try (DirectoryStream<Path> jars = Files.newDirectoryStream(folder, "*.jar")) {
            for (Path jar : jars) urls.add(jar.toUri().toURL());
        }
        return urls.toArray(URL[]::new);
    }
}
