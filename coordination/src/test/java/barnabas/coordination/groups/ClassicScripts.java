package barnabas.coordination.groups;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/// Random scripts about one classic group and its offsets.
final class ClassicScripts {
    private static final List<String> DYNAMIC = List.of("a", "b", "c");
    private static final List<String> STATIC = List.of("s", "u");
    private static final List<String> PROTOCOLS = List.of("range", "range", "range,rr", "range,rr", "rr");

    private final Random random;

    ClassicScripts(long seed) {
        this.random = new Random(seed);
    }

    String script(int commands) {
        var lines = new ArrayList<String>();
        lines.add("topic t partitions=2");
        lines.add("topic u");
        // A group that nothing was stored of yet is forgotten sooner by ours: begin with one that is stored.
        lines.addAll(List.of("join s instance=is", "advance 3000", "sync s instance=is s=ps"));
        for (int i = 0; i < commands; i++) lines.add(command());
        return String.join("\n", lines) + "\n";
    }

    private <T> T any(List<T> list) {
        return list.get(random.nextInt(list.size()));
    }

    private String client() {
        return random.nextInt(3) > 0 ? any(DYNAMIC) : any(STATIC);
    }

    private static String instance(String client) {
        return STATIC.contains(client) ? " instance=i" + client : "";
    }

    private String partition() {
        return any(List.of("t-0", "t-1", "u-0"));
    }

    String command() {
        String client = client();
        String instance = instance(client);
        int dice = random.nextInt(100);
        if (dice < 30) return join(client, instance);
        if (dice < 50) return sync(client, instance);
        if (dice < 58) return "heartbeat " + client + instance + odd();
        if (dice < 61) return "leave " + client + instance + " joined=only";
        if (dice < 68) return "commit " + client + instance + " " + partition() + " " + random.nextInt(100) + odd();
        if (dice < 70) return "commit - " + partition() + " " + random.nextInt(100);
        if (dice < 72)
            return "txn-commit " + client + instance + " " + partition() + " " + random.nextInt(100) + " pid="
                    + random.nextInt(2);
        if (dice < 73) return "end-txn " + (random.nextBoolean() ? "commit" : "abort") + " pid=" + random.nextInt(2);
        if (dice < 76) return "fetch" + (random.nextBoolean() ? "" : " stable");
        if (dice < 77) return "delete-offsets " + partition();
        if (dice < 79) return "describe";
        if (dice < 81) return "list";
        if (dice < 82) return "restart";
        if (dice < 83)
            return "fail " + any(List.of("NOT_ENOUGH_REPLICAS", "MESSAGE_TOO_LARGE")) + "\n"
                    + (random.nextBoolean() ? sync(client, instance) : join(client, instance));
        return "advance " + any(List.of(1, 500, 3_000, 3_000, 5_000, 10_000, 60_000));
    }

    private String odd() {
        return switch (random.nextInt(12)) {
            case 0 -> " generation=" + random.nextInt(4);
            case 1 -> " member=nobody";
            default -> "";
        };
    }

    private String join(String client, String instance) {
        String restarted = !instance.isEmpty() && random.nextInt(3) == 0 ? " member=" : "";
        return "join " + client + instance + restarted + " protocols=" + any(PROTOCOLS) + " topics="
                + (instance.isEmpty() ? any(List.of("t", "t", "t,u")) : "t")
                + (random.nextInt(4) == 0 ? " v=" + any(List.of(5, 8)) : "")
                + (random.nextInt(5) == 0 ? " session=30000 rebalance=20000" : "")
                + (random.nextInt(40) == 0 ? " type=connect" : "");
    }

    private String sync(String client, String instance) {
        var assignments = new StringBuilder();
        for (String each : DYNAMIC)
            assignments.append(' ').append(each).append("=p").append(each);
        for (String each : STATIC)
            assignments.append(' ').append(each).append("=p").append(each);
        return "sync " + client + instance + assignments + odd();
    }
}
