package barnabas.broker.jmx;

import barnabas.base.Clock;
import barnabas.base.Schedule;
import barnabas.base.Threads;
import barnabas.broker.logging.LogLevels;
import barnabas.metrics.Distribution;
import barnabas.metrics.Family;
import barnabas.metrics.Metric;
import barnabas.metrics.Reading;
import barnabas.metrics.Sample;
import java.lang.management.ManagementFactory;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import javax.management.InstanceAlreadyExistsException;
import javax.management.InstanceNotFoundException;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import javax.management.StandardMBean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The MBeans of one node. A thread reads the registry every five seconds, which moves the rates on and registers the
/// beans of new topics; an attribute that is read in between has values of the last second, or of four times as long as
/// a reading takes.
///
/// Beans of another node in the same process, or of anything else, stay as they are: the first one has the name.
public final class MetricBeans implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(MetricBeans.class);
    private static final int TICK_MILLIS = 5000;
    private static final long FRESH_NANOS_MIN = 1_000_000_000L;
    private static final int PAUSE_FACTOR = 4;
    private static final ObjectName LOGGERS = NodeBeans.name("kafka:type=kafka.Log4jController");

    private final Supplier<Reading> metrics;
    private final MBeanServer server;
    private final Clock clock;
    private final Schedule ticks;
    private final ReentrantLock lock = new ReentrantLock();
    /// Guarded by `lock`, as all below.
    private final Map<ObjectName, MetricBean> beans = new HashMap<>();

    private boolean othersLogged;

    private final Map<Series, BeanAttribute> places = new HashMap<>();
    private final double startedSeconds;
    private final boolean loggers;
    private boolean closing;
    private volatile long freshUntilNanos;

    /// One sample of a metric.
    private record Series(String metric, List<String> labels) {}

    /// Registers the beans of what is counted now.
    ///
    /// @param metrics reads the registry
    public MetricBeans(Supplier<Reading> metrics, MBeanServer server, Clock clock, Threads threads) {
        this.metrics = metrics;
        this.server = server;
        this.clock = clock;
        this.startedSeconds = clock.nanos() / 1e9;
        var levels = new LoggersBean(LogLevels.ofProcess());
        this.loggers = register(new StandardMBean(levels, LoggersMBean.class, false), LOGGERS);
        refresh();
        this.ticks = new Schedule("metric-beans", clock, threads);
        ticks.everyMillis(TICK_MILLIS, this::refresh);
    }

    /// Beans of the process that JMX shows, with that of its loggers.
    public static MetricBeans ofProcess(Supplier<Reading> metrics, Clock clock, Threads threads) {
        return new MetricBeans(metrics, ManagementFactory.getPlatformMBeanServer(), clock, threads);
    }

    /// Reads again unless the values are fresh. While another thread reads, the values before are good enough.
    private void refreshIfOld() {
        if (clock.nanos() - freshUntilNanos < 0 || !lock.tryLock()) return;
        try {
            if (clock.nanos() - freshUntilNanos >= 0) refresh();
        } finally {
            lock.unlock();
        }
    }

    /// Reads all values, registers beans that are new and removes those that are gone.
    void refresh() {
        lock.lock();
        try {
            if (closing) return;
            long begun = clock.nanos();
            Map<ObjectName, BeanValue> present = present(metrics.get(), begun / 1e9);
            present.forEach(this::show);
            for (ObjectName each : List.copyOf(beans.keySet())) {
                if (present.containsKey(each)) continue;
                beans.remove(each);
                unregister(each);
            }
            long ended = clock.nanos();
            freshUntilNanos = ended + Math.max(FRESH_NANOS_MIN, PAUSE_FACTOR * (ended - begun));
        } finally {
            lock.unlock();
        }
    }

    private Map<ObjectName, BeanValue> present(Reading reading, double nowSeconds) {
        var present = new HashMap<ObjectName, BeanValue>();
        var several = new LinkedHashMap<ObjectName, Map<String, Object>>();
        Map<Series, BeanAttribute> seen = new HashMap<>();
        for (Family family : reading.families()) {
            Metric metric = family.metric();
            if (metric.bean().isEmpty()) continue;
            for (Sample sample : family.samples()) {
                var series = new Series(metric.name(), sample.labels());
                BeanAttribute place = places.get(series);
                if (place == null) place = BeanAttribute.of(metric, sample);
                seen.put(series, place);
                if (place.attribute().isEmpty())
                    present.put(place.bean(), value(place.bean(), metric, sample, nowSeconds));
                else
                    several.computeIfAbsent(place.bean(), _ -> new HashMap<>())
                            .put(place.attribute(), BeanAttribute.value(metric, sample, place.attribute()));
            }
        }
        places.clear();
        places.putAll(seen);
        several.forEach((name, attributes) -> present.put(name, new BeanValue.Several(attributes)));
        NodeBeans.add(reading, present);
        return present;
    }

    private BeanValue value(ObjectName name, Metric metric, Sample sample, double nowSeconds) {
        return switch (sample) {
            case Sample.Spread(List<String> _, Distribution distribution) -> {
                var spread = new BeanValue.Spread(distribution, metric.unit().divisor());
                yield metric.bean().endsWith("RateAndTimeMs")
                        ? new BeanValue.Timed(rates(name, distribution.count(), nowSeconds), spread)
                        : spread;
            }
            case Sample.Single(List<String> _, double number) ->
                metric.kind() == Metric.Kind.COUNTER
                        ? meter(name, metric, (long) number, nowSeconds)
                        : new BeanValue.Single(BeanAttribute.number(metric, number));
        };
    }

    private BeanValue meter(ObjectName name, Metric metric, long count, double nowSeconds) {
        Rates rates = rates(name, count, nowSeconds);
        String event = "requests";
        if (metric.unit() == Metric.Unit.BYTES) event = "bytes";
        else if (metric.name().contains("messages")) event = "messages";
        return new BeanValue.Meter(rates, event);
    }

    private Rates rates(ObjectName name, long count, double nowSeconds) {
        MetricBean before = beans.get(name);
        Rates last = before == null ? null : before.value().rates();
        return last == null ? Rates.begin(startedSeconds, nowSeconds, count) : last.next(nowSeconds, count);
    }

    private void show(ObjectName name, BeanValue value) {
        MetricBean before = beans.get(name);
        if (before != null) {
            before.value(value);
            return;
        }
        var bean = new MetricBean(value, this::refreshIfOld);
        if (register(bean, name)) beans.put(name, bean);
    }

    /// False when something else has the name.
    private boolean register(Object bean, ObjectName name) {
        try {
            server.registerMBean(bean, name);
            return true;
        } catch (InstanceAlreadyExistsException e) {
            if (!othersLogged)
                LOG.warn(
                        "There is a bean {} of something else in this process: its metric is not shown, and others may be missing too",
                        name);
            othersLogged = true;
            return false;
        } catch (JMException e) {
            throw new IllegalStateException("bug: no bean " + name, e);
        }
    }

    private void unregister(ObjectName name) {
        try {
            server.unregisterMBean(name);
        } catch (InstanceNotFoundException e) {
            LOG.debug("{} was removed by something else", name);
        } catch (JMException e) {
            throw new IllegalStateException("bug: the bean " + name + " cannot be removed", e);
        }
    }

    /// Removes the beans.
    @Override
    public void close() {
        lock.lock();
        try {
            closing = true;
            beans.keySet().forEach(this::unregister);
            if (loggers) unregister(LOGGERS);
            beans.clear();
        } finally {
            lock.unlock();
        }
        ticks.close();
    }
}
