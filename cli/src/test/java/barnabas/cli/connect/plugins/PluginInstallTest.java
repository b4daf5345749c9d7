package barnabas.cli.connect.plugins;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import barnabas.cli.console.Failure;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.RandomAccessFile;
import java.io.Writer;
import java.lang.classfile.ClassFile;
import java.lang.constant.ClassDesc;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PluginInstallTest {
    private static final String SERVICE = "META-INF/services/org.apache.kafka.connect.source.SourceConnector";
    private static final String BASE = "org.apache.kafka.connect.source.SourceConnector";
    private static final int JAVA_OF_TOMORROW = 0x99;

    @TempDir
    private Path temporary;

    private Path plugins;
    private PluginInstall install;

    @BeforeEach
    void runtime() throws IOException {
        plugins = Files.createDirectories(temporary.resolve("plugins"));
        Path runtime = Files.createDirectories(temporary.resolve("runtime"));
        zip(runtime.resolve("connect-api.jar"), Map.of(BASE.replace('.', '/') + ".class", classOf(BASE, "a.B")));
        install = new PluginInstall(plugins, runtime, new MavenJars(new PrintWriter(Writer.nullWriter())));
    }

    /// A class that extends another one.
    private static byte[] classOf(String name, String superclass) {
        return ClassFile.of().build(ClassDesc.of(name), builder -> builder.withSuperclass(ClassDesc.of(superclass)));
    }

    private static Path zip(Path file, Map<String, byte[]> contents) throws IOException {
        try (OutputStream out = Files.newOutputStream(file);
                var zip = new ZipOutputStream(out)) {
            for (var each : contents.entrySet()) {
                zip.putNextEntry(new ZipEntry(each.getKey()));
                zip.write(each.getValue());
            }
        }
        return file;
    }

    private Path connector(String superclass) throws IOException {
        return zip(
                temporary.resolve("rain-1.0.jar"),
                Map.of(
                        SERVICE,
                        "x.Rain # ours\n".getBytes(StandardCharsets.UTF_8),
                        "x/Rain.class",
                        classOf("x.Rain", superclass)));
    }

    private void refused(Path what, String reason) throws IOException {
        assertThatExceptionOfType(Failure.class)
                .isThrownBy(() -> install.add(what.toString()))
                .withMessageContaining(reason);
        try (Stream<Path> left = Files.list(plugins)) {
            assertThat(left.filter(each -> !each.endsWith("rain-1.0"))).isEmpty();
        }
    }

    @Test
    void jarBecomesFolder() throws Exception {
        var installed = install.add(connector(BASE).toString());
        assertThat(installed.name()).isEqualTo("rain-1.0");
        assertThat(installed.connectors()).containsExactly("x.Rain");
        assertThat(plugins.resolve("rain-1.0/rain-1.0.jar")).exists();
        refused(temporary.resolve("rain-1.0.jar"), "is there already");
    }

    @Test
    void zipAndFolderHoldJars() throws Exception {
        Path jar = connector(BASE);
        Path zip =
                zip(temporary.resolve("a.zip"), Map.of("lib/rain.jar", Files.readAllBytes(jar), "README", new byte[3]));
        assertThat(install.add(zip.toString()).jars()).isEqualTo(1);
        Path folder = Files.createDirectories(temporary.resolve("b"));
        Files.copy(jar, folder.resolve("rain.jar"));
        assertThat(install.add(folder.toString()).connectors()).containsExactly("x.Rain");
    }

    @Test
    void otherVersionOfConnectHasReason() throws IOException {
        refused(
                connector("org.apache.kafka.connect.source.TaskOfTomorrow"),
                "built for another version of Connect: x.Rain in rain-1.0.jar needs"
                        + " org.apache.kafka.connect.source.TaskOfTomorrow");
    }

    @Test
    void classesThatKafkasClientsLackAreNoted() throws Exception {
        assertThat(install.add(connector("org.apache.kafka.common.utils.Gone").toString())
                        .notes())
                .containsExactly("x.Rain in rain-1.0.jar uses org.apache.kafka.common.utils.Gone of Kafka's clients,"
                        + " which this runtime does not have");
    }

    @Test
    void newerJavaHasReason() throws IOException {
        byte[] tomorrow = classOf("x.Rain", BASE);
        tomorrow[7] = (byte) JAVA_OF_TOMORROW;
        Path jar = zip(temporary.resolve("rain.jar"), Map.of(SERVICE, new byte[] {'x'}, "x/Rain.class", tomorrow));
        refused(jar, "x.Rain in rain.jar is no class of Java");
    }

    @Test
    void nothingForConnectHasReason() throws IOException {
        refused(zip(temporary.resolve("c.jar"), Map.of("x/Y.class", classOf("x.Y", "a.B"))), "none of its 1 jars");
        refused(Files.writeString(temporary.resolve("d.jar"), "no jar"), "d.jar is no jar");
        refused(Files.writeString(temporary.resolve("e.txt"), "text"), "neither a jar, nor a zip, nor a tar.gz");
        refused(temporary.resolve("missing"), "nor GROUP:ARTIFACT:VERSION");
    }

    @Test
    void zipStaysInItsFolder() throws IOException {
        refused(zip(temporary.resolve("f.zip"), Map.of("../../evil.jar", new byte[3])), "outside of it");
        assertThat(temporary.resolve("evil.jar")).doesNotExist();
    }

    private static Path tar(Path folder, Path to, String... options) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of("tar", "-czf", to.toString(), "-C", folder.toString()));
        command.addAll(List.of(options));
        command.add(".");
        assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
        return to;
    }

    @Test
    void archiveHoldsJarsUpToALimit() throws Exception {
        Path folder = Files.createDirectories(temporary.resolve("h"));
        Files.copy(connector(BASE), folder.resolve("rain.jar"));
        Files.write(folder.resolve("zeros"), new byte[5 << 20]);
        Path archive = tar(folder, temporary.resolve("rain-2.0.tar.gz"));
        assertThat(Files.size(archive)).isLessThan(100_000);
        assertThat(install.add(archive.toString()).connectors()).containsExactly("x.Rain");
        Path stage = Files.createDirectories(temporary.resolve("stage"));
        assertThatExceptionOfType(Failure.class)
                .isThrownBy(() -> PluginInstall.untar(archive, stage, 4 << 20))
                .withMessage("the archive has more than 4 MB");
        Path broken = Files.writeString(temporary.resolve("broken.tar.gz"), "no archive");
        assertThatExceptionOfType(Failure.class)
                .isThrownBy(() -> install.add(broken.toString()))
                .withMessageContaining("the archive cannot be unpacked: ");
    }

    @Test
    void filesWithHolesCountWithTheirHoles() throws Exception {
        Path folder = Files.createDirectories(temporary.resolve("holes"));
        try (var file = new RandomAccessFile(folder.resolve("holes.jar").toFile(), "rw")) {
            file.setLength(64 << 20);
        }
        Path archive = tar(folder, temporary.resolve("holes.tar.gz"), "--sparse");
        Path stage = Files.createDirectories(temporary.resolve("stage"));
        assertThatExceptionOfType(Failure.class)
                .isThrownBy(() -> PluginInstall.untar(archive, stage, 4 << 20))
                .withMessage("the archive has more than 4 MB");
    }

    @Test
    void noTarIsLeftBehindAndItsWordsAreShown() throws Exception {
        var noise = new byte[8 << 20];
        new Random(1).nextBytes(noise);
        Path archive = temporary.resolve("noise.tar.gz");
        try (var out = new GZIPOutputStream(Files.newOutputStream(archive))) {
            out.write(noise);
        }
        Path stage = Files.createDirectories(temporary.resolve("stage"));
        for (int i = 0; i < 5; i++)
            assertThatExceptionOfType(Failure.class)
                    .isThrownBy(() -> PluginInstall.untar(archive, stage, 16 << 20))
                    .withMessageContaining("tar archive");
        Path folder = Files.createDirectories(temporary.resolve("many"));
        Files.write(folder.resolve("many.jar"), noise);
        Path large = tar(folder, temporary.resolve("large.tar.gz"));
        for (int i = 0; i < 5; i++) {
            assertThatExceptionOfType(Failure.class)
                    .isThrownBy(() -> PluginInstall.untar(large, stage, 4 << 20))
                    .withMessage("the archive has more than 4 MB");
            assertThat(ProcessHandle.current().children().filter(ProcessHandle::isAlive))
                    .isEmpty();
        }
    }

    @Test
    void anArchiveThatEndsEarlyIsRefused() throws Exception {
        Path folder = Files.createDirectories(temporary.resolve("whole"));
        Files.copy(connector(BASE), folder.resolve("rain.jar"));
        byte[] whole = Files.readAllBytes(tar(folder, temporary.resolve("whole.tar.gz")));
        Path cut = Files.write(temporary.resolve("cut.tar.gz"), Arrays.copyOf(whole, whole.length - 4));
        refused(cut, "the archive cannot be unpacked: ");
    }

    @Test
    void classOfManyMegabytesIsNotRead() throws IOException {
        Path jar =
                zip(temporary.resolve("i.jar"), Map.of(SERVICE, new byte[] {'x'}, "x/Rain.class", new byte[17 << 20]));
        refused(jar, "x.Rain in i.jar has more than 16 MB");
    }

    @Test
    void differingCopiesAreNoted() throws Exception {
        Path folder = Files.createDirectories(temporary.resolve("g"));
        Files.copy(connector(BASE), folder.resolve("rain.jar"));
        zip(folder.resolve("old.jar"), Map.of("x/Rain.class", classOf("x.Rain", "a.Other")));
        assertThat(install.add(folder.toString()).notes())
                .singleElement()
                .asString()
                .contains("(x.Rain)");
    }
}
