package barnabas.cli.connect.plugins;

import barnabas.cli.console.Failure;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipInputStream;

/// Brings a plug-in into its folder: gathers the jars, checks them, and only then makes the folder visible to workers.
public final class PluginInstall {
    private static final Pattern COORDINATES = Pattern.compile("([\\w.-]+):([\\w.-]+):([\\w.+-]+)");
    private static final long BYTES_MAX = 2L << 30;
    private static final int FILES_MAX = 20_000;

    private final Path plugins;
    private final Path runtime;
    private final MavenJars maven;

    /// @param plugins folder of all plug-ins
    /// @param runtime folder with the jars of the Connect runtime
    public PluginInstall(Path plugins, Path runtime, MavenJars maven) {
        this.plugins = plugins;
        this.runtime = runtime;
        this.maven = maven;
    }

    /// @param notes what an operator should know, one line each
    public record Installed(String name, int jars, List<String> connectors, List<String> notes) {
        public Installed {
            connectors = List.copyOf(connectors);
            notes = List.copyOf(notes);
        }
    }

    /// @param what coordinates, file, folder or URL
    /// @throws Failure with the reason, and nothing has changed
    public Installed add(String what) throws Failure, IOException, InterruptedException {
        Path stage = Files.createTempDirectory(PluginFolders.aside(plugins), "adding-");
        try {
            String name = gather(what, stage);
            Path folder = plugins.resolve(name);
            if (Files.exists(folder))
                throw new Failure("plug-in '" + name + "' is there already: 'barnabas connect plugin remove " + name
                        + "' removes it");
            PluginCheck.Result result = PluginCheck.of(PluginFolders.jars(stage), PluginFolders.jars(runtime));
            if (!result.problems().isEmpty())
                throw new Failure("plug-in '" + name + "' was not added: " + String.join("; ", result.problems()));
            Files.move(stage, folder, StandardCopyOption.ATOMIC_MOVE);
            return new Installed(
                    name, PluginFolders.jars(folder).size(), PluginFolders.connectors(folder), result.notes());
        } finally {
            PluginFolders.deleteAll(stage);
        }
    }

    /// @return the plug-in's name
    private String gather(String what, Path stage) throws Failure, IOException, InterruptedException {
        Matcher coordinates = COORDINATES.matcher(what);
        if (coordinates.matches() && !Files.exists(Path.of(what))) {
            maven.fetch(coordinates.group(1), coordinates.group(2), coordinates.group(3), stage);
            return coordinates.group(2) + "-" + coordinates.group(3);
        }
        if (what.matches("https?://.*")) return download(what, stage);
        Path path = Path.of(what);
        if (Files.isDirectory(path)) {
            copy(path, stage);
            return nameOf(path);
        }
        if (!Files.exists(path))
            throw new Failure("'" + what + "' is neither a file or folder that exists nor GROUP:ARTIFACT:VERSION");
        unpack(path, path.getFileName().toString(), stage);
        return nameOf(path);
    }

    private static String nameOf(Path path) throws Failure {
        String file = path.toAbsolutePath().normalize().getFileName().toString();
        String name =
                file.replaceFirst("(\\.tar\\.gz|\\.tgz|\\.zip|\\.jar)$", "").replaceAll("[^\\w.+-]", "-");
        if (name.isEmpty() || name.startsWith(".")) throw new Failure("'" + file + "' gives no name for a plug-in");
        return name;
    }

    private String download(String url, Path stage) throws Failure, IOException, InterruptedException {
        String path = URI.create(url).getPath();
        Path name = Path.of(path == null || path.isEmpty() ? "/" : path).getFileName();
        if (name == null) throw new Failure("the URL " + url + " names no file");
        Path file = Files.createTempFile(PluginFolders.aside(plugins), "download-", "");
        try (InputStream in = URI.create(url).toURL().openStream()) {
            limitedCopy(in, file);
            unpack(file, name.toString(), stage);
        } finally {
            Files.deleteIfExists(file);
        }
        return nameOf(name);
    }

    private static long limitedCopy(InputStream in, Path to) throws IOException, Failure {
        try (var out = Files.newOutputStream(to)) {
            long sum = limitedCopy(in, out, BYTES_MAX);
            if (sum > BYTES_MAX) throw new Failure("the file has more than 2 GB");
            return sum;
        }
    }

