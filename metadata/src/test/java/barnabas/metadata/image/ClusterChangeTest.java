package barnabas.metadata.image;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.config.dynamic.ConfigResource;
import barnabas.metadata.access.ScramCredential;
import barnabas.protocol.Uuid;
import java.lang.reflect.Proxy;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ClusterChangeTest {
    private static final Map<Class<?>, Object> SAMPLES = Map.of(
            int.class,
            7,
            String.class,
            "token",
            Uuid.class,
            new Uuid(1, 2),
            ConfigResource.class,
            ConfigResource.topic("t"),
            ScramCredential.Key.class,
            new ScramCredential.Key("alice", (byte) 1));

    /// Each kind calls the method that has its name, with its components.
    @Test
    void kindsCallTheirOwnMethod() throws ReflectiveOperationException {
        Set<String> called = new TreeSet<>();
        for (Class<?> kind : ClusterChange.class.getPermittedSubclasses()) {
            RecordComponent[] components = kind.getRecordComponents();
            Class<?>[] types =
                    Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
            @Nullable Object[] values = Arrays.stream(types).map(SAMPLES::get).toArray();
            var constructor = kind.getDeclaredConstructor(types);
            constructor.setAccessible(true);
            var change = (ClusterChange) constructor.newInstance(values);
            var calls = new ArrayList<List<@Nullable Object>>();
            change.applyTo(recorder(calls));
            var expected = new ArrayList<@Nullable Object>();
            expected.add(kind.getSimpleName());
            expected.addAll(Arrays.asList(values));
            assertThat(calls).containsExactly(expected);
            called.add(kind.getSimpleName());
        }
        assertThat(called)
                .isEqualTo(Arrays.stream(ClusterChange.Listener.class.getDeclaredMethods())
                        .map(method -> capitalized(method.getName()))
                        .collect(Collectors.toCollection(TreeSet::new)));
    }

    private static ClusterChange.Listener recorder(List<List<@Nullable Object>> calls) {
        return (ClusterChange.Listener) Proxy.newProxyInstance(
                ClusterChange.class.getClassLoader(),
                new Class<?>[] {ClusterChange.Listener.class},
                (proxy, method, arguments) -> {
                    var call = new ArrayList<@Nullable Object>();
                    call.add(capitalized(method.getName()));
                    if (arguments != null) call.addAll(Arrays.asList(arguments));
                    calls.add(call);
                    return null;
                });
    }

    private static String capitalized(String name) {
        return name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1);
    }
}
