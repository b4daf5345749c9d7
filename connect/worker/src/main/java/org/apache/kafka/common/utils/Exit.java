package org.apache.kafka.common.utils;

/// End of the process under the name that the class had up to Kafka 4.3; MirrorMaker 4.3.1 calls these methods.
public final class Exit {
    private Exit() {}

    public static void exit(int status) {
        exit(status, null);
    }

    public static void exit(int status, String message) {
        if (message != null) System.err.println(message);
        System.exit(status);
    }

    public static void halt(int status) {
        Runtime.getRuntime().halt(status);
    }

    public static void addShutdownHook(String name, Runnable runnable) {
        Runtime.getRuntime().addShutdownHook(new Thread(runnable, name));
    }
}
