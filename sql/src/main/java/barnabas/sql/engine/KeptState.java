package barnabas.sql.engine;

import barnabas.sql.catalog.Codecs;
import barnabas.sql.plan.Plan;
import barnabas.sql.statements.PersistentQuery;
import barnabas.sql.topology.QueryTopology;
import barnabas.sql.topology.ValueProblems;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyDescription;

/// State that a query finds when it takes the place of another one: stores and internal topics by their names, with
/// rows of one form. In older definitions names have the number of their step, which another filter leaves as it is and
/// an additional one does not.
final class KeptState {
    private KeptState() {}

    /// Whether the new query reads what the old one has written there. A query without state always does.
    static boolean fits(EngineState.Known old, PersistentQuery next) {
        Plan before = old.query().sink().input();
        Plan after = next.sink().input();
        if (!Partitions.hasState(before) && !Partitions.hasState(after)) return true;
        boolean named = old.definition().named();
        return forms(before).equals(forms(after)) && names(old.query(), named).equals(names(next, named));
    }

    private static Set<String> names(PersistentQuery query, boolean named) {
        Topology topology = QueryTopology.of(query.sink(), Codecs.PLAIN, named, Map.of(), ValueProblems.NONE);
        Set<String> names = new TreeSet<>();
        for (TopologyDescription.Subtopology each : topology.describe().subtopologies()) {
            for (TopologyDescription.Node node : each.nodes()) {
                switch (node) {
                    case TopologyDescription.Source source -> names.addAll(source.topicSet());
                    case TopologyDescription.Sink sink -> names.add(String.valueOf(sink.topic()));
                    case TopologyDescription.Processor processor -> names.addAll(processor.stores());
                    default -> throw new IllegalStateException("a node of another kind: " + node);
                }
            }
        }
        return names;
    }

    /// Types of the rows that stores and internal topics hold.
    private static List<String> forms(Plan plan) {
        var forms = new ArrayList<String>();
        collect(plan, forms);
        return forms;
    }

    private static void collect(Plan plan, List<String> forms) {
        for (Plan each : plan.inputs()) collect(each, forms);
        switch (plan) {
            case Plan.Source _, Plan.Join _ ->
                forms.add(plan.shape().keyTypes() + " " + plan.shape().types());
            case Plan.Aggregate aggregate -> {
                var states = new ArrayList<String>();
                for (Plan.Aggregated each : aggregate.aggregates())
                    states.add(each.text() + " " + each.function().intermediateType());
                forms.add(aggregate.shape().keyTypes() + " "
                        + aggregate.input().shape().types() + " " + states);
            }
            case Plan.Filter _, Plan.Flatten _, Plan.Rekey _ -> {}
        }
    }
}
