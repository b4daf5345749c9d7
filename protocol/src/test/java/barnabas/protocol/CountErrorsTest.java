package barnabas.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.protocol.message.ApiVersionsResponse;
import barnabas.protocol.message.FetchResponse;
import barnabas.protocol.message.FetchResponse.FetchableTopicResponse;
import barnabas.protocol.message.FetchResponse.PartitionData;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Every error code of a response is counted, however deep it lies.
class CountErrorsTest {
    @Test
    void codesOfTheResponseAndOfItsPartitionsAreCounted() {
        var response = FetchResponse.builder()
                .errorCode((short) 70)
                .responses(List.of(topic(0, 3), topic(0), topic(6)))
                .build();
        var failures = new ArrayList<Integer>();
        assertThat(response.countErrors(failures::add)).isEqualTo(2);
        assertThat(failures).containsExactly(70, 3, 6);
    }

    private static FetchableTopicResponse topic(int... codes) {
        var partitions = new ArrayList<PartitionData>();
        for (int code : codes)
            partitions.add(PartitionData.builder().errorCode((short) code).build());
        return FetchableTopicResponse.builder().partitions(partitions).build();
    }

    /// Responses whose own or nested records have such a component override the method.
    @Test
    void noResponseWithAnErrorCodeIsForgotten() throws Exception {
        Path classes = Path.of(ApiVersionsResponse.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        var responses = new ArrayList<Class<?>>();
        try (Stream<Path> files = Files.list(classes.resolve("barnabas/protocol/message"))) {
            for (String name : files.map(file -> file.getFileName().toString()).toList())
                if (name.endsWith("Response.class") && !name.contains("$"))
                    responses.add(Class.forName("barnabas.protocol.message." + name.replace(".class", "")));
        }
        assertThat(responses).hasSizeGreaterThan(60);
        for (Class<?> response : responses) {
            boolean overrides = response.getMethod("countErrors", IntConsumer.class)
                    .getDeclaringClass()
                    .equals(response);
            assertThat(overrides).as(response.getSimpleName()).isEqualTo(hasErrorCode(response));
        }
    }

    private static boolean hasErrorCode(Class<?> type) {
        for (RecordComponent each : type.getRecordComponents())
            if (each.getType() == short.class && each.getName().endsWith("rrorCode")) return true;
        for (Class<?> nested : type.getDeclaredClasses()) if (nested.isRecord() && hasErrorCode(nested)) return true;
        return false;
    }
}
