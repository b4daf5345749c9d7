package barnabas.sql.statements;

import barnabas.sql.analysis.PullRules;
import barnabas.sql.analysis.QueryAnalysis;
import barnabas.sql.catalog.Catalog;
import barnabas.sql.catalog.Codecs;
import barnabas.sql.catalog.DataSource;
import barnabas.sql.functions.FunctionRegistry;
import barnabas.sql.grammar.Script;
import barnabas.sql.grammar.StatementParser;
import barnabas.sql.plan.Plan;
import barnabas.sql.rows.Column;
import barnabas.sql.rows.Schema;
import barnabas.sql.syntax.Names;
import barnabas.sql.syntax.Query;
import barnabas.sql.syntax.SqlProblem;
import barnabas.sql.syntax.Statement;
import barnabas.sql.syntax.Statement.Kind;
import barnabas.sql.topology.QueryTopology;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.streams.errors.TopologyException;
import org.jspecify.annotations.Nullable;

/// A session: its streams, tables, types, variables, properties and queries. One thread at a time.
public final class Statements {
    /// RUN SCRIPT inside of scripts.
    private static final int DEPTH_MAX = 16;

    private static final String SUBSTITUTION = "ksql.variable.substitution.enable";

    private final FunctionRegistry functions;
    private final TopicTypes types;
    private final Catalog catalog = new Catalog();
    private final Map<String, String> variables = new HashMap<>();
    private final Map<String, String> properties = new HashMap<>();
    private final Map<String, PersistentQuery> queries = new LinkedHashMap<>();
    private final Set<String> paused = new HashSet<>();
    private final List<Insertion> insertions = new ArrayList<>();
    private final List<ExpectedRecord> expectations = new ArrayList<>();
    private final List<Selection> selections = new ArrayList<>();
    private final KnownPartitions partitions = new KnownPartitions();
    private @Nullable Surroundings surroundings;
    private int nextQuery;
    private int depth;

    public Statements(FunctionRegistry functions, Map<String, String> properties) {
        this(functions, properties, TopicTypes.NONE);
    }

    /// @param types of topics with schemas, for columns that CREATE does not name
    public Statements(FunctionRegistry functions, Map<String, String> properties, TopicTypes types) {
        this.functions = functions;
        this.types = types;
        this.properties.putAll(properties);
    }

    /// Puts a query in that an earlier session has made.
    public void restore(PersistentQuery query) {
        queries.put(query.id(), query);
    }

    /// @param number the next query's, at the end of its id
    public void number(int number) {
        nextQuery = number;
    }

    /// Numbers of partitions of topics that are there, for joins.
    public void partitions(Map<String, Integer> known) {
        partitions.putAll(known);
    }

    /// Number of partitions of a topic; empty when it is not known.
    public Optional<Integer> partitions(String topic) {
        return partitions.of(topic);
    }

    /// Lets ASSERT and RUN SCRIPT have their effects here, where no service answers them.
    public void surroundings(Surroundings around) {
        surroundings = around;
    }

    /// The functions with the rules of the session's properties.
    private FunctionRegistry functions() {
        return functions.with(properties);
    }

    Optional<Surroundings> surroundings() {
        return Optional.ofNullable(surroundings);
    }

    /// Carries out a script in a statement.
    void run(String script) {
        if (depth == DEPTH_MAX) throw new SqlProblem("RUN SCRIPT is nested more than " + DEPTH_MAX + " deep");
        depth++;
        try {
            execute(script);
        } finally {
            depth--;
        }
    }

    public Catalog catalog() {
        return catalog;
    }

    public Map<String, String> properties() {
        return Map.copyOf(properties);
    }

    /// Values of DEFINE by names in lower case.
    public Map<String, String> variables() {
        return variables;
    }

    /// Queries in the order in which they were created.
    public Collection<PersistentQuery> queries() {
        return queries.values();
    }

    /// Those of the queries that no PAUSE holds up.
    public List<PersistentQuery> running() {
        return queries.values().stream()
                .filter(each -> !paused.contains(each.id()))
                .toList();
    }

    void pause(String query, boolean held) {
        if (held) paused.add(query);
        else paused.remove(query);
    }

    Set<String> queryIds() {
        return queries.keySet();
    }

    /// Records of INSERT VALUES, in their order.
    public List<Insertion> insertions() {
        return insertions;
    }

    /// Records that ASSERT VALUES and ASSERT NULL VALUES expect, in their order.
    public List<ExpectedRecord> expectations() {
        return expectations;
    }

    /// Each SELECT, in their order.
    public List<Selection> selections() {
        return selections;
    }

