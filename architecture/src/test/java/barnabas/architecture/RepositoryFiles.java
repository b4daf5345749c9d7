package barnabas.architecture;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// Files of the repository, without what builds and tools leave there.
final class RepositoryFiles {
    static final Path ROOT = Path.of("").toAbsolutePath().getParent();

    private RepositoryFiles() {}

    /// Those whose path ends with one of `endings`, sorted.
    static List<Path> files(String... endings) throws IOException {
        try (Stream<Path> all = Files.walk(ROOT)) {
            return all.filter(Files::isRegularFile)
                    .filter(each -> Stream.of(endings).anyMatch(each.toString()::endsWith))
                    .filter(each ->
                            !ROOT.relativize(each).toString().matches("(?:.*/)?(?:target|node_modules|\\..+)/.*"))
                    .sorted()
                    .toList();
        }
    }
}
