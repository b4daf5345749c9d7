package barnabas.cli.sql;

import barnabas.cli.connect.plugins.PluginFolders;
import barnabas.cli.console.Failure;
import java.io.IOException;
import java.net.URL;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;

/// The jar of RocksDB, 70 MB of native code, which is fetched when a service keeps its state there for the first time.
final class RocksDbJar {
    /// Version that this release of Kafka Streams is built with.
    static final String VERSION = "10.1.3";

    private static final String GROUP = "org.rocksdb";
    private static final String ARTIFACT = "rocksdbjni";
    private static final String STATE = "barnabas.sql.state";

    /// Brings the jars of an artifact into a folder.
    @FunctionalInterface
    interface Source {
        void fetch(String group, String artifact, String version, Path folder)
                throws Failure, IOException, InterruptedException;
    }

    private final Path kept;
    private final Source source;

    /// @param kept folder for jars that were fetched
    RocksDbJar(Path kept, Source source) {
        this.kept = kept.resolve(ARTIFACT + "-" + VERSION);
        this.source = source;
    }

    /// @param settings of the service
    static boolean isNeeded(Properties settings) {
        return settings.getProperty(STATE, "").strip().equals("rocksdb");
    }

    /// The jar, out of the folder or fetched into it.
    ///
    /// @throws Failure when it cannot be fetched; the folder is as it was
    List<URL> urls() throws Failure, IOException, InterruptedException {
        if (!Files.isDirectory(kept)) fetch();
        var urls = new ArrayList<URL>();
        try (DirectoryStream<Path> jars = Files.newDirectoryStream(kept, "*.jar")) {
            for (Path each : jars) urls.add(each.toUri().toURL());
        }
        if (urls.isEmpty()) throw new Failure("the folder " + kept + " has no jar of RocksDB: remove it and try again");
        return urls;
    }

    private void fetch() throws Failure, IOException, InterruptedException {
        Path parent = Files.createDirectories(kept.toAbsolutePath().getParent());
        Path stage = Files.createTempDirectory(parent, "fetching-");
        try {
            source.fetch(GROUP, ARTIFACT, VERSION, stage);
            Files.move(stage, kept, StandardCopyOption.ATOMIC_MOVE);
        } catch (FileAlreadyExistsException | DirectoryNotEmptyException e) {
            // another service has fetched it meanwhile
            if (!Files.isDirectory(kept)) throw e;
        } finally {
            PluginFolders.deleteAll(stage);
        }
    }
}
