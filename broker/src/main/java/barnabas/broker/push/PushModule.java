package barnabas.broker.push;

import java.util.ServiceLoader;

/// Pushes the metrics of a node. A service ([ServiceLoader]) that is looked for when `barnabas.otlp.endpoint` is set: a
/// node without it loads nothing of it.
public interface PushModule {
    /// Begins to push.
    ///
    /// @return ends it when it is closed
    /// @throws IllegalStateException when the module's own jars are missing; its message is for the operator
    AutoCloseable open(PushedNode node);

    /// The module on the class path.
    ///
    /// @throws IllegalStateException without one; its message is for the operator
    static PushModule find() {
        return ServiceLoader.load(PushModule.class, PushModule.class.getClassLoader())
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("this process has no module that pushes metrics"));
    }
}
