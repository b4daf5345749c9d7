package barnabas.broker.jmx;

import barnabas.metrics.Metric;
import barnabas.metrics.Sample;
import java.util.ArrayList;
import java.util.List;
import javax.management.MalformedObjectNameException;
import javax.management.ObjectName;

/// Place of one sample among the MBeans of Kafka.
///
/// ```
/// kafka.server:type=BrokerTopicMetrics,name=BytesInPerSec   one bean a sample, labels become keys of its name
/// kafka.server:type=socket-server-metrics;connection-count   an attribute of a bean that has several
/// kafka.server:type={resource},user={user};byte-rate         labels that have a place in the name already
/// ```
///
/// @param attribute empty when the bean has the attributes of a gauge, a meter or a histogram
record BeanAttribute(ObjectName bean, String attribute) {
    private static final String SPECIAL = ",=:\"*?\n";

    /// @param metric with the name of a bean
    static BeanAttribute of(Metric metric, Sample sample) {
        int semicolon = metric.bean().indexOf(';');
        String name = semicolon < 0 ? metric.bean() : metric.bean().substring(0, semicolon);
        String attribute = semicolon < 0 ? "" : metric.bean().substring(semicolon + 1);
        var keys = new ArrayList<String>();
        for (int i = 0; i < metric.labels().size(); i++) {
            String label = metric.labels().get(i);
            String value = sample.labels().get(i);
            String place = "{" + label + "}";
            if (!name.contains(place) && !value.isEmpty() && !isValue(label, attribute))
                keys.add(label + "=" + quoted(value));
        }
        String filled = filled(name, metric.labels(), sample.labels());
        String whole = keys.isEmpty() ? filled : filled + "," + String.join(",", keys);
        try {
            return new BeanAttribute(new ObjectName(whole), attribute);
        } catch (MalformedObjectNameException e) {
            throw new IllegalStateException("bug: no name of a bean: " + whole, e);
        }
    }

    /// The name with texts of labels in their places. A text that looks like a place stays as it is.
    private static String filled(String name, List<String> labels, List<String> texts) {
        var filled = new StringBuilder();
        int at = 0;
        for (int open = name.indexOf('{'); open >= 0; open = name.indexOf('{', at)) {
            int close = name.indexOf('}', open);
            String text = texts.get(labels.indexOf(name.substring(open + 1, close)));
            filled.append(name, at, open).append(quoted(text));
            at = close + 1;
        }
        return filled.append(name, at, name.length()).toString();
    }

    /// Whether a label's text is the value itself: `current_state` of `current-state`.
    static boolean isValue(String label, String attribute) {
        return label.replace('_', '-').equals(attribute);
    }

    /// Value of an attribute: the label's text when that is the value, the number otherwise.
    static Object value(Metric metric, Sample sample, String attribute) {
        for (int i = 0; i < metric.labels().size(); i++)
            if (isValue(metric.labels().get(i), attribute))
                return sample.labels().get(i);
        return sample instanceof Sample.Single(List<String> _, double number) ? number : 0.0;
    }

    /// A gauge's value: of a share, a rate or a percentage with its fraction, otherwise whole.
    static Object number(Metric metric, double value) {
        boolean whole = metric.unit() != Metric.Unit.RATIO
                && !metric.name().endsWith("rate")
                && !metric.name().endsWith("_percent");
        if (whole) return (long) value;
        return value;
    }

    /// A value as Kafka writes it into names: quoted when it has one of the characters that mean something there.
    private static String quoted(String value) {
        for (int i = 0; i < value.length(); i++)
            if (SPECIAL.indexOf(value.charAt(i)) >= 0) return ObjectName.quote(value);
        return value;
    }
}
