package barnabas.metrics;

import java.util.Locale;
import java.util.regex.Pattern;

/// Names that the rules of the JMX exporter in Strimzi's examples give to Kafka's MBeans.
final class ExporterNames {
    private static final Pattern PERCENT = Pattern.compile("Percent\\w*");

    private ExporterNames() {}

    /// @param bean as in [Metric#bean]
    static String of(String bean) {
        int colon = bean.indexOf(':');
        int semicolon = bean.indexOf(';');
        String domain = bean.substring(0, colon).replace('.', '_');
        String keys = bean.substring(colon + 1, semicolon < 0 ? bean.length() : semicolon);
        String type = keys.substring("type=".length(), keys.contains(",") ? keys.indexOf(',') : keys.length());
        String attribute = semicolon >= 0
                ? bean.substring(semicolon + 1)
                : keys.substring(keys.indexOf(",name=") + ",name=".length());
        if (type.equals("{resource}")) type = "quota";
        if (attribute.equals("connections")) attribute = "connections-software";
        if (type.startsWith("raft-")) type = type.replace("-", "");
        String name = domain + "_" + type + "_" + attribute;
        if (name.endsWith("PerSec")) name = name.substring(0, name.length() - "PerSec".length()) + "_total";
        else if (PERCENT.matcher(attribute).find()) name = PERCENT.matcher(name).replaceFirst("") + "_percent";
        return name.toLowerCase(Locale.ROOT).replace('-', '_');
    }
}