    /// Carries out all statements of a script; those before one that fails stay.
    ///
    /// @throws SqlProblem when a statement cannot be carried out; nothing of it is
    public void execute(String script) {
        for (Script.Part part : Script.parts(script)) {
            boolean verbatim = "false".equalsIgnoreCase(properties.get(SUBSTITUTION));
            String text = verbatim ? part.text() : Script.substituted(part.text(), variables);
            execute(StatementParser.parse(text, part.at(), catalog::type));
        }
    }

    /// @throws SqlProblem when the statement cannot be carried out; nothing of it is
    public void execute(Statement statement) {
        switch (statement) {
            case Statement.CreateSource create -> create(create);
            case Statement.CreateAs create -> create(create);
            case Statement.InsertSelect insert -> {
                DataSource target = catalog.source(insert.target(), insert.at());
                Plan.Sink sink = QueryCreation.inserted(insert, target, analysis());
                String id = insert.queryId();
                if (id == null) id = QueryCreation.id("INSERTQUERY", null, nextQuery);
                if (queries.containsKey(id)) throw new SqlProblem(insert.at(), "Query ID '" + id + "' already exists.");
                add(id, insert.query(), sink);
            }
            case Statement.InsertValues insert ->
                insertions.add(ValueInsertion.insertion(insert, catalog, functions()));
            case Statement.Select select -> {
                PullRules.check(select.query());
                selections.add(new Selection(select.query(), analysis().analyse(select.query(), null)));
            }
            case Statement.CreateType create -> {
                if (!catalog.addType(create.name(), create.type()) && !create.ifNotExists())
                    throw new SqlProblem(
                            create.at(),
                            "Cannot register custom type '" + create.name()
                                    + "' since it is already registered with type: " + catalog.type(create.name()));
            }
            case Statement.DropType drop -> {
                if (!catalog.removeType(drop.name()) && !drop.ifExists())
                    throw new SqlProblem(drop.at(), "Type " + drop.name() + " does not exist.");
            }
            case Statement.DropSource drop -> drop(drop);
            case Statement.AlterSource alter -> alter(alter);
            case Statement.Define define -> variables.put(define.name().toLowerCase(Locale.ROOT), define.value());
            case Statement.Undefine undefine -> variables.remove(undefine.name().toLowerCase(Locale.ROOT));
            case Statement.SetProperty set -> {
                surroundings().ifPresent(around -> around.checkProperty(set.name(), set.value()));
                properties.put(set.name(), set.value());
            }
            case Statement.UnsetProperty unset -> properties.remove(unset.name());
            case Statement.Terminate terminate -> terminate(terminate);
            case Statement.AssertSource check -> Assertions.source(check, catalog);
            case Statement.AssertValues check -> expectations.add(ExpectedRecord.of(check, catalog, functions()));
            case Statement.Informative informative -> new InquirySubjects(this, functions).check(informative);
            case Statement.AssertTopic check -> new InquirySubjects(this, functions).check(check);
        }
    }

    QueryAnalysis analysis() {
        return new QueryAnalysis(catalog, functions());
    }

    private void create(Statement.CreateSource statement) {
        if (exists(statement.creation(), statement.name(), statement)) return;
        DataSource source = SourceCreation.source(statement, properties, types);
        QueryTopology.check(source);
        Replacement.check(catalog.find(source.name()).orElse(null), source, statement.at());
        catalog.put(source);
        partitions.created(source.topic(), statement.properties());
    }

    private void create(Statement.CreateAs statement) {
        if (exists(statement.creation(), statement.name(), statement)) return;
        Plan.Sink sink = QueryCreation.created(statement, analysis(), properties, types);
        QueryTopology.check(sink.target());
        DataSource old = catalog.find(statement.name()).orElse(null);
        Replacement.check(old, sink.target(), statement.at());
        for (PersistentQuery each : queries.values())
            if (old != null && each.target().name().equals(statement.name()))
                Replacement.check(each, sink, statement.at());
        if (statement.creation().orReplace())
            queries.values().removeIf(each -> each.target().name().equals(statement.name()));
        String prefix = statement.creation().kind() == Kind.STREAM ? "CSAS" : "CTAS";
        add(QueryCreation.id(prefix, statement.name(), nextQuery), statement.query(), sink);
        partitions.created(sink, statement.properties());
        catalog.put(sink.target());
    }

    /// Whether the source is there and may stay.
    private boolean exists(Statement.Creation creation, String name, Statement statement) {
        DataSource old = catalog.find(name).orElse(null);
        if (old == null) return false;
        if (creation.ifNotExists()) return true;
        String kind = creation.kind().name().toLowerCase(Locale.ROOT);
        if (!creation.orReplace())
            throw new SqlProblem(
                    statement.at(),
                    "Cannot add " + kind + " '" + name + "': A "
                            + old.kind().name().toLowerCase(Locale.ROOT) + " with the same name already exists");
        return false;
    }

