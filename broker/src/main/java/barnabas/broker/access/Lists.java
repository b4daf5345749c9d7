package barnabas.broker.access;

import java.util.ArrayList;
import java.util.List;

/// Lists in answers.
final class Lists {
    private Lists() {}

    static <T> List<T> joined(List<T> answered, List<T> refused) {
        var all = new ArrayList<T>(answered.size() + refused.size());
        all.addAll(answered);
        all.addAll(refused);
        return all;
    }
}
