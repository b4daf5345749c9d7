package barnabas.broker.access;

import barnabas.broker.request.Api;
import barnabas.broker.request.Need;
import java.util.Collection;
import java.util.List;

/// Table of docs/security.md: the rights of each API, from the code that asks for them.
final class AccessTable {
    static final String HEAD = "| key | API | operation | resource | of a request |\n|---|---|---|---|---|\n";

    private AccessTable() {}

    static List<Right> rights(Api<?> api) {
        Guard<?> guard = Guards.find(api.key());
        if (guard != null) return guard.rights();
        return api.needs() instanceof Need.OnCluster(var operation)
                ? List.of(Right.onCluster(operation, "all of it"))
                : List.of();
    }

    static String of(Collection<? extends Api<?>> apis) {
        var table = new StringBuilder(HEAD);
        for (Api<?> api : apis) {
            String name = "| " + api.key().id() + " | " + api.key();
            for (Right right : rights(api)) {
                table.append(name + " | " + right.operation() + " | " + right.type() + " | " + right.scope() + " |\n");
                name = "| | ";
            }
            if (api.needs() instanceof Need.Nothing(String reason))
                table.append(name + " | - | - | none: " + reason + " |\n");
        }
        return table.toString().strip();
    }
}