    private void add(String id, Query query, Plan.Sink sink) {
        Set<String> reads = new TreeSet<>();
        collect(query.from(), reads);
        partitions.check(sink);
        try {
            QueryTopology.of(sink, Codecs.PLAIN);
        } catch (IllegalArgumentException | TopologyException e) {
            throw new SqlProblem(query.at() + ": " + e.getMessage(), e);
        }
        queries.put(id, new PersistentQuery(id, reads, sink));
        nextQuery++;
    }

    private static void collect(Query.Relation relation, Set<String> names) {
        switch (relation) {
            case Query.Relation.Named named -> names.add(named.name());
            case Query.Relation.Join join -> {
                collect(join.left(), names);
                collect(join.right(), names);
            }
        }
    }

    private void drop(Statement.DropSource drop) {
        DataSource source = catalog.find(drop.name()).orElse(null);
        if (source == null) {
            if (drop.ifExists()) return;
            String kind = drop.kind() == Kind.STREAM ? "Stream " : "Table ";
            throw new SqlProblem(drop.at(), kind + catalog.unknown(drop.name()));
        }
        if (source.kind() != drop.kind())
            throw new SqlProblem(
                    drop.at(),
                    "Incompatible data source type is " + source.kind() + ", but statement was DROP " + drop.kind());
        if (source.readOnly() && drop.deleteTopic())
            throw new SqlProblem(drop.at(), "Cannot delete topic for read-only source: " + drop.name());
        checkInsertions(drop);
        var readers = new TreeSet<String>();
        for (PersistentQuery each : queries.values())
            if (each.reads().contains(drop.name())) readers.add(each.target().name());
        if (!readers.isEmpty())
            throw new SqlProblem(
                    drop.at(),
                    "Cannot drop " + drop.name() + ".\nThe following streams and/or tables read from this source: "
                            + readers + ".\nYou need to drop them before dropping " + drop.name() + ".");
        queries.values().removeIf(each -> each.target().name().equals(drop.name()));
        catalog.remove(drop.name());
        if (drop.deleteTopic()) partitions.dropped(source.topic());
    }

    /// Queries of INSERT INTO do not end with the stream that they write to.
    private void checkInsertions(Statement.DropSource drop) {
        var reading = new ArrayList<String>();
        var writing = new ArrayList<String>();
        for (PersistentQuery each : queries.values()) {
            if (!each.inserts()) continue;
            if (each.reads().contains(drop.name())) reading.add(each.id());
            if (each.target().name().equals(drop.name())) writing.add(each.id());
        }
        if (reading.isEmpty() && writing.isEmpty()) return;
        throw new SqlProblem(
                drop.at(),
                "Cannot drop " + drop.name() + ".\nThe following queries read from this source: " + reading
                        + ".\nThe following queries write into this source: " + writing
                        + ".\nYou need to terminate them before dropping " + drop.name() + ".");
    }

    private void alter(Statement.AlterSource alter) {
        DataSource source = catalog.source(alter.name(), alter.at());
        if (source.kind() != alter.kind())
            throw new SqlProblem(
                    alter.at(),
                    "Incompatible data source type is " + source.kind() + ", but statement was ALTER " + alter.kind());
        String kind = alter.kind().name().toLowerCase(Locale.ROOT);
        if (source.readOnly())
            throw new SqlProblem(
                    alter.at(),
                    "Cannot alter " + kind + " '" + alter.name() + "': ALTER operations are not supported on source "
                            + kind + "s. Cannot alter read-only source: " + alter.name());
        for (PersistentQuery each : queries.values())
            if (each.target().name().equals(alter.name()))
                throw new SqlProblem(alter.at(), "ALTER command is not supported for CREATE ... AS statements.");
        var columns = new ArrayList<>(source.schema().columns());
        for (Statement.Element each : alter.added()) {
            if (each.role() != Statement.Role.VALUE)
                throw new SqlProblem(
                        each.at(),
                        "Cannot add column " + Names.text(each.name()) + ": only value columns can be added");
            if (source.schema().find(each.name()).isPresent())
                throw new SqlProblem(
                        each.at(),
                        "Cannot add column `" + each.name()
                                + "` to schema. A column with the same name already exists.");
            columns.add(Column.value(each.name(), each.type()));
        }
        catalog.put(new DataSource(
                source.kind(),
                source.name(),
                new Schema(columns),
                source.topic(),
                source.encoding(),
                source.readOnly()));
    }

    private void terminate(Statement.Terminate terminate) {
        if (terminate.query().equals("ALL")) {
            queries.clear();
        } else if (queries.remove(terminate.query()) == null) {
            throw new SqlProblem(
                    terminate.at(),
                    "Unknown queryId: " + terminate.query() + "." + Names.hint(terminate.query(), queries.keySet()));
        }
    }
}