    /// @return bytes that came, more than the limit when there are more: those were not written
    private static long limitedCopy(InputStream in, OutputStream out, long bytesMax) throws IOException {
        byte[] buffer = new byte[1 << 16];
        long sum = 0;
        for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
            sum += count;
            if (sum > bytesMax) return sum;
            out.write(buffer, 0, count);
        }
        return sum;
    }

    private static void copy(Path from, Path stage) throws IOException, Failure {
        try (Stream<Path> all = Files.walk(from)) {
            int files = 0;
            for (Path each : (Iterable<Path>) all::iterator) {
                if (!Files.isRegularFile(each) || !each.toString().endsWith(".jar")) continue;
                if (++files > FILES_MAX) throw new Failure("the folder has more than " + FILES_MAX + " jars");
                Path to = stage.resolve(from.relativize(each).toString());
                Files.createDirectories(to.getParent());
                Files.copy(each, to);
            }
        }
    }

    private static void unpack(Path file, String name, Path stage) throws Failure, IOException, InterruptedException {
        String lower = name.toLowerCase(Locale.ROOT);
        if (lower.endsWith(".jar")) Files.copy(file, stage.resolve(name));
        else if (lower.endsWith(".zip")) unzip(file, stage);
        else if (lower.endsWith(".tar.gz") || lower.endsWith(".tgz")) untar(file, stage, BYTES_MAX);
        else throw new Failure("'" + name + "' is neither a jar, nor a zip, nor a tar.gz");
    }

    private static void unzip(Path file, Path stage) throws Failure, IOException {
        long bytes = 0;
        int files = 0;
        try (var zip = new ZipInputStream(Files.newInputStream(file))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                if (entry.isDirectory() || !entry.getName().endsWith(".jar")) continue;
                Path to = stage.resolve(entry.getName()).normalize();
                if (!to.startsWith(stage)) throw new Failure("the zip names a file outside of it: " + entry.getName());
                if (++files > FILES_MAX) throw new Failure("the zip has more than " + FILES_MAX + " jars");
                Files.createDirectories(to.getParent());
                bytes += limitedCopy(zip, to);
                if (bytes > BYTES_MAX) throw new Failure("the zip has more than 2 GB");
            }
        }
    }

    /// With the system's tar, which refuses names that lead out of the folder. It gets the archive unpacked, so that a
    /// small one with terabytes of zeros ends at the limit.
    static void untar(Path file, Path stage, long bytesMax) throws Failure, IOException, InterruptedException {
        Path said = Files.createTempFile("barnabas-tar-", ".txt");
        try {
            Process tar = new ProcessBuilder("tar", "-xf", "-", "-C", stage.toString(), "--wildcards", "*.jar")
                    .redirectErrorStream(true)
                    .redirectOutput(said.toFile())
                    .start();
            try {
                feed(file, tar, bytesMax);
                if (tar.waitFor() != 0) throw new Failure("the archive cannot be unpacked: " + firstLine(said));
            } finally {
                // The stage is deleted behind this: nothing may write to it any more.
                tar.destroyForcibly().waitFor();
            }
            checkSizes(stage, bytesMax);
        } finally {
            Files.deleteIfExists(said);
        }
    }

    private static void feed(Path file, Process tar, long bytesMax) throws Failure, IOException, InterruptedException {
        try (var unpacked = new GZIPInputStream(Files.newInputStream(file));
                OutputStream to = tar.getOutputStream()) {
            if (limitedCopy(unpacked, to, bytesMax) > bytesMax) throw tooLarge(bytesMax);
        } catch (ZipException | EOFException e) {
            throw new Failure("the archive cannot be unpacked: " + e.getMessage());
        } catch (IOException e) {
            // tar has closed its end before the archive's: it says why, and is about to end.
            if (!tar.waitFor(1, TimeUnit.SECONDS)) throw e;
        }
    }

    private static Failure tooLarge(long bytesMax) {
        return new Failure("the archive has more than " + (bytesMax >> 20) + " MB");
    }

    private static String firstLine(Path said) throws IOException {
        try (InputStream words = Files.newInputStream(said)) {
            return new String(words.readNBytes(1_000), StandardCharsets.UTF_8)
                    .lines()
                    .findFirst()
                    .orElse("tar failed");
        }
    }

    /// Files with holes are larger than what the archive has of them.
    private static void checkSizes(Path stage, long bytesMax) throws Failure, IOException {
        try (Stream<Path> all = Files.walk(stage)) {
            long bytes = 0;
            int files = 0;
            for (Path each : (Iterable<Path>) all::iterator) {
                var attributes = Files.readAttributes(each, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
                if (attributes.isDirectory()) continue;
                if (++files > FILES_MAX) throw new Failure("the archive has more than " + FILES_MAX + " jars");
                if (attributes.size() > bytesMax - bytes) throw tooLarge(bytesMax);
                bytes += attributes.size();
            }
        }
    }
}
